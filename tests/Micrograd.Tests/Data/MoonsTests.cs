namespace Micrograd.Tests.Data;

public sealed class MoonsTests
{
    [Fact]
    public void Without_noise_the_points_lie_on_two_half_circles()
    {
        var moons = Moons.Make(101, 0, new NumpyRandom(3));
        Assert.Equal(51, moons.Targets.ToArray().Count(target => target == 1));
        for (var i = 0; i < moons.Count; i++)
        {
            var (x, y) = (moons.Input(i)[0], moons.Input(i)[1]);
            var isInner = moons.Target(i)[0] == 1;
            Assert.Equal(1, isInner ? Math.Pow(x - 1, 2) + Math.Pow(y - 0.5, 2) : x * x + y * y, 12);
            Assert.True(isInner ? y < 0.5 + 1e-15 : y > -1e-15);
        }
    }

    /// <summary>The losses that micrograd's demo prints in Python, from seed 1337 of both generators.</summary>
    [Fact]
    public void Micrograds_demo_has_the_losses_and_accuracies_that_Python_prints()
    {
        var printed = new Dictionary<int, (string Digits, string Loss, double? Accuracy)>
        {
            [0] = ("F12", "0.895844102868", 0.5),
            [1] = ("F12", "1.723590533697", 0.81),
            [2] = ("F12", "0.742900631385", null),
            [3] = ("F12", "0.770564126058", null),
            [40] = ("F10", "0.0601600990", 1),
            [99] = ("F12", "0.010978370135", null),
        };
        var data = Moons.Make(100, 0.1, new NumpyRandom(1337));
        double[] targets = [.. data.Targets.ToArray().Select(target => 2 * target - 1)];
        var model = new Mlp(2, [16, 16, 1], init: Initializer.Uniform(new PythonRandom(1337)));
        var optimizer = new Sgd(model.Parameters, 1);
        var schedule = new LinearDecay(optimizer, 0.9, 100);
        var scores = new Value[data.Count];
        Assert.Equal(337, model.Parameters.Count);
        for (var k = 0; k < 100; k++)
        {
            using var step = Tape.Current.BeginStep();
            for (var i = 0; i < data.Count; i++)
                model.Forward(data.Input(i), scores.AsSpan(i, 1));
            var loss = Loss.Hinge(scores, targets) + Loss.L2(model.Parameters, 1e-4);
            if (printed.TryGetValue(k, out var expected))
            {
                Assert.Equal(expected.Loss, loss.Data.ToString(expected.Digits, null));
                Assert.Equal(expected.Accuracy ?? Accuracy.OfTwoClasses(scores, targets), Accuracy.OfTwoClasses(scores, targets));
            }

            optimizer.ZeroGrad();
            loss.Backward();
            optimizer.Step();
            schedule.Step();
        }
    }

    [Fact]
    public void Refuses_too_few_points() => Assert.Throws<ArgumentOutOfRangeException>(() => Moons.Make(3, 0, new NumpyRandom(1)));
}
