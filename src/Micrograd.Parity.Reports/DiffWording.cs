using System.Globalization;
using Micrograd.Parity.Diff;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Reports;

/// <summary>Words for what a comparison of two recordings came to.</summary>
internal static class DiffWording
{
    private const int Shown = 3;

    /// <summary>The answer in a few words.</summary>
    internal static string Headline(DiffResult result) =>
        result.Verdict switch
        {
            DiffVerdict.Same => "The same bits",
            DiffVerdict.Rounding => "Rounding alone" + Except(result),
            _ => $"Parted: {Where(result.Findings[0])}",
        };

    /// <summary>Exceptions, which the answer does not hold for; nothing where it holds for all.</summary>
    internal static string Except(DiffResult result) =>
        result.Uncomputed.Count == 0
            ? ""
            : $", but for what {string.Join(", ", result.Uncomputed.Take(Shown).Select(name => PlainText.Short(name)))}{(result.Uncomputed.Count > Shown ? $" and {result.Uncomputed.Count - Shown} more" : "")} "
                + $"{(result.Uncomputed.Count == 1 ? "computes" : "compute")}: not computed anew";

    /// <summary>A finding's stage and step.</summary>
    internal static string Where(Finding finding) =>
        finding.Stage switch
        {
            Stage.Settings => finding.Step < 0 ? "settings" : $"settings, step {finding.Step}",
            Stage.Initial => "initial parameters",
            var stage => $"step {finding.Step}, {stage.ToString().ToLowerInvariant()}",
        };

    /// <summary>A sentence on what a side has against what it should have.</summary>
    internal static string Of(Wrong wrong)
    {
        var side = wrong.Side == Side.Port ? "The port" : "The original";
        return double.IsNaN(wrong.Exact) && double.IsNaN(wrong.Recorded)
            ? $"{side} is wrong: its shape is not what it should be."
            : $"{side} is wrong: from what it was given itself, float64 gives {Full(wrong.Exact)}{At(wrong.Index)}, and it has {Full(wrong.Recorded)}. "
                + $"Rounding explains {Short(wrong.Bound)}.";
    }

    /// <summary>The place of an element; nothing for single numbers.</summary>
    internal static string At(IReadOnlyList<long> index) => index.Count > 0 ? $" at [{string.Join(", ", index)}]" : "";

    /// <summary>A number in full.</summary>
    internal static string Full(double number) => NumberText.Of(number);

    /// <summary>A distance or bound.</summary>
    internal static string Short(double number) => number.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>Numbers of tensors by what was found of them; what there is none of is left out.</summary>
    internal static string Of(DiffCounts counts, int steps)
    {
        var parts = new[]
        {
            (counts.SameBits, "with the same bits"),
            (counts.Judged, "right by a computation in float64 from each side's own numbers"),
            (counts.Near, $"of other functions within {NumberText.Of(RunDiff.Amplification)} times what went before"),
        }
            .Where(part => part.Item1 > 0)
            .Select(part => $"{Wording.Number(part.Item1)} {part.Item2}");
        return $"{Wording.Count(counts.Compared, "tensor")} of {Wording.Count(steps, "step")} compared{string.Concat(parts.Select((part, i) => $"{(i == 0 ? ": " : ", ")}{part}"))}";
    }

    /// <summary>A run's framework and where it ran.</summary>
    internal static string Of(RunSummary run) =>
        string.Join(
            "; ",
            new[]
            {
                run.Framework,
                string.Join(", ", run.Surroundings.Select(pair => $"{pair.Key} {pair.Value}")),
                $"{Wording.Count(run.Steps, "step")}, keeps {run.Keep.ToString().ToLowerInvariant()}{(run.IsCutShort ? ", cut short" : "")}",
            }.Where(part => part.Length > 0)
        );
}
