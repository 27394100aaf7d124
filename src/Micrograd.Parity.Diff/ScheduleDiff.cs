using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;

namespace Micrograd.Parity.Diff;

/// <summary>Compares the options beside the learning rate that a schedule changes, such as the momentum under PyTorch's OneCycleLR.</summary>
internal sealed class ScheduleDiff(DiffState state, RunOutline original, RunOutline port)
{
    /// <summary>The options that are not the same in all steps of a side.</summary>
    internal static HashSet<string> Options(RunOutline original, RunOutline port) =>
        [.. original.Options.Values.Concat(port.Options.Values).SelectMany(groups => groups).SelectMany(group => group.Keys)];

    /// <summary>Compares each of them step by step, in groups that both sides have.</summary>
    internal void Run()
    {
        if (state.Original.Optimizer is not { } first || state.Port.Optimizer is not { } second)
            return;
        foreach (var option in Options(original, port).Order(StringComparer.Ordinal))
        {
            for (var group = 0; group < Math.Min(first.Groups.Count, second.Groups.Count); group++)
            {
                var (start, other) = (RecordedOptions.Of(first.Groups[group].Options), RecordedOptions.Of(second.Groups[group].Options));
                if (Compare(option, group, start, other))
                    break;
            }
        }
    }

    /// <summary>Compares an option in one group; true if it differs.</summary>
    private bool Compare(string option, int group, RecordedOptions start, RecordedOptions other)
    {
        if (!start.Has(option) || !other.Has(option))
            return false;
        foreach (var step in original.Rates.Keys.Where(port.Rates.ContainsKey))
        {
            var (a, b) = (At(original, step, group, option) ?? Numbers(start, option), At(port, step, group, option) ?? Numbers(other, option));
            if (a.Count == b.Count && a.Zip(b).All(pair => RateDiff.Same(pair.First, pair.Second)))
                continue;
            state.Add(
                new Finding(
                    Stage.Settings,
                    step == 0 ? -1 : step,
                    "optimizer",
                    "optimizer",
                    $"{option} of step {step} is {Shown(a)} in the original and {Shown(b)} in the port"
                )
                {
                    Causes =
                    [
                        new(
                            "another-schedule",
                            $"{option} follows another schedule in the port.",
                            "Compare the schedules' options: OneCycleLR and CyclicLR change the momentum too, unless cycle_momentum is false."
                        ),
                    ],
                }
            );
            return true;
        }

        return false;
    }

    private static IReadOnlyList<double>? At(RunOutline outline, int step, int group, string option) =>
        outline.Options.TryGetValue(step, out var groups) && group < groups.Count ? groups[group].GetValueOrDefault(option) : null;

    private static IReadOnlyList<double> Numbers(RecordedOptions options, string option) => options.Numbers(option) ?? [options.Number(option, 0)];

    private static string Shown(IReadOnlyList<double> numbers) =>
        numbers.Count == 1 ? NumberText.Of(numbers[0]) : $"({string.Join(", ", numbers.Select(NumberText.Of))})";
}
