using static TorchSharp.torch;

namespace Micrograd.Parity.Training;

/// <summary>A loss on both sides, and the terms that it is a sum or mean of.</summary>
/// <param name="Name">PyTorch's name.</param>
/// <param name="Settings">Its settings beside <c>reduction</c>, which every loss has.</param>
/// <param name="Ours">The engine's, of all outputs of a batch, sample after sample.</param>
/// <param name="Terms">
/// The terms op by op, in the engine's order: used with planted bugs and, on PyTorch's 0-dim tensors, as the engine's reference.
/// </param>
/// <param name="Theirs">PyTorch's function, of a tensor with a row per sample.</param>
internal sealed record LossRow(
    string Name,
    SettingRule[] Settings,
    Func<Value[], Dataset, Choice, Value> Ours,
    Func<OpValue[], Dataset, Choice, IEnumerable<OpValue>> Terms,
    Func<Tensor, Dataset, Choice, Tensor> Theirs
) : PartRow(Name, [s_reduction, .. Settings])
{
    private static readonly SettingRule s_reduction = new(
        "reduction",
        new WordShape("mean", "sum"),
        "mean",
        "arithmetic mean or sum of the samples' losses"
    );

    /// <summary>The fused loss of a batch if PyTorch's kernels compute it by other operations than the engine; null otherwise.</summary>
    public Func<Dataset, Choice, int, FusedLoss?> Kernel { get; init; } = (_, _, _) => null;

    /// <summary>A loss whose terms are of one output and its target each.</summary>
    /// <param name="name">PyTorch's name.</param>
    /// <param name="settings">Its settings beside <c>reduction</c>.</param>
    /// <param name="ours">The engine's.</param>
    /// <param name="term">A term, from an output and its target.</param>
    /// <param name="theirs">PyTorch's function.</param>
    public static LossRow Each(
        string name,
        SettingRule[] settings,
        Func<Value[], Dataset, Choice, Value> ours,
        Func<OpValue, double, Choice, OpValue> term,
        Func<Tensor, Dataset, Choice, Tensor> theirs
    ) => new(name, settings, ours, (outputs, data, c) => outputs.Select((o, i) => term(o, data.Targets[i], c)), theirs);

    /// <summary>The chosen loss of a batch.</summary>
    /// <param name="choice">The choice.</param>
    /// <param name="outputs">The outputs, sample after sample.</param>
    /// <param name="batch">The samples.</param>
    /// <param name="other">Other terms; null for the loss's own.</param>
    public static OpValue Compute(Choice choice, OpValue[] outputs, Dataset batch, IEnumerable<OpValue>? other = null)
    {
        OpValue[] terms = [.. other ?? ((LossRow)choice.Row).Terms(outputs, batch, choice)];
        var sum = OpValue.Fold(terms);
        return choice.Word("reduction") == "sum" ? sum : sum / terms.Length;
    }
}
