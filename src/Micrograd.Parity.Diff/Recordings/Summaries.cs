using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
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
        var (total, sum, squares) = (0L, 0.0, 0.0);
        var (min, max) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var part in recorded.Parts())
        {
            using var work = TorchWork.Begin();
            var kept = part.masked_select(part.isnan().logical_not());
            if (kept.numel() == 0)
                continue;
            total += kept.numel();
            sum += kept.sum().ToDouble();
            squares += kept.dot(kept).ToDouble();
            min = Math.Min(min, kept.min().ToDouble());
            max = Math.Max(max, kept.max().ToDouble());
        }

        var sample = Sample(recorded);
        return total == 0
            ? new TensorStatistics(0, 0, 0, 0, recorded.Elements, sample)
            : new TensorStatistics(sum, Math.Sqrt(squares), min, max, recorded.Elements - total, sample);
    }

    /// <summary>The greatest magnitude of a recorded tensor's numbers; 0 if it is not known.</summary>
    internal static double Greatest(RecordedTensor recorded) => Of(recorded)?.Magnitude(recorded.Elements) ?? 0;

    private static double[] Sample(RecordedTensor recorded)
    {
        using var scope = NewDisposeScope();
        var count = EvenSample.Size(recorded.Elements);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                {
                    using var number = recorded.Load(EvenSample.Place(i, recorded.Elements), 1);
                    using var work = TorchWork.Begin();
                    return number.to_type(ScalarType.Float64).ToDouble();
                }),
        ];
    }
}
