using System.Diagnostics;
using System.Runtime.CompilerServices;
using Micrograd.Parity.Diff.Alignment;
using Micrograd.Parity.Diff.Judges;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests;

/// <summary>No finalizer runs while numbers are compared: it could free what PyTorch is about to read.</summary>
public class HeldComparisonTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMilliseconds(100);

    public HeldComparisonTests() => TorchLibrary.Load();

    [Fact]
    public void Finalizers_wait_while_tensors_are_compared() => DemandHeld((a, b) => TensorComparison.Compare(a, b, a.shape));

    [Fact]
    public void Finalizers_wait_while_a_factor_is_looked_for() => DemandHeld((a, b) => TensorComparison.ConstantFactor(a, b));

    [Fact]
    public void Finalizers_wait_while_numbers_are_held_against_their_bounds() =>
        DemandHeld((a, b) => Judgement.Furthest(Side.Port, b, new Recomputed(a, a.abs())));

    [Fact]
    public void Finalizers_wait_while_bounds_are_loosened() =>
        DemandHeld((a, b) => Judgement.Loosened(new Recomputed(a, b), ScalarType.Float32).Bound.Dispose());

    [Fact]
    public void Finalizers_wait_while_an_order_is_looked_for() => DemandHeld((a, b) => Arrangement.Find(a, b, 1e-9));

    /// <summary>Once a second finalizers may run, so that one time must be enough.</summary>
    private static void DemandHeld(Action<Tensor, Tensor> compare)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (linspace(-1, 1, 64, ScalarType.Float64), linspace(-2.5, 2.5, 64, ScalarType.Float64));
        Assert.Contains(true, Enumerable.Range(0, 5).Select(_ => AreHeld(() => compare(a, b))));
    }

    private static bool AreHeld(Action work)
    {
        work();
        var isFinalized = new StrongBox<bool>();
        Finalized.Drop(isFinalized);
        GC.Collect();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < s_long; )
            work();
        return !Volatile.Read(ref isFinalized.Value);
    }

    private sealed class Finalized(StrongBox<bool> isFinalized)
    {
        ~Finalized() => Volatile.Write(ref isFinalized.Value, true);

        /// <summary>Makes one without references to it.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal static void Drop(StrongBox<bool> isFinalized) => _ = new Finalized(isFinalized);
    }
}
