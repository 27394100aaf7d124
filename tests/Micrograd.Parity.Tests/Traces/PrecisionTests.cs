using System.Globalization;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>In what an engine computes is told by most of the numbers that can tell, and neither by short ones nor by a few.</summary>
public sealed class PrecisionTests
{
    private const int Graphs = 100;

    [Fact]
    public void An_engine_in_float32_is_known() => Assert.All(Checked.Of(File(_ => true, _ => 1)).Graphs, g =>
        {
            Assert.True(g.IsFloat32);
            Assert.Empty(g.Mistakes);
        });

    [Fact]
    public void An_engine_in_float64_is_known() => Assert.All(Checked.Of(File(_ => false, _ => 1)).Graphs, g =>
        {
            Assert.False(g.IsFloat32);
            Assert.Empty(g.Mistakes);
        });

    [Fact]
    public void Short_numbers_tell_nothing()
    {
        var report = Checked
            .Of(Checked.Graph("""{"id": 0, "value": 3, "gradient": 6}""", """{"id": 1, "op": "*", "parents": [0, 0], "value": 9, "gradient": 1}"""))
            .Graphs.Single();
        Assert.False(report.IsFloat32);
        Assert.Equal(3, report.SameBits);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Graphs - 1)]
    public void A_float_that_is_a_mistake_does_not_make_the_engine_one_in_float32(int place)
    {
        var report = Checked.Of(File(_ => false, i => i == place ? 2 : 1, i => i == place));
        Assert.DoesNotContain(report.Graphs, g => g.IsFloat32);
        Assert.NotEmpty(report.Graphs[place].Mistakes);
        Assert.Single(report.Graphs, g => g.Mistakes.Count > 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Graphs - 1)]
    public void A_few_numbers_in_float64_do_not_make_the_engine_one_in_float64(int place)
    {
        var report = Checked.Of(File(i => i != place, _ => 1));
        Assert.All(report.Graphs, g => Assert.True(g.IsFloat32));
        Assert.DoesNotContain(report.Graphs, g => g.Mistakes.Count > 0);
    }

    [Theory]
    [InlineData(Graphs * 2 / 5, true)]
    [InlineData(Graphs * 3 / 5, false)]
    public void Only_half_of_the_numbers_turn_it(int inFloat64, bool isFloat32)
    {
        var report = Checked.Of(File(i => i >= inFloat64, _ => 1));
        Assert.All(report.Graphs, g => Assert.Equal(isFloat32, g.IsFloat32));
        Assert.Contains(
            $"Judged as {(isFloat32 ? "float32" : "float64")}, which the file does not say: {3 * (Graphs - inFloat64)} of the {3 * Graphs} numbers",
            report.Precision,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("float64", true, true)]
    [InlineData("float64", false, false)]
    [InlineData("float32", true, false)]
    public void What_the_file_states_is_believed(string stated, bool isFloat32, bool isWrong)
    {
        var text = File(_ => isFloat32, _ => 1).Replace("\"kind\"", $"\"precision\": \"{stated}\", \"kind\"", StringComparison.Ordinal);
        var report = Checked.Of(text);
        Assert.Equal(isWrong, report.HasMistakes);
        Assert.StartsWith($"Judged as {stated}, as the file says", report.Precision, StringComparison.Ordinal);
        Assert.Equal(isWrong, report.Precision.Contains("but 300 of the 300", StringComparison.Ordinal));
    }

    [Fact]
    public void The_NET_recorder_states_it()
    {
        using var stream = new MemoryStream();
        TraceWriter.Graphs(stream, "", trace => trace.Node(new TraceNode("0", 0), []), TracePrecision.Binary32);
        using var reader = Checked.Open(stream.ToArray());
        Assert.True(reader.IsFloat32);
    }

    /// <summary>tanh(10) is 1 in float32: its graph alone says nothing.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_other_graphs_tell_of_one_that_does_not(bool first)
    {
        var saturated = new[]
        {
            """{"graph": "saturated"}""",
            """{"id": 0, "value": 10}""",
            """{"id": 1, "op": "tanh", "parents": [0], "value": 1}""",
        };
        var others = Lines(_ => true, _ => 1, _ => false);
        var report = Checked.Of(Checked.Graph(first ? [.. saturated, .. others] : [.. others, .. saturated]));
        Assert.All(report.Graphs, g => Assert.True(g.IsFloat32));
        Assert.DoesNotContain(report.Graphs, g => g.Mistakes.Count > 0);
        Assert.NotEmpty(Checked.Of(Checked.Graph(saturated)).Graphs.Single().Mistakes);
    }

    /// <summary>Graphs of a product: each in float32 or not, its value times a factor, its value rounded to a float or not.</summary>
    private static string File(Func<int, bool> isFloat32, Func<int, double> factor, Func<int, bool>? rounds = null) =>
        Checked.Graph(Lines(isFloat32, factor, rounds ?? (_ => false)));

    private static string[] Lines(Func<int, bool> isFloat32, Func<int, double> factor, Func<int, bool> rounds) =>
        [
            .. Enumerable
                .Range(0, Graphs)
                .SelectMany(i =>
                {
                    var random = new PythonRandom(i);
                    double a = (float)random.Uniform(1, 2),
                        b = (float)random.Uniform(1, 2),
                        g = (float)random.Uniform(1, 2);
                    return new[]
                    {
                        $$"""{"graph": "product {{i}}", "upstream": {{Shown(g)}}}""",
                        $$"""{"id": 0, "value": {{Shown(a)}}, "gradient": {{Shown(Round(g * b))}}}""",
                        $$"""{"id": 1, "value": {{Shown(b)}}, "gradient": {{Shown(Round(g * a))}}}""",
                        $$"""{"id": 2, "op": "*", "parents": [0, 1], "value": {{Shown(rounds(i) ? (float)(a * b * factor(i)) : Round(a * b * factor(i)))}}, "gradient": {{Shown(g)}}}""",
                    };

                    double Round(double x) => isFloat32(i) ? (float)x : x;
                }),
        ];

    private static string Shown(double x) => x.ToString("R", CultureInfo.InvariantCulture);
}
