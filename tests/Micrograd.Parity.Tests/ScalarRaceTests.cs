using System.Runtime.InteropServices;
using Micrograd.Parity.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Tests;

/// <summary>
/// TorchSharp's <c>Scalar</c>s are freed in use when another thread starts a collection; the harness holds finalizers back while PyTorch
/// works. Another thread collects all the time here, and so these tests run alone.
/// </summary>
[Collection(nameof(RunAlone))]
public class ScalarRaceTests
{
    private const int Additions = 300_000;
    private const int AtOnce = 100;

    [Fact]
    public void No_Scalar_is_freed_while_PyTorch_works()
    {
        _ = SuiteFixture.Context;
        Assert.Equal(0, FailuresBesideCollections());
    }

    [Fact]
    public void Finalizers_run_again_soon_after_the_work()
    {
        _ = SuiteFixture.Context;
        using (TorchWork.Begin())
            Drop();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.True(Dropped.IsFinalized);
    }

    private static int FailuresBesideCollections()
    {
        using var end = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!end.IsCancellationRequested)
            {
                _ = new byte[1000];
                GC.Collect(0);
            }
        });
        collector.Start();
        var failures = 0;
        using var x = tensor(1.5, float64);
        for (var i = 0; i < Additions / AtOnce; i++)
        {
            using var work = TorchWork.Begin();
            for (var k = 0; k < AtOnce; k++)
            {
                try
                {
                    using var y = x + x;
                }
                catch (ExternalException)
                {
                    failures++;
                }
            }
        }

        end.Cancel();
        collector.Join();
        return failures;
    }

    private static void Drop() => _ = new Dropped();

    private sealed class Dropped
    {
        internal static bool IsFinalized { get; private set; }

        ~Dropped() => IsFinalized = true;
    }
}
