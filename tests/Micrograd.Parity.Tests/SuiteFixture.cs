using System.Runtime.CompilerServices;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Engines.Torch;

namespace Micrograd.Parity.Tests;

/// <summary>The suite with PyTorch loaded. Without PyTorch every test that uses it fails; none is skipped.</summary>
public static class SuiteFixture
{
    public static RunContext Context { get; } = ParitySuite.Default.Context(seed: 2) with { Points = 300 };

    public static IComparison Comparison(string name) => ParitySuite.Default.Comparisons().Single(c => c.Name == name);

    /// <summary>
    /// Loads PyTorch before any test computes, in whatever order they run: the first op settles the engine's elementary functions. Where it
    /// cannot be loaded, the tests that need it say so.
    /// </summary>
    [ModuleInitializer]
    internal static void LoadTorch()
    {
        try
        {
            TorchLibrary.Load();
        }
        catch (TorchUnavailableException) { }
    }
}
