using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>A call of a module as a recording holds it.</summary>
/// <param name="Type">The module's kind, under PyTorch's name.</param>
/// <param name="Options">Its constructor's arguments; those that are not there have PyTorch's defaults.</param>
/// <param name="Training">True in training mode.</param>
/// <param name="Inputs">The arguments that are tensors, in the recorded dtype.</param>
/// <param name="State">Its own parameters and buffers before the call, under their names in the module, in the recorded dtype.</param>
internal sealed record ModuleCall(
    string Type,
    RecordedOptions Options,
    bool Training,
    IReadOnlyList<Tensor> Inputs,
    IReadOnlyDictionary<string, Tensor> State
)
{
    /// <summary>
    /// Recorded outputs of the call, where they decide what it computed: which numbers a dropout left out, and the hidden
    /// states that a recurrent network went on from.
    /// </summary>
    internal IReadOnlyList<Tensor> Outputs { get; init; } = [];

    /// <summary>Number of parts of the same size that the whole call has, where this is a part of one.</summary>
    internal double Shares { get; init; } = 1;

    /// <summary>The same with another option.</summary>
    internal ModuleCall With(string option, object? value) => this with { Options = Options.With(option, value) };

    /// <summary>The same of a module of another kind.</summary>
    internal ModuleCall As(string type) => this with { Type = type };

    /// <summary>The same with another parameter or buffer.</summary>
    internal ModuleCall Having(string name, Tensor value) => this with { State = new Dictionary<string, Tensor>(State) { [name] = value } };

    /// <summary>The same without a parameter or buffer.</summary>
    internal ModuleCall Without(string name) => this with { State = State.Where(own => own.Key != name).ToDictionary() };

    /// <summary>The same with other inputs.</summary>
    internal ModuleCall Given(params IReadOnlyList<Tensor> inputs) => this with { Inputs = inputs };
}

/// <summary>A tensor computed anew in float64.</summary>
/// <param name="Exact">Its numbers.</param>
/// <param name="Bound">How far, number by number, a right computation in the recorded dtype may be from them; 0-dim tensors hold for all.</param>
internal sealed record Recomputed(Tensor Exact, Tensor Bound)
{
    /// <summary>The numbers of a recorded tensor that no right computation gives, true or false each; null if its shape is another.</summary>
    internal Tensor? Wrong(Tensor recorded)
    {
        if (!recorded.shape.SequenceEqual(Exact.shape))
            return null;
        var numbers = recorded.detach().to(ScalarType.Float64);
        var near = (numbers - Exact).abs() <= Bound;
        if (near.all().ToBoolean())
            return near.logical_not();
        var same = (numbers == Exact).logical_or(numbers.isnan().logical_and(Exact.isnan()));
        var overflown = numbers.isinf().logical_and(Exact.abs() + Bound >= Rounding.Of(recorded.dtype).Largest);
        return near.logical_or(same).logical_or(overflown).logical_or(Bound.isinf()).logical_not();
    }

    /// <summary>True if a right computation may have given a recorded tensor.</summary>
    internal bool Admits(Tensor recorded) => Wrong(recorded) is { } wrong && !wrong.any().ToBoolean();

    /// <summary>The sum of several, added in any order in a dtype: a gradient of contributions.</summary>
    internal static Recomputed Sum(IReadOnlyList<Recomputed> parts, ScalarType type)
    {
        if (parts.Count == 1)
            return parts[0];
        var magnitude = parts.Select(p => p.Exact.abs() + p.Bound).Aggregate((a, b) => a + b);
        return new(
            parts.Select(p => p.Exact).Aggregate((a, b) => a + b),
            parts.Select(p => p.Bound).Aggregate((a, b) => a + b) + magnitude * Rounding.Gamma(parts.Count - 1, Rounding.Of(type).Stored)
        );
    }

    /// <summary>Both tensors in the scope around the current one.</summary>
    internal Recomputed Kept()
    {
        Exact.MoveToOuterDisposeScope();
        Bound.MoveToOuterDisposeScope();
        return this;
    }
}

/// <summary>Gradients that a call passes back, computed anew.</summary>
/// <param name="Inputs">The gradient of each input; null of one that has none, such as indices.</param>
/// <param name="Parameters">The contribution of the call to each parameter's gradient.</param>
internal sealed record RecomputedGradients(IReadOnlyList<Recomputed?> Inputs, IReadOnlyDictionary<string, Recomputed> Parameters);
