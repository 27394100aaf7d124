using Micrograd.Parity.Backends;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Running;
using Micrograd.Parity.Torch;

namespace Micrograd.Parity.Tests;

/// <summary>The suite with PyTorch loaded. Without PyTorch every test that uses it fails; none is skipped.</summary>
public static class SuiteFixture
{
    public static RunContext Context { get; } = new(
        new MicrogradBackend(ParitySuite.Default.Ops),
        new TorchBackend(ParitySuite.Default.Ops),
        ParitySuite.Default.Known,
        TorchLibrary.Load(),
        Seed: 2)
    {
        Points = 300,
    };

    public static IComparison Comparison(string name) => ParitySuite.Default.Comparisons().Single(c => c.Name == name);
}
