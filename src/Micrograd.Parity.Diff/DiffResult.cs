using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Recording;

namespace Micrograd.Parity.Diff;

/// <summary>Outcome of a comparison of two recordings.</summary>
internal enum DiffVerdict
{
    /// <summary>Every tensor that both recorded has the same bits.</summary>
    Same,

    /// <summary>Numbers differ, and rounding explains it.</summary>
    Rounding,

    /// <summary>The runs compute different things.</summary>
    Parted,
}

/// <summary>A part of a run, in the order in which things are decided and computed.</summary>
internal enum Stage
{
    /// <summary>Options of the model and the optimizer.</summary>
    Settings,

    /// <summary>Parameters and buffers before the first step.</summary>
    Initial,

    /// <summary>A step's inputs and targets.</summary>
    Batch,

    /// <summary>Outputs of modules.</summary>
    Forward,

    /// <summary>The loss.</summary>
    Loss,

    /// <summary>Gradients of outputs and parameters.</summary>
    Backward,

    /// <summary>Clipping of gradients.</summary>
    Clipping,

    /// <summary>The optimizer's step: parameters, its state, the model's buffers.</summary>
    Update,
}

/// <summary>A side of a comparison.</summary>
[Flags]
internal enum Side
{
    /// <summary>Neither, or not known.</summary>
    None = 0,

    /// <summary>The original.</summary>
    Original = 1,

    /// <summary>The port.</summary>
    Port = 2,
}

/// <summary>A difference of two tensors, at the element where it is greatest.</summary>
/// <param name="Relative">The greatest difference, as a share of the greatest number of both tensors.</param>
/// <param name="Index">The element's place; empty for single numbers.</param>
/// <param name="Original">The original's number there.</param>
/// <param name="Port">The port's.</param>
/// <param name="Ratio">The port's numbers divided by the original's where it is nearly one for all; null where it is not.</param>
internal sealed record TensorDifference(double Relative, IReadOnlyList<long> Index, double Original, double Port, double? Ratio);

/// <summary>A number computed anew in float64 that a side does not have.</summary>
/// <param name="Side">The side that is wrong.</param>
/// <param name="Index">The place of the number that is furthest outside its bound.</param>
/// <param name="Recorded">What the side has.</param>
/// <param name="Exact">What it should have, from what the side itself was given.</param>
/// <param name="Bound">How far rounding may take it.</param>
internal sealed record Wrong(Side Side, IReadOnlyList<long> Index, double Recorded, double Exact, double Bound);

/// <summary>Extension of lists of wrong numbers.</summary>
internal static class WrongNumbers
{
    /// <summary>The sides that have one.</summary>
    internal static Side Sides(this IReadOnlyList<Wrong> numbers) => numbers.Aggregate(Side.None, (sides, wrong) => sides | wrong.Side);
}

/// <summary>A place where two runs part.</summary>
/// <param name="Stage">The part of the run.</param>
/// <param name="Step">The step, from 0; -1 before the first.</param>
/// <param name="Name">The module or parameter, under the original's name.</param>
/// <param name="PortName">The same under the port's name.</param>
/// <param name="What">A sentence that says what differs.</param>
internal sealed record Finding(Stage Stage, int Step, string Name, string PortName, string What)
{
    /// <summary>The quantity; null for settings.</summary>
    internal RecordedQuantity? Quantity { get; init; }

    /// <summary>The difference in numbers; null where there is none, as for settings.</summary>
    internal TensorDifference? Difference { get; init; }

    /// <summary>Numbers that a side should have and has not; empty where nothing could be computed anew.</summary>
    internal IReadOnlyList<Wrong> Wrong { get; init; } = [];

    /// <summary>The sides that are wrong by what they were given themselves.</summary>
    internal Side WrongSides => Wrong.Sides();

    /// <summary>Other modules or parameters of the same stage and step of which the same is to be said.</summary>
    internal IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>Reasons that the numbers show; several if they cannot be told apart.</summary>
    internal IReadOnlyList<Mistake> Causes { get; init; } = [];
}

/// <summary>A run in a few words.</summary>
/// <param name="Path">The recording as the user named it.</param>
/// <param name="Name">The run's name.</param>
/// <param name="Framework">Its framework with versions.</param>
/// <param name="Surroundings">Device, threads, seed and dtype, as far as they are recorded.</param>
/// <param name="Keep">What is kept of each tensor.</param>
/// <param name="Steps">Number of recorded steps.</param>
/// <param name="IsCutShort">True if the recording ends within a line.</param>
internal sealed record RunSummary(
    string Path,
    string Name,
    string Framework,
    IReadOnlyList<KeyValuePair<string, string>> Surroundings,
    Keep Keep,
    int Steps,
    bool IsCutShort
);

/// <summary>A module of both sides, with how far apart its outputs are.</summary>
/// <param name="Name">The original's name; empty for the root.</param>
/// <param name="PortName">The port's; null if it has none.</param>
/// <param name="Type">Its kind.</param>
/// <param name="Distances">For each compared step the greatest relative distance of its outputs; NaN where none was compared.</param>
internal sealed record ModuleDistances(string Name, string? PortName, string Type, IReadOnlyList<double> Distances);

/// <summary>A step's loss on both sides.</summary>
/// <param name="Step">The step.</param>
/// <param name="Original">The original's; NaN if it is not recorded.</param>
/// <param name="Port">The port's.</param>
internal sealed record LossPair(int Step, double Original, double Port);

/// <summary>Numbers of tensors by what was found.</summary>
/// <param name="Compared">Compared on both sides.</param>
/// <param name="SameBits">Of these, with the same bits.</param>
/// <param name="Judged">Of the others, computed anew from both sides' own numbers and within bounds.</param>
/// <param name="Near">Of the others, of a kind that nobody knows, with differences that rounding may have made.</param>
internal sealed record DiffCounts(long Compared, long SameBits, long Judged, long Near);

/// <summary>A comparison of two recordings.</summary>
/// <param name="Original">The side that is taken as right.</param>
/// <param name="Port">The other.</param>
/// <param name="Findings">Places where they part, in the order in which things are computed.</param>
/// <param name="Matching">Sentences on names and orders that differ and mean the same.</param>
/// <param name="Unchecked">Sentences on what could not be compared.</param>
/// <param name="Counts">Numbers of tensors.</param>
/// <param name="Losses">Losses of both.</param>
/// <param name="Steps">The steps that were compared.</param>
/// <param name="Modules">The original's modules in the order of its tree.</param>
internal sealed record DiffResult(
    RunSummary Original,
    RunSummary Port,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<string> Matching,
    IReadOnlyList<string> Unchecked,
    DiffCounts Counts,
    IReadOnlyList<LossPair> Losses,
    IReadOnlyList<int> Steps,
    IReadOnlyList<ModuleDistances> Modules
)
{
    /// <summary>Modules of known kinds that could not be computed anew: what they do is not judged.</summary>
    internal IReadOnlyList<string> Uncomputed { get; init; } = [];

    /// <summary>Its outcome.</summary>
    internal DiffVerdict Verdict =>
        Findings.Count > 0 ? DiffVerdict.Parted
        : Counts.SameBits == Counts.Compared ? DiffVerdict.Same
        : DiffVerdict.Rounding;
}
