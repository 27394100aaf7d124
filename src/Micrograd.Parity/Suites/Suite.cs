using Micrograd.Parity.Comparing;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Suites;

/// <summary>All items that can be compared.</summary>
/// <param name="Ops">The ops.</param>
/// <param name="Programs">The programs.</param>
public sealed record Suite(OpCatalogue Ops, IReadOnlyList<Program> Programs)
{
    /// <summary>The training runs.</summary>
    internal IReadOnlyList<TrainingRun> TrainingRuns { get; init; } = [];

    /// <summary>The known differences.</summary>
    internal IReadOnlyList<KnownDifference> Known { get; init; } = [];

    /// <summary>Judges what bounds do not explain in another engine's numbers; null if nothing does.</summary>
    internal IEngineDiagnosis? Diagnosis { get; init; }

    /// <summary>
    /// Every op under each of its settings, every program, and every training run against each of its mirrors, in the order of the
    /// catalogue.
    /// </summary>
    public IReadOnlyList<IComparison> Comparisons() =>
        [
            .. Ops.All.SelectMany(op => op.Settings.Select(s => new OpComparison(op, s))),
            .. Programs.Select(p => new ProgramComparison(p)),
            .. TrainingRuns.SelectMany(r => r.Mirrors.Select(m => new TrainingComparison(r, m, Ops))),
        ];

    /// <summary>
    /// The same ops and programs on vectors, in both formats; they must stay within bounds, whichever kernels PyTorch selects. Training runs are
    /// not among them: their updates must have the same bits, which fused multiply-add breaks.
    /// </summary>
    public IReadOnlyList<IComparison> BoundedComparisons() =>
        [
            .. from format in FloatFormat.All
            from op in Ops.All
            from settings in op.Settings
            select new VectorOpComparison(op, settings, format, Ops),
            .. from format in FloatFormat.All from program in Programs select new VectorProgramComparison(program, format, Ops),
        ];

    /// <summary>Context to run the comparisons in: the engine against PyTorch, which is loaded now.</summary>
    /// <param name="seed">The seed of all random points.</param>
    /// <param name="kernels">PyTorch's kernels.</param>
    /// <exception cref="TorchUnavailableException">There is no PyTorch to compare with.</exception>
    public RunContext Context(int seed = 1, KernelChoice kernels = KernelChoice.Best) =>
        new(new MicrogradBackend(Ops), new TorchBackend(Ops), Known, TorchLibrary.Load(kernels), seed);
}
