using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using TorchSharp.Modules;

namespace Micrograd.Parity.Training;

/// <summary>A change of gradients before the update, on both sides, and as a formula.</summary>
/// <param name="Name">Its name in training files.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Ours">The engine's.</param>
/// <param name="Theirs">PyTorch's.</param>
/// <param name="Clipped">
/// A gradient afterwards, from the gradient and the norm of all, in PyTorch's order of operations. In doubles it has the engine's bits; in intervals it
/// bounds the result of any correct engine.
/// </param>
internal sealed record ClipRow(
    string Name,
    SettingRule[] Settings,
    Action<IReadOnlyList<Value>, Choice> Ours,
    Action<IReadOnlyList<Parameter>, Choice> Theirs,
    Func<Term, Term, Choice, Term> Clipped
) : PartRow(Name, Settings)
{
    /// <summary>A gradient afterwards.</summary>
    internal static T Apply<T>(Choice choice, IArithmetic<T> arithmetic, T gradient, T norm) =>
        new Steps(((ClipRow)choice.Row).Clipped(Term.Variable(0), Term.Variable(1), choice)).Evaluate(arithmetic, [gradient, norm]);
}
