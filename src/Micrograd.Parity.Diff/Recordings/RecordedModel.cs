using Micrograd.Parity.Inputs;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recordings;

/// <summary>A module of the recorded model.</summary>
/// <param name="Name">Its name in the tree; empty for the root.</param>
/// <param name="Type">Its kind, under PyTorch's name.</param>
/// <param name="Options">Its constructor's arguments, as far as they are recorded.</param>
internal sealed record RecordedModule(string Name, string Type, JsonPlace Options);

/// <summary>A parameter or buffer of the recorded model.</summary>
/// <param name="Name">Its name in the tree.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Dtype">Type of its elements.</param>
/// <param name="RequiresGrad">True if it is trained.</param>
/// <param name="SameAs">The first name of a parameter that has several; null for the first.</param>
internal sealed record RecordedParameter(string Name, IReadOnlyList<long> Shape, ScalarType Dtype, bool RequiresGrad, string? SameAs)
{
    /// <summary>The name of its module.</summary>
    internal string Module => DottedName.Parent(Name);

    /// <summary>Its name within its module.</summary>
    internal string Local => DottedName.Last(Name);
}

/// <summary>An optimizer's group of parameters.</summary>
/// <param name="Parameters">Their names.</param>
/// <param name="Options">The group's options, under PyTorch's names.</param>
internal sealed record RecordedGroup(IReadOnlyList<string> Parameters, JsonPlace Options);

/// <summary>The optimizer of a recorded run.</summary>
/// <param name="Type">Its kind, under PyTorch's name.</param>
/// <param name="Groups">Its groups of parameters.</param>
internal sealed record RecordedOptimizer(string Type, IReadOnlyList<RecordedGroup> Groups);

/// <summary>A step of a recorded run.</summary>
/// <param name="Number">Number of the optimizer's step, from 0; -1 for what was there before the first.</param>
/// <param name="Rates">The learning rate of each group.</param>
/// <param name="Options">The numbers of each group's options that are others than at the run's start; empty if there are none.</param>
/// <param name="Backwards">Number of backward passes.</param>
/// <param name="Silent">Modules whose calls could not be seen.</param>
/// <param name="Tensors">What was computed, in the order in which it was computed.</param>
internal sealed record RecordedStep(
    int Number,
    IReadOnlyList<double> Rates,
    IReadOnlyList<IReadOnlyDictionary<string, IReadOnlyList<double>>> Options,
    int Backwards,
    IReadOnlyList<string> Silent,
    IReadOnlyList<RecordedTensor> Tensors
) : IDisposable
{
    /// <summary>The tensors by their places.</summary>
    internal IReadOnlyDictionary<TensorPlace, RecordedTensor> ByPlace { get; } = Tensors.ToDictionary(tensor => tensor.Place);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in Tensors.Select(tensor => tensor.File).OfType<TensorFile>().Distinct())
            file.Dispose();
    }
}
