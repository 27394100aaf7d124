using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recordings;

namespace Micrograd.Parity.Diff;

/// <summary>Finds the first step in which a side passed back more often: another number of micro-batches, or a step without any.</summary>
internal static class PassDiff
{
    /// <summary>True if there is such a step; it is added to the findings.</summary>
    internal static bool Finds(DiffState state, RunOutline original, RunOutline port)
    {
        foreach (var (step, here) in original.Passes.OrderBy(pair => pair.Key))
        {
            if (!port.Passes.TryGetValue(step, out var there) || here == there)
                continue;
            state.Add(
                new Finding(Stage.Batch, step, "", "", $"the step has {here} backward passes in the original and {there} in the port")
                {
                    Causes = [Reason(step, here, there)],
                }
            );
            return true;
        }

        return false;
    }

    private static Mistake Reason(int step, int original, int port) =>
        (step, port) switch
        {
            (0, 0) => new("step-before-backward", "The port's optimizer steps before the first backward pass.", "Call step() after backward()."),
            (_, 0) => new(
                "two-steps-for-a-batch",
                "The port's optimizer makes a step without a backward pass before it.",
                "Call step() once a batch."
            ),
            _ => new("micro-batches", $"The port makes {port} backward passes a step, the original {original}.", "Cut batches as the original does."),
        };
}
