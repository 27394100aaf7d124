namespace Micrograd.Parity.Diff.Causes;

/// <summary>Mistakes in schedules, which show in what they set from step to step.</summary>
internal static class ScheduleMistakes
{
    /// <summary>Greatest relative difference of a rate that two right schedules compute by other formulas.</summary>
    private const double Rounding = 1e-9;

    /// <summary>The mistake that makes the port's learning rates, by step, of the original's; another schedule if it is no known one.</summary>
    internal static Mistake OfRates(SortedDictionary<int, double> original, SortedDictionary<int, double> port)
    {
        var common = original.Keys.Where(port.ContainsKey).ToList();
        double[] a = [.. common.Select(step => original[step])];
        double[] b = [.. common.Select(step => port[step])];
        var (changes, others) = (a.Distinct().Count() > 1, b.Distinct().Count() > 1);
        var ratio = b[0] / a[0];
        if (IsTwice(original, port))
            return new("schedule-stepped-twice", "The port's schedule makes two steps in one.", "Call the schedule's step() once a step.");
        if (changes && a.Length > 2 && Same(a[1..], b[..^1]))
            return new(
                "schedule-a-step-early",
                "The learning rate is the original's of the next step.",
                "Step the schedule after the optimizer, once a step."
            );
        if (changes && a.Length > 2 && Same(a[..^1], b[1..]))
            return new(
                "schedule-a-step-late",
                "The learning rate is the original's of the step before.",
                "Step the schedule after each of the optimizer's steps."
            );
        if (Same([.. a.Select(rate => rate * ratio)], b))
            return new(
                "learning-rate",
                $"The learning rate is {Fit.Shown(ratio)} of the original's in each step.",
                "Set the original's learning rate."
            );
        if (changes && !others)
            return new(
                "not-scheduled",
                "The learning rate stays the same, the original's changes.",
                "Step the schedule after each of the optimizer's steps."
            );
        return changes
            ? new("another-schedule", "The port's rates follow another schedule.", "Compare the schedules' options.")
            : new("scheduled", "The learning rate changes, the original's stays the same.", "Leave the schedule out.");
    }

    /// <summary>The mistake in another option that changes from step to step.</summary>
    internal static Mistake OfOption(string option) =>
        new(
            "another-schedule",
            $"{option} follows another schedule in the port.",
            "Compare the schedules' options: OneCycleLR and CyclicLR change the momentum too, unless cycle_momentum is false."
        );

    /// <summary>True if numbers differ by no more than the rounding of a schedule's own formula.</summary>
    internal static bool Same(IReadOnlyList<double> a, IReadOnlyList<double> b) =>
        a.Count == b.Count && a.Zip(b).All(pair => Same(pair.First, pair.Second));

    internal static bool Same(double a, double b) => a.Equals(b) || Math.Abs(a - b) <= Rounding * Math.Max(Math.Abs(a), Math.Abs(b));

    private static bool IsTwice(SortedDictionary<int, double> a, SortedDictionary<int, double> b)
    {
        var common = b.Keys.Where(step => a.ContainsKey(2 * step)).ToList();
        return common.Count > 1 && common.Select(step => b[step]).Distinct().Count() > 1 && common.TrueForAll(step => Same(a[2 * step], b[step]));
    }
}
