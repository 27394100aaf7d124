using Micrograd.Parity.Comparing;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Collects facts about the wrong numbers of a phase in its first wrong step.</summary>
internal static class TrainingFacts
{
    private const double Constant = 1e-9;

    /// <param name="Place">The step and phase.</param>
    /// <param name="Index">The parameter, where the numbers are by parameter.</param>
    /// <param name="Recorded">The number as recorded.</param>
    /// <param name="Right">The right one.</param>
    /// <param name="Earlier">The gradient before the step, or the parameter before the update; null for other numbers.</param>
    internal sealed record Numbers(TrainingPlace Place, int Index, double Recorded, double Right, double? Earlier);

    internal static IReadOnlyList<Fact> Find(ParameterLayout layout, IReadOnlyList<Numbers> wrong)
    {
        var facts = new List<Fact>();
        if (wrong.Count == 0)
            return facts;
        var isUpdate = wrong[0].Place.Phase == TrainingPhase.Update;
        if (isUpdate && wrong.All(w => w.Recorded.Equals(w.Earlier)))
            facts.Add(new Fact(FactKind.NotUpdated, "they are as they were before the update"));
        else if (wrong[0].Place.Phase == TrainingPhase.Backward && wrong.All(w => w.Earlier is { } e && e != 0 && Near(w.Recorded, w.Right + e)))
            facts.Add(new Fact(FactKind.AddsEarlier, "they are the right ones and what the step before left: gradients were not cleared"));
        else if (wrong.All(w => w.Recorded == 0))
            facts.Add(new Fact(FactKind.NoneArrived, "they are 0: nothing arrived"));
        else if (
            Ratio(
                isUpdate
                    ?
                    [
                        .. wrong
                            .Where(w => w.Earlier is not null)
                            .Select(w => w with { Recorded = w.Recorded - w.Earlier!.Value, Right = w.Right - w.Earlier!.Value }),
                    ]
                    : wrong
            ) is
            { } ratio
        )
            facts.Add(
                new Fact(
                    FactKind.ConstantRatio,
                    $"{(isUpdate ? "the change" : "recorded over right")} is {ratio:G9}{(isUpdate ? " times the right one" : "")} in all of them",
                    ratio
                )
            );
        if (wrong[0].Place.Phase is TrainingPhase.Backward or TrainingPhase.Clip or TrainingPhase.Update && layout.Tensors.Count > 1)
        {
            var tensors = wrong.Select(w => layout[w.Index].Tensor).Distinct().ToList();
            if (tensors.Count < layout.Tensors.Count)
                facts.Add(new Fact(FactKind.OnlySomeTensors, $"only {string.Join(", ", tensors)}"));
        }

        return facts;
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= Constant * Math.Max(Math.Abs(a), Math.Abs(b));

    private static double? Ratio(IReadOnlyList<Numbers> wrong)
    {
        // A number that cancels to little says little of a ratio.
        var greatest = wrong.Select(w => Math.Abs(w.Right)).DefaultIfEmpty(0).Max();
        var ratios = wrong
            .Where(w => Math.Abs(w.Right) > 1e-3 * greatest && double.IsFinite(w.Recorded / w.Right))
            .Select(w => w.Recorded / w.Right)
            .ToList();
        return ratios.Count > 0 && ratios.Max() - ratios.Min() <= 1e-6 * Math.Abs(ratios[0]) ? ratios[0] : null;
    }
}
