using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>Part of an engine that a fault is in.</summary>
internal enum FaultLevel
{
    /// <summary>The value or VJP rule of one op.</summary>
    Op,

    /// <summary>The backward pass: graph traversal and gradient accumulation.</summary>
    Graph,

    /// <summary>The network or its training loop.</summary>
    Training,
}

/// <summary>A bug that people make in autograd engines: its description, and how it is planted into the model engine.</summary>
/// <param name="Name">Its name: <c>gradients-not-cleared</c>.</param>
/// <param name="Level">Part of an engine that it is in.</param>
/// <param name="Title">One-line description.</param>
internal abstract record Fault(string Name, FaultLevel Level, string Title)
{
    /// <summary>Description of the fault.</summary>
    public required string What { get; init; }

    /// <summary>Effect on the numbers.</summary>
    public required string Effect { get; init; }

    /// <summary>Smallest example.</summary>
    public required string Example { get; init; }

    /// <summary>Instructions for fixing it.</summary>
    public required string Repair { get; init; }

    /// <summary>Rules of the model engine with the fault planted.</summary>
    public ModelRules Model { get; init; } = ModelRules.Right;
}

/// <summary>A fault that shows in a single graph: in an op's rule, or in the backward pass.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Level">Part of an engine that it is in.</param>
/// <param name="Title">One-line description.</param>
/// <param name="PlantedIn">Program that it is planted into to test whether it is caught.</param>
internal sealed record GraphFault(string Name, FaultLevel Level, string Title, Program PlantedIn) : Fault(Name, Level, Title)
{
    /// <summary>Variants of the fault with another order of traversal, which gives other numbers; tried in a diagnosis.</summary>
    public IReadOnlyList<ModelRules> Variants { get; init; } = [];

    /// <summary>Forms of the fault, from what a trace tells; tried in a diagnosis in place of the planted one. Null if there is nothing to find.</summary>
    public Func<GraphTrace, OpCatalogue, IEnumerable<GraphForm>>? Forms { get; init; }
}

/// <summary>A form of a fault with what was found for it in a graph.</summary>
/// <param name="Says">What was found, in words.</param>
/// <param name="Rules">Rules of the engine with the fault planted in this form.</param>
/// <param name="Leaves">Numbers that leaves have at first in place of the recorded ones, by node.</param>
internal sealed record GraphForm(string Says, ModelRules Rules, IReadOnlyDictionary<int, double> Leaves);

/// <summary>A fault that shows in a training run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">One-line description.</param>
/// <param name="PlantedIn">Training run that it is planted into to test whether it is caught.</param>
internal sealed record TrainingFault(string Name, string Title, TrainingSpec PlantedIn) : Fault(Name, FaultLevel.Training, Title)
{
    /// <summary>Rules of the training loop with the fault planted.</summary>
    public required LoopRules Loop { get; init; }

    /// <summary>True for a fault that says what the numbers are, not how they came to be: named only where no other fits as well.</summary>
    public bool IsGeneral { get; init; }

    /// <summary>Other forms of the fault, from what a trace tells; tried in a diagnosis.</summary>
    public Func<TrainingClues, IEnumerable<FaultVariant>> Variants { get; init; } = _ => [];

    /// <summary>True for the training runs that the fault can occur in.</summary>
    public Func<TrainingSpec, bool> CanBeIn { get; init; } = _ => true;
}
