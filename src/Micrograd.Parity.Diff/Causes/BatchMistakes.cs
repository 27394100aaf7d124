using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <summary>Mistakes in the batch that a step is given.</summary>
internal static class BatchMistakes
{
    private const int MostDimensions = 5;

    /// <summary>Mistakes that make the port's tensor of the original's.</summary>
    /// <param name="original">The original's inputs or targets of a step.</param>
    /// <param name="port">The port's.</param>
    /// <param name="others">The original's of other steps.</param>
    internal static IReadOnlyList<Mistake> Of(Tensor original, Tensor port, IReadOnlyList<(long Step, Tensor Batch)> others)
    {
        using var work = TorchWork.Begin();
        using var _ = no_grad();
        var (a, b) = (original.to(ScalarType.Float64), port.to(ScalarType.Float64));
        if (Fit.Same(a, b))
            return original.dtype == port.dtype
                ? []
                : [new("dtype", $"The numbers are the same as {port.dtype}, not {original.dtype}.", "Convert the batch to the original's dtype.")];
        foreach (var (step, batch) in others)
        {
            if (Fit.Same(batch.to(ScalarType.Float64), b))
                return
                [
                    new(
                        "batch-of-another-step",
                        $"The batch is the original's of step {step}.",
                        "See where an iterator is begun anew, or a batch is skipped."
                    ),
                ];
        }

        if (Order(a, b) is { } order)
            return [order];
        if (Permuted(a, b) is { } dims)
            return
            [
                new(
                    "batch-transposed",
                    $"The batch has its dimensions in another order: ({string.Join(", ", dims)}) of the original's.",
                    $"Permute it, or take the layout that the model expects{(dims.SequenceEqual([0, 2, 3, 1]) ? ": channels stand last" : dims.SequenceEqual([0, 3, 1, 2]) ? ": channels stand second" : "")}."
                ),
            ];
        if (Flipped(a, b) is { } along)
            return
            [
                new(
                    "batch-flipped",
                    $"The batch is the original's turned round along dimension {along}.",
                    "Load the data as the original does: from left to right, from top to bottom, channels in its order."
                ),
            ];
        if (Size(a, b) is { } size)
            return [size];
        if (IsOneHot(a, b))
            return [new("one-hot", "The targets are one-hot, the original's are indices.", "Pass indices of classes, as int64.")];
        if (IsOneHot(b, a))
            return [new("indices-for-one-hot", "The targets are indices, the original's are one-hot.", "Pass what the original's loss is given.")];
        return Affine(a, b, port.dtype) is { } affine ? [affine] : [];
    }

    private static Mistake? Order(Tensor a, Tensor b)
    {
        if (!a.shape.SequenceEqual(b.shape) || a.dim() == 0)
            return null;
        var (rows, others) = (Rows(a), Rows(b));
        if (rows.Count > 1 && rows.Order().SequenceEqual(others.Order()))
            return new(
                "batch-shuffled",
                "The samples are the same in another order.",
                "Use the original's order: its seed and sampler, or no shuffling."
            );
        if (a.dim() > 1 && a.shape[1] > 2)
        {
            var length = a.shape[1];
            if (Fit.Same(a.narrow(1, 1, length - 1), b.narrow(1, 0, length - 1)))
                return new("shifted", "The sequences begin one element later.", "Inputs are tokens 0 to n − 1, targets 1 to n.");
            if (Fit.Same(a.narrow(1, 0, length - 1), b.narrow(1, 1, length - 1)))
                return new("shifted", "The sequences begin one element earlier.", "Inputs are tokens 0 to n − 1, targets 1 to n.");
        }

        var both = rows.Intersect(others).Count();
        if (both > 0 && both >= rows.Count / 2)
            return new(
                "batch-overlaps",
                $"{both} of {rows.Count} samples are the original's.",
                "Use the original's order, first sample and size of batches."
            );
        var difference = b - a;
        var first = difference.flatten()[0].ToDouble();
        return Math.Abs(first) == 1 && (difference == first).all().ToBoolean() && a.frac().count_nonzero().ToInt64() == 0
            ? new(
                "labels-shifted",
                $"All numbers are one {(first > 0 ? "higher" : "lower")}.",
                "Count classes and tokens from 0, as the original does."
            )
            : null;
    }

    private static List<string> Rows(Tensor a)
    {
        var bytes = a.reshape(a.shape[0], -1).contiguous().data<double>().ToArray();
        var width = bytes.Length / (int)Math.Max(1, a.shape[0]);
        return
        [
            .. Enumerable
                .Range(0, (int)a.shape[0])
                .Select(i =>
                    Convert.ToHexString(
                        System.Security.Cryptography.SHA256.HashData(
                            System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(bytes.AsSpan(i * width, width))
                        )
                    )
                ),
        ];
    }

    private static long[]? Permuted(Tensor a, Tensor b)
    {
        if (a.numel() != b.numel() || a.dim() != b.dim() || a.dim() is < 2 or > MostDimensions)
            return null;
        foreach (var dims in Orders([.. Enumerable.Range(0, (int)a.dim()).Select(i => (long)i)]))
        {
            using var scope = NewDisposeScope();
            if (dims.Select(d => a.shape[d]).SequenceEqual(b.shape) && Fit.Same(a.permute(dims), b))
                return dims;
        }

        return null;
    }

    /// <summary>The dimension along which the batch is turned round; null if there is none.</summary>
    private static int? Flipped(Tensor a, Tensor b)
    {
        if (!a.shape.SequenceEqual(b.shape))
            return null;
        for (var dim = 1; dim < a.dim(); dim++)
        {
            using var scope = NewDisposeScope();
            if (Fit.Same(a.flip([dim]), b))
                return dim;
        }

        return null;
    }

    /// <summary>Samples that are the original's, more or fewer.</summary>
    private static Mistake? Size(Tensor a, Tensor b)
    {
        if (a.dim() == 0 || b.dim() != a.dim() || a.shape[0] == b.shape[0] || !a.shape.Skip(1).SequenceEqual(b.shape.Skip(1)))
            return null;
        var (rows, others) = (Rows(a), Rows(b));
        return (rows.Count < others.Count ? rows.Except(others) : others.Except(rows)).Any()
            ? null
            : new("batch-size", $"The batch has {others.Count} samples, the original's {rows.Count}.", "Give both the same size of batches.");
    }

    private static IEnumerable<long[]> Orders(long[] items) =>
        items.Length <= 1 ? [items] : items.SelectMany(i => Orders([.. items.Where(j => j != i)]).Select(rest => (long[])[i, .. rest]));

    /// <summary>True if one holds the indices of the ones in the other.</summary>
    private static bool IsOneHot(Tensor indices, Tensor hot) =>
        hot.dim() == indices.dim() + 1
        && hot.shape.SkipLast(1).SequenceEqual(indices.shape)
        && (hot.sum(-1) == 1).all().ToBoolean()
        && (hot * (1 - hot)).count_nonzero().ToInt64() == 0
        && Fit.Same(hot.argmax(-1).to(ScalarType.Float64), indices);

    private static Mistake? Affine(Tensor a, Tensor b, ScalarType type)
    {
        if (!a.shape.SequenceEqual(b.shape) || a.numel() < 4)
            return null;
        var unit = Rounding.Of(type).Stored;
        var ratio = (a * b).sum().ToDouble() / a.square().sum().ToDouble();
        if (Fits(ratio, 0))
            return Normalized(ratio, "");
        var (meanA, meanB) = (a.mean().ToDouble(), b.mean().ToDouble());
        var scale = ((a - meanA) * (b - meanB)).sum().ToDouble() / (a - meanA).square().sum().ToDouble();
        var offset = meanB - scale * meanA;
        return Fits(scale, offset) ? Normalized(scale, $" {(offset < 0 ? "−" : "+")} {Fit.Shown(Math.Abs(offset))}") : null;

        // The map is rounded a few times, and the fitted numbers are as uncertain as the batch.
        bool Fits(double factor, double shift) =>
            double.IsFinite(factor)
            && factor != 0
            && ((a * factor + shift - b).abs() <= (b.abs() + a.abs() * Math.Abs(factor) + Math.Abs(shift)) * (8 * unit)).all().ToBoolean();

        Mistake Normalized(double factor, string shift) =>
            new(
                "batch-normalized",
                $"The port's numbers are {Fit.Shown(Fit.Shortest(factor, Math.Abs(factor) * 8 * unit))} times the original's{shift}.",
                "Scale and shift the data as the original does."
            );
    }
}
