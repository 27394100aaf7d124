using Micrograd.Parity.Programs;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>Where in an engine a mistake is made.</summary>
public enum FaultLevel
{
    /// <summary>In the rule of one operation.</summary>
    Op,

    /// <summary>In how a backward pass goes through the graph.</summary>
    Graph,

    /// <summary>In a network or its training loop.</summary>
    Training,
}

/// <summary>A mistake that people make: what there is to know of it, and how it is planted into the model engine.</summary>
/// <param name="Name">Its name: <c>gradients-not-cleared</c>.</param>
/// <param name="Level">Where it is made.</param>
/// <param name="Title">What it is, in a line.</param>
public abstract record Fault(string Name, FaultLevel Level, string Title)
{
    /// <summary>What it is.</summary>
    public required string What { get; init; }

    /// <summary>What it does to the numbers.</summary>
    public required string Effect { get; init; }

    /// <summary>The smallest example.</summary>
    public required string Example { get; init; }

    /// <summary>How to repair it.</summary>
    public required string Repair { get; init; }

    /// <summary>The rules of the model engine with it planted.</summary>
    public ModelRules Model { get; init; } = ModelRules.Right;
}

/// <summary>A mistake that shows in a single graph: in an op's rule, or in the way through the graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Level">Where it is made.</param>
/// <param name="Title">What it is, in a line.</param>
/// <param name="PlantedIn">The program that it is planted into to see whether it is caught.</param>
public sealed record GraphFault(string Name, FaultLevel Level, string Title, Program PlantedIn) : Fault(Name, Level, Title)
{
    /// <summary>The rules of engines that make the same mistake but go another way, which gives other numbers; tried in a diagnosis.</summary>
    public IReadOnlyList<ModelRules> Variants { get; init; } = [];
}

/// <summary>A mistake that shows in a training run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">What it is, in a line.</param>
/// <param name="PlantedIn">The run that it is planted into to see whether it is caught.</param>
public sealed record TrainingFault(string Name, string Title, TrainingSpec PlantedIn) : Fault(Name, FaultLevel.Training, Title)
{
    /// <summary>The rules of the training loop with it planted.</summary>
    public required LoopRules Loop { get; init; }

    /// <summary>Whether it can be made in a run at all.</summary>
    public Func<TrainingSpec, bool> CanBeIn { get; init; } = _ => true;
}
