using Micrograd.Parity.Diff.Causes;

namespace Micrograd.Parity.Diff;

/// <summary>Compares the learning rates of all steps.</summary>
internal sealed class RateDiff(DiffState state)
{
    /// <summary>Rates that are the same but for the rounding of a schedule's own formula.</summary>
    private const double Rounding = 1e-9;

    /// <summary>Compares the first group's rates; those of other groups where their number is the same.</summary>
    internal void Run(IReadOnlyDictionary<int, IReadOnlyList<double>> original, IReadOnlyDictionary<int, IReadOnlyList<double>> port)
    {
        var groups = Math.Min(Groups(original), Groups(port));
        for (var group = 0; group < groups; group++)
        {
            var (a, b) = (Of(original, group), Of(port, group));
            if (
                a.Keys.Where(b.ContainsKey).Order().Select(step => (int?)step).FirstOrDefault(step => !Same(a[step!.Value], b[step.Value]))
                is not { } first
            )
                continue;
            // From the first step on, another rate is an option, which is named there.
            if (first == 0 && a.Values.Distinct().Count() == 1 && b.Values.Distinct().Count() == 1)
                continue;
            state.Add(
                new Finding(
                    Stage.Settings,
                    first == 0 ? -1 : first,
                    "optimizer",
                    "optimizer",
                    $"the learning rate of step {first} is {NumberText.Of(a[first])} in the original and {NumberText.Of(b[first])} in the port"
                )
                {
                    Causes = Reasons(a, b),
                }
            );
            return;
        }
    }

    /// <summary>True if the rates of the steps tell more than the option, which a schedule sets already when it is made.</summary>
    internal static bool Decides(IReadOnlyDictionary<int, IReadOnlyList<double>> original, IReadOnlyDictionary<int, IReadOnlyList<double>> port)
    {
        var common = original.Keys.Where(port.ContainsKey).ToList();
        if (common.Count == 0 || Groups(original) == 0 || Groups(original) != Groups(port))
            return false;
        return Enumerable
            .Range(0, Groups(original))
            .Select(group => (A: Of(original, group), B: Of(port, group)))
            .All(rates =>
                rates.A.Values.Distinct().Count() > 1
                || rates.B.Values.Distinct().Count() > 1
                || common.TrueForAll(step => Same(rates.A[step], rates.B[step]))
            );
    }

    private static IReadOnlyList<Mistake> Reasons(SortedDictionary<int, double> a, SortedDictionary<int, double> b)
    {
        if (Twice(a, b))
            return [new("schedule-stepped-twice", "The port's schedule makes two steps in one.", "Call the schedule's step() once a step.")];
        var common = a.Keys.Where(b.ContainsKey).ToList();
        var found = BatchMistakes.OfLearningRates([.. common.Select(step => a[step])], [.. common.Select(step => b[step])]);
        return found.Count > 0 ? found : [new("another-schedule", "The port's rates follow another schedule.", "Compare the schedules' options.")];
    }

    private static bool Twice(SortedDictionary<int, double> a, SortedDictionary<int, double> b)
    {
        var common = b.Keys.Where(step => a.ContainsKey(2 * step)).ToList();
        return common.Count > 1 && common.Select(step => b[step]).Distinct().Count() > 1 && common.TrueForAll(step => Same(a[2 * step], b[step]));
    }

    private static int Groups(IReadOnlyDictionary<int, IReadOnlyList<double>> rates) =>
        rates.Values.Select(list => list.Count).DefaultIfEmpty().Min();

    private static SortedDictionary<int, double> Of(IReadOnlyDictionary<int, IReadOnlyList<double>> rates, int group) =>
        new(rates.ToDictionary(pair => pair.Key, pair => pair.Value[group]));

    /// <summary>True if two numbers of schedules differ by no more than the rounding of a schedule's own formula.</summary>
    internal static bool Same(double a, double b) => a.Equals(b) || Math.Abs(a - b) <= Rounding * Math.Max(Math.Abs(a), Math.Abs(b));
}
