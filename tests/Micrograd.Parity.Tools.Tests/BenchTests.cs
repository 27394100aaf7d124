using Micrograd.Parity.Tools.Timing;

namespace Micrograd.Parity.Tools.Tests;

public class BenchTests
{
    [Fact]
    public void Results_may_differ_by_the_rounding_of_all_operations_and_no_more()
    {
        double[] ours = [0.02, 24.7],
            theirs = [0.02 + 1e-11, 24.7];
        Assert.True(Bench.Agree("W1", 1, ours, theirs));
        Assert.True(Bench.Agree("W1-fast", 1, ours, [.. theirs, 0]));
        Assert.False(Bench.Agree("W2", 1, ours, theirs));
        Assert.False(Bench.Agree("W1", 1, ours, [0.02 + 1e-9, 24.7]));
        Assert.False(Bench.Agree("W1", 1, ours, [double.NaN, 24.7]));
    }
}
