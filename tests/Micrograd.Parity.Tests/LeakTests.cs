using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Running;
using Micrograd.Parity.Tests.Fuzzing;

namespace Micrograd.Parity.Tests;

/// <summary>Counts the tensors of the whole process, and so runs while no other test does.</summary>
[Collection(nameof(RunAlone))]
public class LeakTests
{
    [Fact]
    public void A_whole_run_leaks_no_tensor() =>
        LeaksNothing(() => ParityRun.Run(ParitySuite.Default.Comparisons(), SuiteFixture.Context with { Points = 20 }));

    [Fact]
    public void Random_programs_leak_no_tensor() => LeaksNothing(() => Campaigns.Run(new FuzzOptions { Programs = 1000 }));

    private static void LeaksNothing(Action run)
    {
        Drain();
        var before = TorchSharp.torch.Tensor.TotalCount;
        run();
        Drain();
        Assert.Equal(before, TorchSharp.torch.Tensor.TotalCount);

        static void Drain()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}

/// <summary>Tests that run while no other test does.</summary>
[CollectionDefinition(nameof(RunAlone), DisableParallelization = true)]
public sealed class RunAlone;
