using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Fuzzing.Oracles;

namespace Micrograd.Parity.Tests.Bounds;

/// <summary>Against exact values no bound is exceeded; <c>parity bounds</c> runs more programs.</summary>
public class ValidationTests
{
    [Trait("Needs", "mpfr")]
    [Fact]
    public void No_bound_is_exceeded_by_the_exact_value_or_by_ours()
    {
        var result = BoundValidation.Run(ParitySuite.Default.Ops, seed: 11, programs: 300);
        Assert.True(result.ExceededCount == 0, string.Join(Environment.NewLine, result.Exceeded));
        Assert.True(result.Numbers > 10_000);
        Assert.True(result.Inexact > 1000);
    }
}
