namespace Micrograd.Tests.Optimizers;

/// <summary>The recursive forms against the closed ones.</summary>
public sealed class ScheduleTests
{
    private const int Digits = 12;

    [Fact]
    public void Linear_decay_is_the_lectures() =>
        Check(1, o => new LinearDecay(o, 0.9, 100), 100, (k, rate) => Assert.Equal(1.0 - 0.9 * k / 100, rate));

    [Fact]
    public void Step_decay() => Check(0.5, o => new StepDecay(o, 10, 0.3), 50, (k, rate) => Assert.Equal(0.5 * Math.Pow(0.3, k / 10), rate, Digits));

    [Fact]
    public void Exponential_decay() =>
        Check(0.5, o => new ExponentialDecay(o, 0.9), 50, (k, rate) => Assert.Equal(0.5 * Math.Pow(0.9, k), rate, Digits));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    public void Cosine_annealing(int period) =>
        Check(
            0.5,
            o => new CosineAnnealing(o, period, 0.1),
            4 * period,
            (k, rate) => Assert.Equal(0.1 + 0.4 * (1 + Math.Cos(Math.PI * k / period)) / 2, rate, Digits)
        );

    [Fact]
    public void Refuses_settings_out_of_range()
    {
        var optimizer = new Sgd([new Value(1)], 0.5);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinearDecay(optimizer, 0.9, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepDecay(optimizer, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineAnnealing(optimizer, 0));
    }

    private static void Check(double initial, Func<Optimizer, Schedule> make, int epochs, Action<int, double> check)
    {
        var optimizer = new Sgd([new Value(1)], initial);
        var schedule = make(optimizer);
        for (var k = 0; k < epochs; k++)
        {
            Assert.Equal(k, schedule.Epoch);
            check(k, optimizer.LearningRate);
            schedule.Step();
        }
    }
}
