using Micrograd.Batching;

namespace Micrograd.Tests.Batching;

/// <summary>Ops of three operands in recordings: the bits of one sample after the other, whichever operands are samples, values from outside or numbers.</summary>
public class TernaryReplayTests
{
    private static readonly double[] s_samples =
    [
        .. Enumerable.Range(0, 37).SelectMany(i => new[] { Math.Sin(i), Math.Cos(3 * i), (i - 18) / 20.0 }),
    ];

    /// <summary>Each by itself, since a NaN among many would be their sum.</summary>
    private static readonly double[][] s_special =
    [
        [0.0, -0.0, 0.5],
        [-0.0, 1, -0.5],
        [double.PositiveInfinity, 1, 0.25],
        [1e308, -1e308, 0.75],
        [double.NaN, 1, 0.5],
        [5e-324, 1, 1],
    ];

    [Fact]
    public void Lerp_of_samples_and_of_values_from_outside()
    {
        Check([1.5, -0.75, 0.625], (x, w) => (x[0] * w[0]).Lerp(x[1] * w[1], x[2] * w[2]));
        Check([1.5, -0.75, 0.625], (x, w) => w[0].Lerp(x[1], x[2]) + x[0]);
        Check([1.5, -0.75, 0.625], (x, w) => x[0].Lerp(w[1], x[2]) + x[1]);
        Check([1.5, -0.75, 0.625], (x, w) => x[0].Lerp(x[1], w[2]) * x[2]);
    }

    [Fact]
    public void Lerp_with_constants_and_with_one_value_as_several_operands()
    {
        Check([1.5], (x, w) => (x[0] * w[0]).Lerp(2, 0.25) + x[1] * x[2]);
        Check([1.5], (x, w) => Value.Constant(2).Lerp(x[0] * w[0], 0.75) + x[1] * x[2]);
        Check([1.5], (x, w) => Value.Constant(2).Lerp(-3, x[0] * w[0]) + x[1] * x[2]);
        Check([1.5], (x, w) =>
        {
            var y = x[0] * w[0];
            return y.Lerp(y, x[1]) + y.Lerp(x[2], y) + w[0].Lerp(w[0], w[0]);
        });
    }

    [Fact]
    public void Where_and_lerp_in_one_function() => Check([1.5, -0.75], (x, w) => Value.Where(true, x[1] * w[0], x[0]).Lerp(w[0], x[2]).GeluTanh());

    [Fact]
    public void A_weight_that_is_a_sample_is_recorded()
    {
        var w = new Value(3);
        var results = Recording.Of(1, x => w.Lerp(2, x[0])).Replay([0, 0.25, 0.5, 1]);
        Assert.Equal([3, 2.75, 2.5, 2], Array.ConvertAll(results, y => y.Data));
        results[1].Backward();
        Assert.Equal(0.75, w.Grad);
    }

    private static void Check(double[] outers, Func<Value[], Value[], Value> function)
    {
        SameAsOneByOne.Assert(3, s_samples, outers, function);
        foreach (var sample in s_special)
            SameAsOneByOne.Assert(3, sample, outers, function);
    }
}
