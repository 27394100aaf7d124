using Micrograd.Parity.Engines;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Comparing;

/// <summary>Backends and settings that a comparison runs with.</summary>
/// <param name="Ours">The engine's side; a faulty one to show that faults are detected.</param>
/// <param name="Theirs">PyTorch's side.</param>
/// <param name="Known">The known differences.</param>
/// <param name="Torch">The PyTorch compared against.</param>
/// <param name="Seed">The seed of all random points.</param>
public sealed record RunContext(IBackend Ours, IBackend Theirs, IReadOnlyList<KnownDifference> Known, TorchLibrary Torch, int Seed)
{
    /// <summary>Random points per op; the default run has 2,000.</summary>
    public int Points { get; init; } = 2000;

    /// <summary>Length of each training run.</summary>
    public TrainingLength TrainingLength { get; init; }

    /// <summary>True if results include the data of a report's figures: curves, kinks, graphs.</summary>
    public bool Figures { get; init; }

    /// <summary>The only point of an op to compare, in place of all: operands, then the upstream gradient.</summary>
    public (double[] Operands, double Upstream)? OnlyPoint { get; init; }

    /// <summary>Random generator of an item, seeded by the run's seed and the item's name alone.</summary>
    public SeededRandom RandomFor(string item)
    {
        var hash = 2166136261u;
        foreach (var c in item)
            hash = (hash ^ c) * 16777619u;
        return new SeededRandom(Seed, hash);
    }
}
