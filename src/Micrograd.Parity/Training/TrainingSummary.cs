using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Training;

/// <summary>What a training run came to, beside its counts.</summary>
/// <param name="Mirror">The mirror compared with.</param>
/// <param name="Steps">How many steps were made.</param>
/// <param name="Parameters">How many parameters were trained.</param>
/// <param name="Lockstep">Whether each compared step started from ours.</param>
/// <param name="GreatestRelative">The greatest difference of a compared step, relative to the greatest number of the same quantity.</param>
/// <param name="Curve">Losses of both sides running free, and how far they are apart.</param>
public sealed record TrainingSummary(
    MirrorKind Mirror,
    int Steps,
    int Parameters,
    bool Lockstep,
    double GreatestRelative,
    IReadOnlyList<CurvePoint> Curve
) : ItemDetail
{
    /// <summary>What is trained, in words; empty where only the source says it.</summary>
    public string Setup { get; init; } = "";

    /// <summary>The parameters after the last step; empty where no figures were asked for.</summary>
    public IReadOnlyList<TrainedTensor> Final { get; init; } = [];

    /// <summary>What both sides decide over the plane of inputs; null where the inputs are no plane or no figures were asked for.</summary>
    public DecisionMap? Decision { get; init; }
}

/// <summary>The detail of training runs by its name.</summary>
public static class TrainingDetail
{
    extension(ItemResult item)
    {
        /// <summary>Losses and drift of a training run; null for other items.</summary>
        public TrainingSummary? Training => item.Detail<TrainingSummary>();
    }
}

/// <summary>Some step of both sides running free. Differences are the greatest since the point before it.</summary>
/// <param name="Step">The step.</param>
/// <param name="Ours">Our loss.</param>
/// <param name="Theirs">PyTorch's loss.</param>
/// <param name="Drift">The greatest relative difference of loss and parameters.</param>
/// <param name="Gradients">The greatest difference of a gradient, relative to the greatest gradient.</param>
/// <param name="Parameters">The greatest difference of an updated parameter, relative to the greatest parameter.</param>
public sealed record CurvePoint(int Step, double Ours, double Theirs, double Drift, double? Gradients = null, double? Parameters = null);

/// <summary>A tensor of parameters after the last step.</summary>
/// <param name="Name">PyTorch's name: <c>0.weight</c>.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Ours">The engine's numbers, row by row.</param>
/// <param name="Theirs">PyTorch's numbers.</param>
public sealed record TrainedTensor(string Name, IReadOnlyList<int> Shape, IReadOnlyList<double> Ours, IReadOnlyList<double> Theirs)
{
    internal static IReadOnlyList<TrainedTensor> Of(ParameterLayout layout, TrainingState ours, TrainingState theirs) =>
        [
            .. layout.Tensors.Select(name => new TrainedTensor(
                name,
                layout.ShapeOf(name),
                layout.Of(name, ours.Parameters),
                layout.Of(name, theirs.Parameters)
            )),
        ];
}
