using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Tests.Fuzzing;
using TorchSharp;

namespace Micrograd.Parity.Tests;

/// <summary>Counts the tensors of the whole process, and so runs while no other test does.</summary>
[Collection(nameof(RunAlone))]
public class LeakTests
{
    /// <summary>
    /// By TorchSharp's statistics of this thread: what was made and not disposed of, though a finalizer may free it later. The process's
    /// <c>Tensor.TotalCount</c> never comes down again for a <c>Parameter</c>, whose constructor takes over another tensor's handle.
    /// </summary>
    [Fact]
    public void A_whole_run_disposes_of_every_tensor()
    {
        var context = SuiteFixture.Context with { Points = 20 };
        foreach (var comparison in ParitySuite.Default.Comparisons())
        {
            // The first use of a function may make a tensor that the thread keeps.
            comparison.Run(context);
            var before = Alive;
            comparison.Run(context);
            Assert.True(Alive == before, $"{comparison.Name} left {Alive - before} tensors behind.");
        }
    }

    [Fact]
    public void A_tensor_left_behind_is_seen()
    {
        var before = Alive;
        using (torch.NewDisposeScope())
            torch.tensor(1.0).DetachFromDisposeScope();
        Assert.Equal(before + 1, Alive);
    }

    [Fact]
    public void Random_programs_leak_no_tensor()
    {
        Drain();
        var before = torch.Tensor.TotalCount;
        Campaigns.Run(new FuzzOptions { Programs = 1000 });
        Drain();
        Assert.Equal(before, torch.Tensor.TotalCount);

        static void Drain()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static long Alive => DisposeScopeManager.Statistics.ThreadTotalLiveCount;
}

/// <summary>Tests that run while no other test does.</summary>
[CollectionDefinition(nameof(RunAlone), DisableParallelization = true)]
public sealed class RunAlone;
