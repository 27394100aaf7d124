using System.Diagnostics.CodeAnalysis;

namespace Micrograd.Parity.Engines;

/// <summary>Another scalar autograd engine in C#, as the harness sees it: what it takes to have it checked against PyTorch.</summary>
/// <typeparam name="T">The engine's scalar: one node of its graph.</typeparam>
public interface IForeignEngine<T>
    where T : notnull
{
    /// <summary>Its name in messages.</summary>
    string Name { get; }

    /// <summary>
    /// Whether gradients begin as 0 and shares are added to it, as in micrograd, rather than as "none yet". Such an engine cannot tell
    /// "none" from 0, nor −0 from +0, and neither is demanded of it: PyTorch's gradients are compared as 0 + gradient.
    /// </summary>
    bool GradientsBeginAsZero => false;

    /// <summary>Makes a number whose gradient is wanted.</summary>
    T Leaf(double number);

    /// <summary>Makes a number whose gradient nobody wants.</summary>
    T Constant(double number) => Leaf(number);

    /// <summary>Applies an op of the catalogue (<c>parity ops</c> shows them all, with PyTorch's names), if the engine has it.</summary>
    /// <param name="op">The op's name, such as <c>tanh</c>.</param>
    /// <param name="operands">Its operands.</param>
    /// <param name="settings">Its settings, such as a slope; most ops have none.</param>
    /// <param name="result">What it yields.</param>
    /// <returns>False where the engine has no such op, or not under these settings.</returns>
    bool TryApply(string op, IReadOnlyList<T> operands, IReadOnlyList<double> settings, [MaybeNullWhen(false)] out T result);

    /// <summary>
    /// Passes a gradient back from a node. A second pass adds to the gradients that the first has left. An engine that always begins
    /// with 1 may multiply the root by the gradient first.
    /// </summary>
    /// <param name="root">The node.</param>
    /// <param name="upstream">The node's own gradient.</param>
    void Backward(T root, double upstream);

    /// <summary>Forgets a node's gradient.</summary>
    void ZeroGrad(T node);

    /// <summary>A node's number.</summary>
    double Data(T node);

    /// <summary>A node's gradient; null where none has arrived and the engine knows it.</summary>
    double? Grad(T node);
}
