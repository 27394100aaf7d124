using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Micrograd.Parity.Diagnosis.Judging;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>What PyTorch 2.11 computed in Python (<c>PyTorch-2.11/README.md</c>): there is no mistake in it, and it is known in what it computed.</summary>
public sealed class RecordedTorchTests
{
    private static readonly Lazy<Dictionary<string, byte[]>> s_trainings = new(() =>
    {
        var trainings = new Dictionary<string, byte[]>();
        using var tar = new TarReader(new GZipStream(Resource("trainings.tar.gz"), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
            trainings.Add(Path.GetFileNameWithoutExtension(entry.Name), Bytes(entry.DataStream!));
        return trainings;
    });

    private static readonly Lazy<string> s_ops = new(() =>
        Encoding.UTF8.GetString(Bytes(new GZipStream(Resource("ops.jsonl.gz"), CompressionMode.Decompress)))
    );

    public static TheoryData<string> Trainings => [.. s_trainings.Value.Keys];

    [Fact]
    public void The_ops_have_no_mistake_and_are_in_float64()
    {
        var report = Checked.Of(s_ops.Value);
        Assert.Equal((11_904, 28_360), (report.Graphs.Count, report.Graphs.Sum(g => g.Values + g.Gradients)));
        Assert.All(report.Graphs, g => Assert.Empty(g.Mistakes));
        Assert.DoesNotContain(report.Graphs, g => g.IsFloat32);
    }

    [Fact]
    public void The_ops_differ_only_where_the_readme_says()
    {
        var differing = Checked.Of(s_ops.Value).Graphs.Where(g => g.Honest.Count > 0).ToList();
        string[] functions =
        [
            "exp",
            "log",
            "log2",
            "log10",
            "sqrt",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "tanh",
            "erf",
            "erfc",
            "expm1",
            "log1p",
            "logsigmoid",
            "tanhshrink",
            "logaddexp",
            "silu",
            "mish",
            "gelu_tanh",
            "lerp",
            "pow_number",
            "number_pow",
            "pow",
        ];
        Assert.Equal(
            ["fmax() @ -0.0, 0.0", "fmin() @ -0.0, 0.0"],
            differing.Select(g => g.Graph.Name!).Where(name => !functions.Contains(name[..name.IndexOf('(', StringComparison.Ordinal)]))
        );
    }

    [Theory]
    [InlineData("elu")]
    [InlineData("tanh")]
    [InlineData("add")]
    [InlineData("logaddexp")]
    public void A_mistake_in_the_ops_would_be_found(string op)
    {
        var lines = s_ops.Value.Split('\n');
        var wrong = lines.Select(line => line.Contains($"\"op\": \"{op}\"", StringComparison.Ordinal) ? Changed(line) : line).ToList();
        Assert.NotEqual(lines, wrong);
        var report = Checked.Of(string.Join('\n', wrong));
        Assert.All(report.Graphs.Where(g => g.Mistakes.Count > 0), g => Assert.StartsWith($"{op}(", g.Graph.Name, StringComparison.Ordinal));
        Assert.Contains(report.Graphs, g => g.Mistakes.Count > 0);
        Assert.DoesNotContain(report.Graphs, g => g.IsFloat32);

        static string Changed(string line)
        {
            var start = line.IndexOf("\"value\": ", StringComparison.Ordinal) + "\"value\": ".Length;
            var end = line.IndexOfAny([',', '}'], start);
            return double.TryParse(line[start..end], System.Globalization.CultureInfo.InvariantCulture, out var number)
                ? $"{line[..start]}{(number * (1 + 1e-9)).ToString("R", System.Globalization.CultureInfo.InvariantCulture)}{line[end..]}"
                : line;
        }
    }

    [Fact]
    public void There_are_36_trainings_in_float64_and_3_in_float32() =>
        Assert.Equal((36, 3), (s_trainings.Value.Keys.Count(name => !IsFloat32(name)), s_trainings.Value.Keys.Count(IsFloat32)));

    [Theory]
    [MemberData(nameof(Trainings))]
    public void A_training_has_no_mistake_and_its_precision_is_known(string name)
    {
        var report = Checked.Of(s_trainings.Value[name]).Training!;
        Assert.Empty(report.Mistakes);
        Assert.Equal(IsFloat32(name), report.IsFloat32);
    }

    [Theory]
    [InlineData("adam", "\"beta1\": 0.9", "\"beta1\": 0.91")]
    [InlineData("adam-f32", "\"lr\": 0.05", "\"lr\": 0.0501")]
    [InlineData("momentum", "\"momentum\": 0.9", "\"momentum\": 0.89")]
    public void A_mistake_in_a_training_would_be_found(string name, string setting, string other)
    {
        var text = Encoding.UTF8.GetString(s_trainings.Value[name]);
        var optimizer = text.IndexOf("\"optimizer\"", StringComparison.Ordinal);
        var wrong = text.Contains(setting, StringComparison.Ordinal)
            ? text.Replace(setting, other, StringComparison.Ordinal)
            : text.Insert(text.IndexOf('}', optimizer), $", {other}");
        Assert.NotEmpty(Checked.Of(wrong).Training!.Mistakes);
    }

    private static bool IsFloat32(string name) => name.EndsWith("-f32", StringComparison.Ordinal);

    private static Stream Resource(string name) => typeof(RecordedTorchTests).Assembly.GetManifestResourceStream($"PyTorch-2.11/{name}")!;

    private static byte[] Bytes(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
