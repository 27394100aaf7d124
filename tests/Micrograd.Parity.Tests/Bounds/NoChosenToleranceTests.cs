using System.Text.RegularExpressions;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Tools;

namespace Micrograd.Parity.Tests.Bounds;

/// <summary>Nothing that compares has a tolerance that somebody chose: neither a small constant nor a word for one.</summary>
public partial class NoChosenToleranceTests
{
    /// <summary>
    /// Small constants that are no tolerances, each with its reason.
    /// </summary>
    private static readonly (string File, string Reason)[] s_exceptions =
    [
        ("Micrograd.Parity.Diagnosis/Faults/", "the sizes of mistakes that are planted, and the constants of optimizers and clipping"),
        ("Micrograd.Parity/Ops/SpecialValues.cs", "points at which ops are compared"),
        ("Micrograd.Parity.Diagnosis/Judging/GradientCause.cs", "hints at the cause of a mistake that was found without it"),
        ("Micrograd.Parity.Diagnosis/Judging/SharedLeaves.cs", "a hint: whether a gradient that was found wrong without it has an earlier one in it"),
        (
            "Micrograd.Parity.Diagnosis/Judging/WiringCheck.cs",
            "which recorded node is tried first for one that was meant, and a hint; whether they are the same is judged by enclosures"
        ),
        ("Micrograd.Parity.Diagnosis/Judging/TrainingFacts.cs", "a hint: whether the ratio of numbers that were found wrong without it is constant"),
        ("Micrograd.Parity.Diagnosis/Judging/ValueFacts.cs", "a hint: whether the ratio of numbers that were found wrong without it is constant"),
        (
            "Micrograd.Parity.Diagnosis/Matching/",
            "how near a mistake that is made again comes to a trace already found wrong: a guess at the cause, never a verdict"
        ),
        (
            "Micrograd.Parity/Numerics/LibraryErrors.cs",
            "errors of functions as published, with their sources, and measured beside them (FunctionErrorsTests)"
        ),
        ("Micrograd.Parity.Reports/Html/HeatStrip.cs", "colours of distances"),
        ("Micrograd.Parity.Reports/Html/Plot.cs", "what is too small to be drawn"),
        (
            "Micrograd.Parity.Diff/Causes/ScheduleMistakes.cs",
            "learning rates, which two right schedules compute by other formulas over thousands of steps"
        ),
        ("Micrograd.Parity.Diff/Causes/", "which known mistake gives numbers that were found wrong without it, and usual values of options"),
        ("Micrograd.Parity.Diff/Judges/CauseSearch.cs", "a guess at the cause of what was found without it"),
        ("Micrograd.Parity.Diff/Judges/Proportions.cs", "a guess at the cause of a loss that was found to differ without it"),
        (
            "Micrograd.Parity.Diff/Recomputing/",
            "PyTorch's default options, units of roundoff, and how rarely a right dropout leaves out what one did"
        ),
        ("Micrograd.Parity.Recording/DTypes.cs", "units of roundoff"),
        ("Micrograd.Parity.Diff/TensorComparison.cs", "a hint: whether the ratio of two tensors is constant"),
        ("Micrograd.Parity.Diff/SettingsDiff.cs", "the name of an option"),
    ];

    [Fact]
    public void The_sources_that_compare_have_none()
    {
        var folder = Path.Combine(Repository.Above(AppContext.BaseDirectory)!, "src");
        var found = new List<string>();
        foreach (
            var file in Directory
                .EnumerateDirectories(folder, "Micrograd.Parity*")
                .Where(d => !d.EndsWith(".Cli", StringComparison.Ordinal))
                .SelectMany(d => Directory.EnumerateFiles(d, "*.cs", SearchOption.AllDirectories))
                .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
        )
        {
            var name = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (s_exceptions.Any(e => name.StartsWith(e.File, StringComparison.Ordinal)))
                continue;
            var lines = File.ReadAllLines(file);
            for (var i = 0; i < lines.Length; i++)
            {
                var code = lines[i].Split("//")[0];
                if (SmallConstant().IsMatch(code) || Word().IsMatch(code))
                    found.Add($"{name}:{i + 1}: {lines[i].Trim()}");
            }
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
        Assert.True(File.Exists(Path.Combine(folder, "Micrograd.Parity/Numerics/EnclosureArithmetic.cs")));
    }

    [Theory]
    [InlineData("const double Bound = 1e-12;")]
    [InlineData("relative <= 1e-9")]
    [InlineData("var rtol = x;")]
    [InlineData("Assert.Equal(a, b, tolerance);")]
    public void One_would_be_found(string code) => Assert.True(SmallConstant().IsMatch(code) || Word().IsMatch(code));

    [GeneratedRegex(@"\b\d(\.\d+)?[eE]-\d+")]
    private static partial Regex SmallConstant();

    [GeneratedRegex(@"(?<!double\.|float\.)\b(tolerance|rtol|atol|epsilon)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
