using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>
/// A tensor in float64 with a bound on how far, number by number, any right computation in a dtype may be from it: running error analysis.
/// Operations add what their roundings may do and pass on what their operands' errors may do, so that a module written in them has its
/// bound. Each has its VJP in the same operations, so that gradients have theirs.
/// </summary>
internal sealed partial class Bounded
{
    private static long s_count;
    private readonly long _number = Interlocked.Increment(ref s_count);
    private readonly Bounded[] _parents = [];
    private readonly Func<Bounded, Bounded?[]>? _vjp;

    private Bounded(Tensor value, Tensor? error, Rounding rounding, Bounded[] parents, Func<Bounded, Bounded?[]>? vjp)
        : this(value, error, rounding, parents.Any(p => p.HasGradient))
    {
        if (HasGradient)
            (_parents, _vjp) = (parents, vjp);
        // What is made of a parameter alone is summed over as it is.
        if (parents is [var only])
            Shares = only.Shares;
    }

    private Bounded(Tensor value, Tensor? error, Rounding rounding, bool hasGradient) =>
        (Value, Error, Rounding, HasGradient) = (value, error is null ? null : Known(value, error), rounding, hasGradient);

    /// <summary>The numbers.</summary>
    internal Tensor Value { get; }

    /// <summary>The bound on their errors; null of exact numbers.</summary>
    internal Tensor? Error { get; }

    /// <summary>The arithmetic that it is computed in.</summary>
    internal Rounding Rounding { get; }

    /// <summary>True if gradients reach it.</summary>
    internal bool HasGradient { get; }

    /// <summary>Of a parameter: how many times as many numbers its gradient sums as a part of the call does that is computed anew.</summary>
    internal double Shares { get; private init; } = 1;

    /// <summary>The same numbers, through which no gradient passes.</summary>
    internal Bounded Detached => HasGradient ? new(Value, Error, Rounding, false) : this;

    /// <summary>The largest magnitude that each number may have.</summary>
    internal Tensor Magnitude => Error is null ? Value.abs() : Value.abs() + Error;

    /// <summary>A tensor as it was recorded.</summary>
    internal static Bounded Of(Tensor recorded, Rounding rounding, bool hasGradient = false, double shares = 1) =>
        new(recorded.detach().to(ScalarType.Float64), null, rounding, hasGradient) { Shares = shares };

    /// <summary>A number; its error is that of its nearest number in the dtype.</summary>
    internal static Bounded Of(double number, Rounding rounding) =>
        new(
            tensor(number, ScalarType.Float64),
            double.IsInteger(Math.ScaleB(number, 6)) && Math.Abs(number) < 4 ? null : tensor(Math.Abs(number) * rounding.Stored, ScalarType.Float64),
            rounding,
            false
        );

    /// <summary>The same numbers with other errors.</summary>
    internal Bounded With(Tensor error) => new(Value, error, Rounding, [this], g => [g]);

    /// <summary>The same with a greater error: what other formulas for the same number may lose.</summary>
    internal Bounded Loosened(Tensor by) => With(Error is null ? by : Error + by);

    /// <summary>The same in another arithmetic.</summary>
    internal Bounded In(Rounding rounding) => new(Value, Error, rounding, [this], g => [g.In(Rounding)]);

    /// <summary>The same, rounded as it is stored.</summary>
    internal Bounded Stored() =>
        Rounding.IsNarrow
            ? new(Value, (Error ?? zeros_like(Value)) + Magnitude * Rounding.Gamma(1, Rounding.Stored) + Rounding.Tiny, Rounding, [this], g =>
                [g.Stored()]
            )
            : this;

    /// <summary>Recorded numbers in place of these, from which the computation went on.</summary>
    internal Bounded Replaced(Tensor recorded) => new(recorded.detach().to(ScalarType.Float64), null, Rounding, [this], g => [g]);

    /// <summary>The same numbers, whose gradient is stored before it is passed on.</summary>
    internal Bounded StoringGradient() => Node(Value, Error, [this], g => [g.Stored()]);

    /// <summary>The slope of a function of each number.</summary>
    internal static Bounded Slope(Bounded x, Func<Bounded, Bounded> f)
    {
        var leaf = new Bounded(x.Value, x.Error, x.Rounding, true);
        return Backward([(f(leaf), Of(ones_like(x.Value), x.Rounding))], [leaf])[0]!;
    }

    /// <summary>The numbers of another, with gradients that pass by a slope.</summary>
    internal Bounded Function(Bounded value, Bounded slope) => Node(value.Value, value.Error, [this], g => [g * slope]);

    /// <summary>The result, on its own.</summary>
    internal Recomputed Result() => new(Value, Error ?? zeros_like(Value));

    /// <summary>The same in the scope around the current one.</summary>
    internal Bounded Kept()
    {
        Value.MoveToOuterDisposeScope();
        Error?.MoveToOuterDisposeScope();
        return this;
    }

    /// <summary>The gradients of tensors, from those of outputs; null of those that nothing reaches.</summary>
    internal static IReadOnlyList<Bounded?> Backward(IEnumerable<(Bounded Output, Bounded Gradient)> outputs, IReadOnlyList<Bounded> wanted)
    {
        var totals = new Dictionary<Bounded, Total>();
        var queue = new PriorityQueue<Bounded, long>();
        foreach (var (output, gradient) in outputs)
            Contribute(output, gradient);
        var results = new Bounded?[wanted.Count];
        while (queue.TryDequeue(out var node, out _))
        {
            totals.Remove(node, out var total);
            var gradient = total!.Sum();
            for (var i = 0; i < wanted.Count; i++)
            {
                if (wanted[i] == node)
                    results[i] = gradient;
            }

            if (node._vjp is not { } vjp)
                continue;
            var contributions = vjp(gradient.In(node.Rounding));
            for (var i = 0; i < contributions.Length; i++)
            {
                if (node._parents[i].HasGradient && contributions[i] is { } contribution)
                    Contribute(node._parents[i], contribution);
            }
        }

        return results;

        void Contribute(Bounded to, Bounded gradient)
        {
            if (!to.HasGradient)
                return;
            if (totals.TryGetValue(to, out var total))
                total.Add(gradient);
            else
            {
                totals.Add(to, new Total(gradient));
                queue.Enqueue(to, -to._number);
            }
        }
    }

    /// <summary>An infinity is no error, and an error that is no number bounds nothing.</summary>
    private static Tensor Known(Tensor value, Tensor error)
    {
        using var scope = NewDisposeScope();
        // A sum is finite only if all numbers are.
        if (error.shape.SequenceEqual(value.shape) && double.IsFinite(value.sum().ToDouble()) && double.IsFinite(error.sum().ToDouble()))
            return error;
        return error
            .nan_to_num(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity)
            .masked_fill(value.isfinite().logical_not(), 0)
            .MoveToOuterDisposeScope();
    }

    private Bounded Node(Tensor value, Tensor? error, Bounded[] parents, Func<Bounded, Bounded?[]> vjp) => new(value, error, Rounding, parents, vjp);

    /// <summary>The error of numbers that have been rounded.</summary>
    private Tensor Rounded(Tensor value, Tensor? propagated, double roundings = 1, double? unit = null)
    {
        using var scope = NewDisposeScope();
        var relative = Rounding.Gamma(roundings, unit ?? Rounding.Inner);
        var error = propagated is null ? value.abs() * relative : (value.abs() + propagated) * relative + propagated;
        return (error + Rounding.Tiny).MoveToOuterDisposeScope();
    }

    /// <summary>Contributions to one gradient, added in any order.</summary>
    private sealed class Total(Bounded first)
    {
        private Tensor _value = first.Value;
        private Tensor? _error = first.Error;
        private Tensor? _magnitude;
        private int _count = 1;

        internal void Add(Bounded gradient)
        {
            _magnitude = (_magnitude ?? first.Magnitude) + gradient.Magnitude;
            _value += gradient.Value;
            _error =
                _error is null ? gradient.Error
                : gradient.Error is null ? _error
                : _error + gradient.Error;
            _count++;
        }

        internal Bounded Sum() =>
            _count == 1
                ? first.Detached
                : new(
                    _value,
                    (_error ?? zeros_like(_value)) + _magnitude! * Rounding.Gamma(_count - 1, first.Rounding.Stored) + first.Rounding.Tiny,
                    first.Rounding,
                    false
                );
    }
}
