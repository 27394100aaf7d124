using System.Globalization;
using Micrograd.Parity.Diagnosis.Judging;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>An engine with the C library's functions, as any in plain C# or Python is: PyTorch's own differ, and that is rounding.</summary>
public sealed class OtherLibraryTests
{
    private const int Points = 300;
    private static readonly double s_twoOverRootPi = 2 / Math.Sqrt(Math.PI);

    private static readonly Dictionary<
        string,
        (double Low, double High, Func<double, double> Value, Func<double, double, double> Slope)
    > s_functions = new()
    {
        ["exp"] = (-5, 5, Math.Exp, (_, y) => y),
        ["log"] = (0.01, 20, Math.Log, (x, _) => 1 / x),
        ["log2"] = (0.01, 20, Math.Log2, (x, _) => 1 / (x * Math.Log(2))),
        ["log10"] = (0.01, 20, Math.Log10, (x, _) => 1 / (x * Math.Log(10))),
        ["expm1"] = (-3, 3, CMath.Expm1, (_, y) => y + 1),
        ["log1p"] = (-0.9, 9, CMath.Log1p, (x, _) => 1 / (1 + x)),
        ["sqrt"] = (0.01, 100, Math.Sqrt, (_, y) => 1 / (2 * y)),
        ["sin"] = (-6, 6, Math.Sin, (x, _) => Math.Cos(x)),
        ["cos"] = (-6, 6, Math.Cos, (x, _) => -Math.Sin(x)),
        ["tan"] = (-1.5, 1.5, Math.Tan, (_, y) => 1 + (y * y)),
        ["asin"] = (-0.99, 0.99, Math.Asin, (x, _) => 1 / Math.Sqrt(1 - (x * x))),
        ["acos"] = (-0.99, 0.99, Math.Acos, (x, _) => -1 / Math.Sqrt(1 - (x * x))),
        ["atan"] = (-20, 20, Math.Atan, (x, _) => 1 / (1 + (x * x))),
        ["tanh"] = (-4, 4, Math.Tanh, (_, y) => 1 - (y * y)),
        ["tanhshrink"] = (-1, 1, x => x - Math.Tanh(x), (x, _) => Math.Tanh(x) * Math.Tanh(x)),
        ["erf"] = (-3, 3, CMath.Erf, (x, _) => s_twoOverRootPi * Math.Exp(-x * x)),
        ["erfc"] = (-3, 5, CMath.Erfc, (x, _) => -s_twoOverRootPi * Math.Exp(-x * x)),
    };

    public static TheoryData<string> Names => [.. s_functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_makes_no_mistake(string op)
    {
        var report = Recorded(op, 1);
        Assert.Equal((Points + 1, 2 * Points), (report.Values, report.Gradients));
        Assert.True(report.Mistakes.Count == 0, string.Join(Environment.NewLine, report.Mistakes.Take(3)));
        Assert.All(report.Honest, h => Assert.Contains(h.Class, new[] { DifferenceClass.UlpsOfRounding, DifferenceClass.OtherComposition }));
    }

    [Fact]
    public void Some_numbers_do_differ() => Assert.NotEmpty(s_functions.Keys.SelectMany(op => Recorded(op, 1).Honest));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_that_is_off_by_1e_12_is_a_mistake(string op) => Assert.NotEmpty(Recorded(op, 1 + 1e-12).Mistakes);

    /// <summary>The function at many points: one graph, whose root is the sum.</summary>
    private static GraphReport Recorded(string op, double factor)
    {
        var (low, high, function, slope) = s_functions[op];
        var random = new PythonRandom(7);
        var lines = new List<string> { """{"graph": "points", "upstream": 1.3}""" };
        var values = new List<double>();
        for (var i = 0; i < Points; i++)
        {
            var x = random.Uniform(low, high);
            values.Add(function(x) * factor);
            lines.Add($$"""{"id": {{2 * i}}, "value": {{Shown(x)}}, "gradient": {{Shown(1.3 * slope(x, values[^1]))}}}""");
            lines.Add($$"""{"id": {{(2 * i) + 1}}, "op": "{{op}}", "parents": [{{2 * i}}], "value": {{Shown(values[^1])}}, "gradient": 1.3}""");
        }

        lines.Add(
            $$"""{"id": "sum", "op": "sum", "parents": [{{string.Join(", ", Enumerable.Range(0, Points).Select(i => (2 * i) + 1))}}], "value": {{Shown(values.Sum())}}}"""
        );
        var report = Checked.Of(Checked.Graph([.. lines])).Graphs.Single();
        return report with { Honest = [.. report.Honest.Where(h => h.Op != "sum")] };
    }

    private static string Shown(double x) => x.ToString("R", CultureInfo.InvariantCulture);
}
