using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <content>Maps that are linear in each of their operands.</content>
internal sealed partial class Bounded
{
    /// <summary>A linear map whose coefficients are not negative: a sum, a mean of windows, a choice of elements.</summary>
    /// <param name="map">The map.</param>
    /// <param name="roundings">The roundings on the way to one of its numbers: the length of its sums; 0 for a choice.</param>
    /// <param name="backward">Those of its VJP.</param>
    /// <param name="lengths">Those of its VJP, number by number, if they differ.</param>
    internal Bounded Map(Func<Tensor, Tensor> map, double roundings = 0, double backward = 0, Tensor? lengths = null)
    {
        var value = map(Value);
        var propagated = Error is null ? null : map(Error);
        var error = roundings == 0 ? propagated : Summed(map(Magnitude), propagated, roundings);
        var shape = Value.shape;
        return Node(value, error, [this], g =>
        {
            var back = g.Map(u => Vjp(map, shape, u), backward);
            return
            [
                lengths is null
                    ? back
                    : back.With(g.Summed(Vjp(map, shape, g.Magnitude), g.Error is null ? null : Vjp(map, shape, g.Error), lengths)),
            ];
        });
    }

    /// <summary>The sum over dimensions.</summary>
    internal Bounded Sum(params long[] dims) =>
        Map(x => x.sum(dims, keepdim: true), dims.Aggregate(1.0, (n, d) => n * Value.shape[d < 0 ? d + Value.dim() : d]));

    /// <summary>The mean over dimensions.</summary>
    internal Bounded Mean(params long[] dims)
    {
        var count = dims.Aggregate(1.0, (n, d) => n * Value.shape[d < 0 ? d + Value.dim() : d]);
        return Map(x => x.mean(dims, keepdim: true), count + 2, 2);
    }

    /// <summary>The sum of all numbers.</summary>
    internal Bounded SumOfAll() => Map(x => x.sum(), Value.numel());

    /// <summary>In another shape.</summary>
    internal Bounded Reshape(params long[] shape) => Map(x => x.reshape(shape));

    /// <summary>A part along a dimension.</summary>
    internal Bounded Slice(long dim, long start, long length) => Map(x => x.narrow(dim, start, length));

    /// <summary>Several, one after the other along a dimension.</summary>
    internal static Bounded Concatenated(IReadOnlyList<Bounded> parts, long dim)
    {
        var starts = new long[parts.Count];
        for (var i = 1; i < starts.Length; i++)
            starts[i] = starts[i - 1] + parts[i - 1].Value.shape[dim];
        return parts[0]
            .Node(
                cat([.. parts.Select(p => p.Value)], dim),
                parts.All(p => p.Error is null) ? null : cat([.. parts.Select(p => p.Error ?? zeros_like(p.Value))], dim),
                [.. parts],
                g => [.. parts.Select((p, i) => p.HasGradient ? g.Slice(dim, starts[i], p.Value.shape[dim]) : null)]
            );
    }

    /// <summary>A product of matrices, or of stacks of them.</summary>
    internal Bounded MatMul(Bounded other) => Bilinear(this, other, (a, b) => a.matmul(b), Value.shape[^1]);

    /// <summary>A map that is linear in both operands, with coefficients that are not negative, and a bias.</summary>
    /// <param name="a">An operand.</param>
    /// <param name="b">The other.</param>
    /// <param name="map">The map.</param>
    /// <param name="length">The length of its sums; counted if it is not given.</param>
    /// <param name="bias">What is added; of a shape that broadcasts to the result.</param>
    /// <param name="backward">The length of the sums in the gradient of the second operand; counted if it is not given.</param>
    /// <param name="backwardFirst">Those in the gradient of the first.</param>
    /// <param name="stored">How many parts of a sum may be stored on the way, which loses most in narrow dtypes.</param>
    /// <param name="storedBackward">The same in gradients.</param>
    /// <param name="toFirst">The VJP with respect to the first operand, from a gradient and the second; by autograd if it is not given.</param>
    /// <param name="toSecond">That with respect to the second, from a gradient and the first.</param>
    /// <param name="shares">How many times as many numbers the whole sums are of.</param>
    internal static Bounded Bilinear(
        Bounded a,
        Bounded b,
        Func<Tensor, Tensor, Tensor> map,
        double? length = null,
        Bounded? bias = null,
        double? backward = null,
        double? backwardFirst = null,
        double stored = 0,
        double storedBackward = 0,
        Func<Tensor, Tensor, Tensor>? toFirst = null,
        Func<Tensor, Tensor, Tensor>? toSecond = null,
        double shares = 1
    )
    {
        var value = map(a.Value, b.Value);
        var error = Error();
        if (bias is not null)
            value += bias.Value;
        var (x, y) = (a.Detached, b.Detached);
        toFirst ??= (u, w) => Vjp(v => map(v, w), x.Value.shape, u);
        toSecond ??= (u, w) => Vjp(v => map(w, v), y.Value.shape, u);
        return a.Node(value, error, bias is null ? [a, b] : [a, b, bias], g =>
            [
                a.HasGradient ? Bilinear(g, y, toFirst, backwardFirst, stored: storedBackward) : null,
                b.HasGradient ? Bilinear(g, x, toSecond, backward, stored: storedBackward, shares: b.Shares) : null,
                .. bias is null ? Array.Empty<Bounded?>() : [bias.HasGradient ? g.SumTo(bias.Value.shape, bias.Shares) : null],
            ]
        );

        Tensor Error()
        {
            using var scope = NewDisposeScope();
            var (largeA, largeB) = (a.Magnitude, b.Magnitude);
            var magnitude = map(largeA, largeB);
            var propagated = Either(a.Error is null ? null : map(a.Error, largeB), b.Error is null ? null : map(a.Value.abs(), b.Error));
            if (bias is not null && a.Rounding.IsNarrow)
                propagated = Either(propagated, value.abs() * (2 * a.Rounding.Stored));
            var count = (length ?? map(ones_like(a.Value), ones_like(b.Value)).max().ToDouble()) * shares;
            if (bias is not null)
            {
                magnitude += bias.Magnitude;
                propagated = Either(propagated, bias.Error?.expand(value.shape));
            }

            if (stored > 0 && a.Rounding.IsNarrow)
                propagated = Either(propagated, magnitude * Rounding.Gamma(stored, a.Rounding.Stored));
            return a.Summed(magnitude, propagated, count + (bias is null ? 0 : 1)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>The VJP of a linear map, by PyTorch's autograd.</summary>
    private static Tensor Vjp(Func<Tensor, Tensor> map, long[] shape, Tensor gradient)
    {
        using var _ = enable_grad();
        var x = zeros(shape, ScalarType.Float64, requires_grad: true);
        return autograd.grad([map(x)], [x], [gradient])[0];
    }

    private Tensor Summed(Tensor magnitude, Tensor? propagated, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        var error = magnitude * Rounding.Gamma(lengths, Rounding.Sums) + Rounding.Tiny;
        return (propagated is null ? error : error + propagated).MoveToOuterDisposeScope();
    }

    /// <summary>The error of sums, in any order of summation, with products rounded or fused.</summary>
    private Tensor Summed(Tensor magnitude, Tensor? propagated, double length)
    {
        using var scope = NewDisposeScope();
        var error = magnitude * Rounding.Gamma(length, Rounding.Sums) + Rounding.Tiny;
        return (propagated is null ? error : error + propagated).MoveToOuterDisposeScope();
    }
}
