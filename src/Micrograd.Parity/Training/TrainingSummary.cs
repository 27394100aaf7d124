using System.Text.Json;
using System.Text.Json.Serialization;
using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Training;

/// <summary>Result of a training run, in addition to its counts.</summary>
/// <param name="Mirror">The mirror compared with.</param>
/// <param name="Steps">Number of steps made.</param>
/// <param name="Parameters">Number of parameters trained.</param>
/// <param name="Lockstep">True if each compared step started from our state.</param>
/// <param name="GreatestRelative">Largest difference of a compared step, relative to the largest number of the same quantity.</param>
/// <param name="Curve">Losses of both sides running free, and their differences.</param>
internal sealed record TrainingSummary(
    MirrorKind Mirror,
    int Steps,
    int Parameters,
    bool Lockstep,
    double GreatestRelative,
    IReadOnlyList<CurvePoint> Curve
) : ItemDetail
{
    /// <summary>Description of network, data, loss and optimizer; empty if only the source has it.</summary>
    public string Setup { get; init; } = "";

    /// <summary>The parameters after the last step; empty where no figures were asked for.</summary>
    public IReadOnlyList<TrainedTensor> Final { get; init; } = [];

    /// <summary>Decision map of both sides; null if the inputs are not two-dimensional or no figures were requested.</summary>
    public DecisionMap? Decision { get; init; }
}

/// <summary>The detail of training runs by its name.</summary>
internal static class TrainingDetail
{
    extension(ItemResult item)
    {
        /// <summary>Losses and drift of a training run; null for other items.</summary>
        public TrainingSummary? Training => item.Detail<TrainingSummary>();
    }
}

/// <summary>One step of both sides running free. Differences are the largest since the previous point.</summary>
/// <param name="Step">The step.</param>
/// <param name="Ours">Our loss.</param>
/// <param name="Theirs">PyTorch's loss.</param>
/// <param name="Drift">Largest relative difference of loss and parameters.</param>
/// <param name="Gradients">Largest difference of a gradient, relative to the largest gradient.</param>
/// <param name="Parameters">Largest difference of an updated parameter, relative to the largest parameter.</param>
internal sealed record CurvePoint(int Step, double Ours, double Theirs, double Drift, double? Gradients = null, double? Parameters = null);

/// <summary>A tensor of parameters after the last step.</summary>
/// <param name="Name">PyTorch's name: <c>0.weight</c>.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Ours">The engine's numbers, row by row.</param>
/// <param name="Theirs">PyTorch's numbers.</param>
internal sealed record TrainedTensor(string Name, IReadOnlyList<int> Shape, IReadOnlyList<double> Ours, IReadOnlyList<double>? Theirs = null)
    : IJsonOnDeserialized
{
    /// <summary>PyTorch's numbers.</summary>
    public IReadOnlyList<double> Theirs { get; } = Theirs ?? Ours;

    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Ours.Count != Theirs.Count || Ours.Count != Shape.Aggregate(1, (product, n) => product * n))
            throw new JsonException($"the tensor {Name} has not as many numbers as its shape says.");
    }

    internal static IReadOnlyList<TrainedTensor> From(ParameterLayout layout, TrainingState ours, TrainingState theirs) =>
        [
            .. layout.Tensors.Select(name => new TrainedTensor(
                name,
                layout.ShapeOf(name),
                layout.Slice(name, ours.Parameters),
                layout.Slice(name, theirs.Parameters)
            )),
        ];
}
