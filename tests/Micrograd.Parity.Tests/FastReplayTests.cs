using Micrograd.Parity.Formulas;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Precision;
using TorchSharp;

namespace Micrograd.Parity.Tests;

/// <summary>What <see cref="ReplayMode.Fast"/> promises: tanh within 3 units in the last place, sums within what any order of adding can differ by.</summary>
public class FastReplayTests
{
    private const double UnitRoundoff = 1.0 / (1L << 53);

    [Trait("Needs", "mpfr")]
    [Fact]
    public void Tanh_is_within_three_units_in_the_last_place()
    {
        using var step = Tape.Current.BeginStep();
        var random = new SeededRandom(1);
        double[] points =
        [
            .. Enumerable.Range(0, 60_000).Select(_ => 50 * random.NextDouble() - 25),
            .. Enumerable.Range(0, 60_000).Select(_ => 3 * random.NextDouble() - 1.5),
            .. Enumerable.Range(0, 20_000).Select(_ => Math.Pow(10, -320 * random.NextDouble())),
            // Where the division by ln 2 goes over to the next multiple.
            .. Enumerable.Range(0, 20_000).Select(i => ((i % 40) + 0.5) * Math.Log(2) / 2 * (1 + (random.NextDouble() - 0.5) / 1000)),
        ];
        var exact = new PreciseArithmetic(200);
        var one = new Value(1);
        var results = Recording.Of(1, x => (x[0] * one).Tanh(), ReplayMode.Fast).Replay(points);
        var worst = points.Zip(results, (x, y) => Error(exact.Apply(Primitive.Tanh, exact.Number(x)), y.Data)).Max();
        Assert.InRange(worst, 0.5, 3);
    }

    [Fact]
    public void Tanh_of_special_values_is_exact()
    {
        double[] points =
        [
            0.0,
            -0.0,
            5e-324,
            -5e-324,
            1e-310,
            double.PositiveInfinity,
            double.NegativeInfinity,
            double.NaN,
            1e300,
            -23,
            double.MaxValue,
        ];
        var one = new Value(1);
        var results = Recording.Of(1, x => (x[0] * one).Tanh(), ReplayMode.Fast).Replay(points);
        Assert.Equal(points.Select(x => BitConverter.DoubleToInt64Bits(Math.Tanh(x))), results.Select(y => BitConverter.DoubleToInt64Bits(y.Data)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(31)]
    [InlineData(100)]
    [InlineData(133)]
    public void Sums_differ_by_no_more_than_their_order_can_make(int samples)
    {
        const int Inputs = 7;
        var random = new SeededRandom(samples);
        double[] x = [.. Enumerable.Range(0, samples * Inputs).Select(_ => Number())];
        double[] upstreams = [.. Enumerable.Range(0, samples).Select(_ => Number())];
        double[] weights = [.. Enumerable.Range(0, Inputs + 1).Select(_ => Number())];
        var (same, sameGradients) = Neuron(ReplayMode.SameBits);
        var (fast, fastGradients) = Neuron(ReplayMode.Fast);
        for (var i = 0; i < samples; i++)
        {
            var terms = Math.Abs(weights[Inputs]) + Enumerable.Range(0, Inputs).Sum(k => Math.Abs(weights[k] * x[i * Inputs + k]));
            Assert.InRange(Math.Abs(same[i] - fast[i]), 0, 2 * Gamma(Inputs + 1) * terms);
        }

        for (var k = 0; k < Inputs; k++)
        {
            var terms = Enumerable.Range(0, samples).Sum(i => Math.Abs(upstreams[i] * x[i * Inputs + k]));
            Assert.InRange(Math.Abs(sameGradients[k] - fastGradients[k]), 0, 2 * Gamma(samples + 1) * terms);
        }

        double Number() => Math.Exp(8 * random.NextDouble() - 4) * (random.Next(2) * 2 - 1);

        (double[] Results, double[] Gradients) Neuron(ReplayMode mode)
        {
            using var step = Tape.Current.BeginStep();
            Value[] w = [.. weights.Select(n => new Value(n))];
            var results = Recording
                .Of(Inputs, input => input.Select((a, k) => w[k] * a).Aggregate((sum, term) => sum + term) + w[Inputs], mode)
                .Replay(x);
            results.Zip(upstreams, (y, g) => y * g).Aggregate((a, b) => a + b).Backward();
            return (Array.ConvertAll(results, y => y.Data), Array.ConvertAll(w, v => v.Grad));
        }
    }

    [Fact]
    public void What_a_root_does_not_reach_has_no_part()
    {
        using var step = Tape.Current.BeginStep();
        Value[] w = [new(2), new(3)];
        var results = Recording.Of(1, x => w[0] * x[0] + w[1], ReplayMode.Fast).Replay([1, 2, double.PositiveInfinity, 4, double.NaN]);
        (results[1] + results[3]).Backward();
        Assert.Equal((6, 2), (w[0].Grad, w[1].Grad));
    }

    [Fact]
    public void It_is_not_the_default()
    {
        using var step = Tape.Current.BeginStep();
        using var scope = torch.NewDisposeScope();
        var one = new Value(1);
        double[] points = [.. Enumerable.Range(1, 1000).Select(i => i / 300.0)];
        var results = Recording.Of(1, x => (x[0] * one).Tanh()).Replay(points);
        Assert.Equal(Array.ConvertAll(points, x => torch.tensor(x).tanh().item<double>()), Array.ConvertAll(results, y => y.Data));
    }

    /// <summary>The distance from the exact number, in units of the last place of a double of that size.</summary>
    private static double Error(BigFloat exact, double y)
    {
        var nearest = Math.Abs(exact.ToDouble());
        return exact.DistanceTo(y) / (Math.BitIncrement(nearest) - nearest);
    }

    /// <summary>What n roundings can amount to, of the sum of the terms' magnitudes.</summary>
    private static double Gamma(int roundings) => roundings * UnitRoundoff / (1 - roundings * UnitRoundoff);
}
