using CsCheck;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Numerics;
using Micrograd.Tests;

namespace Micrograd.Parity.Tests;

public class UlpsTests
{
    [Theory]
    [InlineData(1.0, 1.0, 0UL)]
    [InlineData(1.0, 1.0000000000000002, 1UL)]
    [InlineData(1.0, 0.9999999999999999, 1UL)]
    [InlineData(0.0, -0.0, 1UL)]
    [InlineData(0.0, double.Epsilon, 1UL)]
    [InlineData(-0.0, -double.Epsilon, 1UL)]
    [InlineData(-double.Epsilon, double.Epsilon, 3UL)]
    [InlineData(2.2250738585072009e-308, 2.2250738585072014e-308, 1UL)]
    [InlineData(double.MaxValue, double.PositiveInfinity, 1UL)]
    [InlineData(double.NegativeInfinity, double.PositiveInfinity, 18437736874454810625UL)]
    [InlineData(double.NaN, double.NaN, 0UL)]
    [InlineData(double.NaN, 1.0, ulong.MaxValue)]
    [InlineData(1.0, double.NaN, ulong.MaxValue)]
    public void Distance_counts_the_doubles_between(double a, double b, ulong expected)
    {
        Assert.Equal(expected, Ulps.Distance(a, b));
        Assert.Equal(expected, Ulps.Distance(b, a));
    }

    [Fact]
    public void Same_tells_signs_of_zero_apart_and_all_nans_alike()
    {
        Assert.False(Ulps.Same(0.0, -0.0));
        Assert.True(Ulps.Same(double.NaN, BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_0123)));
        Assert.False(Ulps.Same(double.NaN, double.PositiveInfinity));
    }

    [Theory]
    [InlineData(0.0, 1, double.Epsilon)]
    [InlineData(-0.0, 1, 0.0)]
    [InlineData(-double.Epsilon, 1, -0.0)]
    [InlineData(-double.Epsilon, 3, double.Epsilon)]
    [InlineData(double.MaxValue, 1, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, 5, double.PositiveInfinity)]
    [InlineData(1.0, -1, 0.9999999999999999)]
    public void Step_goes_to_the_neighbouring_doubles(double from, long steps, double expected) =>
        Assert.True(Ulps.Same(expected, Ulps.Step(from, steps)));

    [Fact]
    public void Step_and_distance_agree_everywhere() =>
        Gen.Select(Property.Doubles.Where(double.IsFinite), Gen.Int[-1000, 1000])
            .Holds(
                10_000,
                drawn =>
                {
                    var (x, steps) = drawn;
                    var y = Ulps.Step(x, steps);
                    if (double.IsFinite(y))
                    {
                        Assert.Equal((ulong)Math.Abs(steps), Ulps.Distance(x, y));
                        Assert.True(Ulps.Same(x, Ulps.Step(y, -steps)));
                    }
                    else
                    {
                        Assert.Equal(steps > 0 ? double.PositiveInfinity : double.NegativeInfinity, y);
                    }

                    if (x != 0)
                        Assert.Equal(Math.BitIncrement(x), Ulps.Step(x, 1));
                },
                drawn => $"{drawn.Item2} steps from {drawn.Item1}"
            );
}
