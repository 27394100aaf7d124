using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recordings;

/// <summary>Computes the summary of a tensor that is there in full, to compare it with one of which only a summary is recorded.</summary>
internal static class Summaries
{
    /// <summary>The summary of a recorded tensor; null if only a hash is recorded.</summary>
    internal static TensorStatistics? Of(RecordedTensor recorded)
    {
        if (!recorded.HasNumbers)
            return recorded.Statistics;
        using var numbers = recorded.Numbers()!;
        return Of(numbers);
    }

    /// <summary>The greatest magnitude of a recorded tensor's numbers; 0 if it is not known.</summary>
    internal static double Greatest(RecordedTensor recorded) =>
        Of(recorded) is { } summary ? Math.Max(Math.Abs(summary.Min), Math.Abs(summary.Max)) : 0;

    /// <summary>The summary of doubles.</summary>
    internal static TensorStatistics Of(Tensor numbers)
    {
        using var scope = NewDisposeScope();
        var flat = numbers.reshape(-1);
        var elements = flat.numel();
        var count = (int)Math.Min(elements, TensorStatistics.SampleSize);
        var places = Enumerable.Range(0, count).Select(i => TensorStatistics.Place(i, elements)).ToArray();
        double[] sample = count == 0 ? [] : flat.index_select(0, tensor(places, ScalarType.Int64)).data<double>().ToArray();
        var kept = flat.masked_select(flat.isnan().logical_not());
        return kept.numel() == 0
            ? new TensorStatistics(0, 0, 0, 0, elements, sample)
            : new TensorStatistics(
                kept.sum().ToDouble(),
                kept.square().sum().sqrt().ToDouble(),
                kept.min().ToDouble(),
                kept.max().ToDouble(),
                elements - kept.numel(),
                sample
            );
    }
}
