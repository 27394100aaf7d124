using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Alignment;

/// <summary>The order of one side's elements in the other's tensor.</summary>
/// <param name="IsTransposed">True if the port's matrix is the original's transpose.</param>
/// <param name="Rows">The original's row that each of the port's rows is; null if they are in order.</param>
internal sealed record Arrangement(bool IsTransposed, IReadOnlyList<long>? Rows)
{
    /// <summary>Both in the same order.</summary>
    internal static Arrangement Same { get; } = new(false, null);

    /// <summary>True if both are in the same order.</summary>
    internal bool IsSame => !IsTransposed && Rows is null;

    /// <summary>The order in words; empty for the same.</summary>
    internal string Words =>
        IsTransposed ? "transposed"
        : Rows is null ? ""
        : "with its rows in another order";

    /// <summary>The original's tensor in the port's order.</summary>
    internal Tensor Apply(Tensor original)
    {
        if (IsTransposed && original.dim() == 2)
            return original.t().contiguous();
        if (Rows is { } rows && original.dim() > 0 && original.shape[0] == rows.Count)
        {
            using var index = tensor(rows.ToArray(), ScalarType.Int64);
            return original.index_select(0, index);
        }

        return original.alias();
    }

    /// <summary>The port's tensor in the original's order.</summary>
    internal Tensor Undo(Tensor port)
    {
        if (Rows is not { } rows || port.dim() == 0 || port.shape[0] != rows.Count)
            return Apply(port);
        using var index = tensor(rows.ToArray(), ScalarType.Int64);
        using var inverse = index.argsort();
        return port.index_select(0, inverse);
    }

    /// <summary>Finds the order in which both have the same numbers, but for rounding; null if there is none.</summary>
    internal static Arrangement? Find(Tensor original, Tensor port, double rounding)
    {
        using var work = TorchWork.Begin();
        if (original.shape.SequenceEqual(port.shape) && Near(original, port, rounding))
            return Same;
        if (original.dim() == 2 && original.shape[0] == port.shape[1] && original.shape[1] == port.shape[0] && Near(original.t(), port, rounding))
            return new Arrangement(true, null);
        return original.dim() > 0 && original.shape.SequenceEqual(port.shape) ? ByRows(original, port, rounding) : null;
    }

    /// <summary>Sorts both sides' rows by a projection that tells different rows apart, and compares them pairwise.</summary>
    private static Arrangement? ByRows(Tensor original, Tensor port, double rounding)
    {
        var rows = original.shape[0];
        if (rows < 2)
            return null;
        var (a, b) = (original.reshape(rows, -1), port.reshape(rows, -1));
        var weights = arange(1, a.shape[1] + 1, ScalarType.Float64).sqrt();
        var (first, second) = (Projected(a).argsort(), Projected(b).argsort());
        if (!Near(a.index_select(0, first), b.index_select(0, second), rounding))
            return null;
        var order = zeros(rows, ScalarType.Int64).scatter(0, second, first);
        return new Arrangement(false, order.data<long>().ToArray());

        Tensor Projected(Tensor numbers) => cat([.. Parts(numbers).Select(part => part.to_type(ScalarType.Float64).matmul(weights))]);
    }

    private static bool Near(Tensor a, Tensor b, double rounding)
    {
        if (a.numel() == 0)
            return true;
        var greatest = Parts(b).Max(part => Greatest(part));
        return double.IsFinite(greatest) && Parts(a).Zip(Parts(b)).All(parts => Greatest(parts.First, parts.Second) <= rounding * greatest);
    }

    private static double Greatest(Tensor numbers, Tensor? without = null)
    {
        using var scope = NewDisposeScope();
        var doubles = numbers.to_type(ScalarType.Float64);
        return (without is null ? doubles : doubles - without.to_type(ScalarType.Float64)).abs().max().ToDouble();
    }

    /// <summary>A tensor, some rows at a time.</summary>
    private static IEnumerable<Tensor> Parts(Tensor numbers)
    {
        if (numbers.dim() == 0)
            return [numbers];
        var rows = numbers.shape[0];
        return Pieces.Of(rows, Math.Max(1, Pieces.Size * rows / Math.Max(1, numbers.numel()))).Select(p => numbers.narrow(0, p.Start, p.Count));
    }
}
