using Micrograd.Parity.Engines;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Comparing;

/// <summary>Backends and settings that a comparison runs with.</summary>
public sealed record RunContext
{
    internal RunContext(IBackend ours, IBackend theirs, IReadOnlyList<KnownDifference> known, TorchLibrary torch, int seed) =>
        (Ours, Theirs, Known, Torch, Seed) = (ours, theirs, known, torch, seed);

    /// <summary>The PyTorch compared against.</summary>
    public TorchLibrary Torch { get; }

    /// <summary>The seed of all random points.</summary>
    public int Seed { get; init; }

    /// <summary>Random points per op; the default run has 2,000.</summary>
    public int Points { get; init; } = 2000;

    /// <summary>Length of each training run.</summary>
    internal TrainingLength TrainingLength { get; init; }

    /// <summary>The engine's side; a faulty one to show that faults are detected.</summary>
    internal IBackend Ours { get; init; }

    /// <summary>PyTorch's side.</summary>
    internal IBackend Theirs { get; init; }

    /// <summary>The known differences.</summary>
    internal IReadOnlyList<KnownDifference> Known { get; init; }

    /// <summary>True if results include the data of a report's figures: curves, kinks, graphs.</summary>
    internal bool Figures { get; init; }

    /// <summary>The only point of an op to compare, in place of all: operands, then the upstream gradient.</summary>
    internal (double[] Operands, double Upstream)? OnlyPoint { get; init; }

    /// <summary>Random generator of an item, seeded by the run's seed and the item's name alone.</summary>
    internal SeededRandom RandomFor(string item)
    {
        var hash = 2166136261u;
        foreach (var c in item)
            hash = (hash ^ c) * 16777619u;
        return new SeededRandom(Seed, hash);
    }
}
