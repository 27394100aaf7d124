using System.Diagnostics.CodeAnalysis;

namespace Micrograd.Parity.Engines;

/// <summary>Adapter to another scalar autograd engine in C#, through which the harness checks it against PyTorch.</summary>
/// <typeparam name="T">The engine's scalar: one node of its graph.</typeparam>
public interface IForeignEngine<T>
    where T : notnull
{
    /// <summary>Its name in messages.</summary>
    string Name { get; }

    /// <summary>
    /// True if gradients are initialized to 0 and accumulated, as in micrograd, rather than to "none yet". Such an engine cannot tell "none" from 0,
    /// nor −0 from +0, and neither is required of it: PyTorch's gradients are compared as 0 + gradient.
    /// </summary>
    bool GradientsBeginAsZero => false;

    /// <summary>Makes a leaf that requires a gradient.</summary>
    T Leaf(double number);

    /// <summary>Makes a constant, which requires no gradient.</summary>
    T Constant(double number) => Leaf(number);

    /// <summary>Applies an op of the catalogue (<c>parity ops</c> shows them all, with PyTorch's names), if the engine has it.</summary>
    /// <param name="op">The op's name, such as <c>tanh</c>.</param>
    /// <param name="operands">Its operands.</param>
    /// <param name="settings">Its settings, such as a slope; most ops have none.</param>
    /// <param name="result">Its result.</param>
    /// <returns>False if the engine has no such op, or not under these settings.</returns>
    bool TryApply(string op, IReadOnlyList<T> operands, IReadOnlyList<double> settings, [MaybeNullWhen(false)] out T result);

    /// <summary>
    /// Backpropagates from a node. Gradients accumulate over passes. An engine that always starts with a gradient of 1 may multiply the root by the
    /// upstream gradient first.
    /// </summary>
    /// <param name="root">The node.</param>
    /// <param name="upstream">The upstream gradient at the node.</param>
    void Backward(T root, double upstream);

    /// <summary>Clears a node's gradient.</summary>
    void ZeroGrad(T node);

    /// <summary>A node's number.</summary>
    double Data(T node);

    /// <summary>A node's gradient; null if it has none and the engine can tell.</summary>
    double? Grad(T node);
}
