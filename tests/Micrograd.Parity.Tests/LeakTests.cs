using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Fuzzing;
using TorchSharp;

namespace Micrograd.Parity.Tests;

/// <summary>
/// Counts by TorchSharp's statistics of this thread: what was made and not disposed of, though a finalizer may free it later. The process's
/// <c>Tensor.TotalCount</c> never comes down again for a <c>Parameter</c>, whose constructor takes over another tensor's handle.
/// </summary>
public class LeakTests
{
    [Trait("Speed", "slow")]
    [Fact]
    public void A_whole_run_disposes_of_every_tensor()
    {
        var context = SuiteFixture.Context with { Points = 20 };
        foreach (var comparison in ParitySuite.Default.Comparisons())
        {
            var before = Alive;
            comparison.Run(context);
            if (Alive == before)
                continue;

            // The first use of a function may make a tensor that the thread keeps; the second makes none.
            before = Alive;
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
    public void Random_programs_dispose_of_every_tensor()
    {
        var (ops, context) = (ParitySuite.Default.Ops, SuiteFixture.Context);
        var generator = new ProgramGenerator(ops, ops.All);
        for (var i = 0; i < 1000; i++)
        {
            var program = generator.Make(1, i);
            if (i == 0)
                ProgramCheck.Run(program, context);
            var before = Alive;
            ProgramCheck.Run(program, context);
            Assert.True(Alive == before, $"{program.Name} left {Alive - before} tensors behind.");
        }
    }

    private static long Alive => DisposeScopeManager.Statistics.ThreadTotalLiveCount;
}

/// <summary>Tests that run while no other test does.</summary>
[CollectionDefinition(nameof(RunAlone), DisableParallelization = true)]
public sealed class RunAlone;
