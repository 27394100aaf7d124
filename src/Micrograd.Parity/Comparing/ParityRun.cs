using System.Diagnostics;

namespace Micrograd.Parity.Comparing;

/// <summary>Runs comparisons, several at a time, and gives their results in order.</summary>
public static class ParityRun
{
    /// <summary>Runs the comparisons.</summary>
    /// <param name="comparisons">Items to compare.</param>
    /// <param name="context">Backends and settings of the run; the backends must be thread-safe.</param>
    /// <param name="progress">Receives each result as it comes, from any thread.</param>
    /// <param name="cancellation">Ends the run between two items.</param>
    public static IReadOnlyList<ItemResult> Run(
        IReadOnlyList<IComparison> comparisons,
        RunContext context,
        IProgress<ItemResult>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var results = new ItemResult[comparisons.Count];
        Parallel.For(
            0,
            comparisons.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation },
            i =>
            {
                results[i] = RunOne(comparisons[i], context);
                progress?.Report(results[i]);
            }
        );
        return results;
    }

    /// <summary>All counts together; an item with an error but no mismatching number counts as one mismatch.</summary>
    public static Counts Total(IEnumerable<ItemResult> results) =>
        results.Aggregate(Counts.None, (sum, item) =>
            sum + (item.Errors.Count > 0 && item.Counts.Mismatch == 0 ? item.Counts.With(Verdict.Mismatch) : item.Counts)
        );

    private static ItemResult RunOne(IComparison comparison, RunContext context)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            return comparison.Run(context) with { Seconds = Math.Round(clock.Elapsed.TotalSeconds, 3) };
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return new ItemResult(comparison.Name, comparison.Kind) { Errors = [$"{e.GetType().Name}: {e.Message}"] };
        }
    }
}
