using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Training;

/// <summary>PyTorch, loaded once for all tests of this folder.</summary>
internal static class Context
{
    private static readonly Lazy<RunContext> s_usual = new(() =>
    {
        var ops = new OpCatalogue([]);
        return new RunContext(new MicrogradBackend(ops), new TorchBackend(ops), [], TorchLibrary.Load(), seed: 1);
    });

    internal static ItemResult Compare(TrainingRun run, MirrorKind mirror, TrainingLength length = TrainingLength.Full, bool lockstep = false) =>
        new TrainingComparison(run, mirror, ParitySuite.Default.Ops) { Lockstep = lockstep }.Run(s_usual.Value with { TrainingLength = length });
}
