using Micrograd.Parity.Backends;
using Micrograd.Parity.Catalogue;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Torch;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Running;

/// <summary>Everything there is to compare.</summary>
/// <param name="Ops">The ops.</param>
/// <param name="Programs">The programs.</param>
/// <param name="TrainingRuns">The training runs.</param>
/// <param name="Known">The known differences.</param>
public sealed record Suite(
    OpCatalogue Ops, IReadOnlyList<Program> Programs, IReadOnlyList<TrainingRun> TrainingRuns, IReadOnlyList<KnownDifference> Known)
{
    /// <summary>
    /// Every op under each of its settings, every program, and every training run against each of its mirrors, in the order of the
    /// catalogue.
    /// </summary>
    public IReadOnlyList<IComparison> Comparisons() =>
    [
        .. Ops.All.SelectMany(op => op.Settings.Select(s => new OpComparison(op, s))),
        .. Programs.Select(p => new ProgramComparison(p)),
        .. TrainingRuns.SelectMany(r => Enum.GetValues<MirrorKind>().Select(m => new TrainingComparison(r, m))),
    ];

    /// <summary>What it takes to run them: the engine against PyTorch, which is loaded now.</summary>
    /// <param name="seed">The seed of all random points.</param>
    /// <exception cref="TorchUnavailableException">There is no PyTorch to compare with.</exception>
    public RunContext Context(int seed = 1) => new(new MicrogradBackend(Ops), new TorchBackend(Ops), Known, TorchLibrary.Load(), seed);
}
