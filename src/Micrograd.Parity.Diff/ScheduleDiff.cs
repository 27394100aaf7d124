using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using Numbers = System.Collections.Generic.IReadOnlyList<double>;

namespace Micrograd.Parity.Diff;

/// <summary>
/// Compares, step by step, what a schedule sets in groups that both sides have: learning rates, and options such as the momentum under PyTorch's
/// OneCycleLR.
/// </summary>
internal sealed class ScheduleDiff(DiffState state, RunOutline original, RunOutline port)
{
    /// <summary>Options that are not the same in all steps of a side.</summary>
    private readonly HashSet<string> _changing =
    [
        .. original.Options.Values.Concat(port.Options.Values).SelectMany(groups => groups).SelectMany(group => group.Keys),
    ];

    private readonly int _groups = Math.Min(Groups(original), Groups(port));

    /// <summary>True if an option's numbers of the steps tell more than its number at the start, which a schedule sets already when it is made.</summary>
    internal bool Decides(string option)
    {
        if (option != "lr")
            return _changing.Contains(option);
        var common = original.Rates.Keys.Where(port.Rates.ContainsKey).ToList();
        return common.Count > 0
            && _groups > 0
            && Groups(original) == Groups(port)
            && Enumerable
                .Range(0, _groups)
                .Select(group => (A: Rates(original, group), B: Rates(port, group)))
                .All(rates => Change(rates.A) || Change(rates.B) || common.TrueForAll(step => ScheduleMistakes.Same(rates.A[step], rates.B[step])));
    }

    /// <summary>Compares the learning rates, up to the first group in which they differ.</summary>
    internal void Rates()
    {
        for (var group = 0; group < _groups; group++)
        {
            var (a, b) = (Rates(original, group), Rates(port, group));
            // From the first step on, another rate is an option, which is named there.
            if (
                Differ(
                    "the learning rate",
                    step => [a[step]],
                    step => [b[step]],
                    step => step > 0 || Change(a) || Change(b),
                    () => ScheduleMistakes.OfRates(a, b)
                )
            )
                return;
        }
    }

    /// <summary>Compares the other options that change, each up to the first group in which it differs.</summary>
    internal void Options()
    {
        if ((state.Original.Optimizer, state.Port.Optimizer) is not ({ } first, { } second))
            return;
        foreach (var option in _changing.Order(StringComparer.Ordinal))
        {
            for (var group = 0; group < Math.Min(first.Groups.Count, second.Groups.Count); group++)
            {
                var (a, b) = (Option(original, first, group, option), Option(port, second, group, option));
                if (a is not null && b is not null && Differ(option, a, b, _ => true, () => ScheduleMistakes.OfOption(option)))
                    break;
            }
        }
    }

    /// <summary>True if numbers of a step differ that both sides recorded; the first such step is a finding then, if it counts.</summary>
    private bool Differ(string what, Func<int, Numbers> a, Func<int, Numbers> b, Func<int, bool> counts, Func<Mistake> cause)
    {
        foreach (var step in original.Rates.Keys.Where(port.Rates.ContainsKey))
        {
            var (left, right) = (a(step), b(step));
            if (ScheduleMistakes.Same(left, right))
                continue;
            if (!counts(step))
                return false;
            state.Add(
                new Finding(
                    Stage.Settings,
                    step == 0 ? -1 : step,
                    "optimizer",
                    "optimizer",
                    $"{what} of step {step} is {Shown(left)} in the original and {Shown(right)} in the port"
                )
                {
                    Causes = [cause()],
                }
            );
            return true;
        }

        return false;
    }

    private static int Groups(RunOutline outline) => outline.Rates.Values.Select(rates => rates.Count).DefaultIfEmpty().Min();

    private static SortedDictionary<int, double> Rates(RunOutline outline, int group) =>
        new(outline.Rates.ToDictionary(step => step.Key, step => step.Value[group]));

    private static bool Change(SortedDictionary<int, double> rates) => rates.Values.Distinct().Count() > 1;

    /// <summary>An option's numbers by step; null if the optimizer has no such option.</summary>
    private static Func<int, Numbers>? Option(RunOutline outline, RecordedOptimizer optimizer, int group, string option)
    {
        var options = RecordedOptions.Of(optimizer.Groups[group].Options);
        if (!options.Has(option))
            return null;
        var start = options.Numbers(option) ?? [options.Number(option, 0)];
        return step =>
            outline.Options.TryGetValue(step, out var groups) && group < groups.Count && groups[group].TryGetValue(option, out var numbers)
                ? numbers
                : start;
    }

    private static string Shown(Numbers numbers) =>
        numbers.Count == 1 ? NumberText.Of(numbers[0]) : $"({string.Join(", ", numbers.Select(NumberText.Of))})";
}
