using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Running;

namespace Micrograd.Parity.Tests;

/// <summary>The suite with PyTorch loaded. Without PyTorch every test that uses it fails; none is skipped.</summary>
public static class SuiteFixture
{
    public static RunContext Context { get; } = ParitySuite.Default.Context(seed: 2) with { Points = 300 };

    public static IComparison Comparison(string name) => ParitySuite.Default.Comparisons().Single(c => c.Name == name);
}
