using System.Runtime.CompilerServices;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines.Torch;

namespace Micrograd.Parity.Tests;

/// <summary>TorchSharp's <c>Scalar</c>s would be freed in use when another thread collects: no finalizer may run while PyTorch works.</summary>
[Collection(nameof(RunAlone))]
public class HeldFinalizersTests
{
    [Fact]
    public void No_finalizer_runs_while_PyTorch_works()
    {
        _ = SuiteFixture.Context;
        var dropped = new Dropped.Fate();
        var finalizers = new Thread(GC.WaitForPendingFinalizers);
        using (TorchWork.Begin())
        {
            Drop(dropped);
            GC.Collect();
            finalizers.Start();
            Assert.False(finalizers.Join(HeldFinalizers.LongestHold * 2));
            Assert.False(dropped.IsFinalized);
        }

        finalizers.Join();
        Assert.True(dropped.IsFinalized);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(Dropped.Fate fate) => _ = new Dropped(fate);

    private sealed class Dropped(Dropped.Fate fate)
    {
        ~Dropped() => fate.IsFinalized = true;

        internal sealed class Fate
        {
            internal volatile bool IsFinalized;
        }
    }
}
