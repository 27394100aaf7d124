namespace Micrograd.Tests.Losses;

public sealed class LossTests
{
    [Fact]
    public void Squared_error_and_its_gradient()
    {
        Value[] y = [new(3), new(-1)];
        var loss = Loss.SquaredError(y, [1, 1], Reduction.Sum);
        loss.Backward();
        Assert.Equal(8, loss.Data);
        Assert.Equal([4, -4], y.Select(v => v.Grad));
        Assert.Equal(4, Loss.SquaredError(y, [1, 1]).Data);
    }

    [Fact]
    public void A_sum_runs_from_the_first_to_the_last()
    {
        var tiny = Math.Pow(2, -53);
        Assert.Equal(1, Loss.AbsoluteError([1, tiny, tiny], [0, 0, 0], Reduction.Sum).Data);
        Assert.Equal(1 + 2 * tiny, Loss.AbsoluteError([tiny, tiny, 1], [0, 0, 0], Reduction.Sum).Data);
    }

    [Fact]
    public void Hinge_loses_nothing_beyond_the_margin()
    {
        Value[] s = [new(2), new(0.5), new(-0.5)];
        var loss = Loss.Hinge(s, [1, 1, 1], reduction: Reduction.Sum);
        loss.Backward();
        Assert.Equal(2, loss.Data);
        Assert.Equal([0, -1, -1], s.Select(v => v.Grad));
    }

    [Fact]
    public void Binary_cross_entropy_of_a_certain_and_right_probability_is_0_and_trains_on()
    {
        Value[] p = [new(1), new(0)];
        var loss = Loss.BinaryCrossEntropy(p, [1, 0]);
        loss.Backward();
        Assert.Equal(0, loss.Data);
        Assert.All(p, v => Assert.True(double.IsFinite(v.Grad)));
    }

    [Fact]
    public void Binary_cross_entropy_of_a_certain_and_wrong_probability_is_100() => Assert.Equal(100, Loss.BinaryCrossEntropy([0, 1], [1, 0]).Data);

    [Fact]
    public void Binary_cross_entropy_and_its_gradients()
    {
        Value[] p = [new(0.25), new(0.25)];
        var loss = Loss.BinaryCrossEntropy(p, [1, 0], Reduction.Sum);
        loss.Backward();
        Assert.Equal(-Math.Log(0.25) - Math.Log(0.75), loss.Data);
        Assert.Equal([-4, 1 / 0.75], p.Select(v => v.Grad));
    }

    [Fact]
    public void Binary_cross_entropy_with_logits_is_that_of_their_sigmoids()
    {
        Assert.Equal(Math.Log(2), Loss.BinaryCrossEntropyWithLogits([0], [1]).Data, 15);
        Assert.Equal(800, Loss.BinaryCrossEntropyWithLogits([-800], [1]).Data);
        Assert.Equal(Math.Exp(-50), Loss.BinaryCrossEntropyWithLogits([50], [1]).Data, Math.Exp(-50) * 1e-15);
        var x = new Value(0.4);
        Loss.BinaryCrossEntropyWithLogits([x], [0.3]).Backward();
        Assert.Equal(1 / (1 + Math.Exp(-0.4)) - 0.3, x.Grad, 15);
    }

    [Fact]
    public void Cross_entropy_has_the_gradient_softmax_minus_target()
    {
        Value[] scores = [new(Math.Log(1)), new(Math.Log(2)), new(Math.Log(5)), new(0), new(0), new(0)];
        var loss = Loss.CrossEntropy(scores, [1, 2], Reduction.Sum);
        loss.Backward();
        Assert.Equal(Math.Log(4) + Math.Log(3), loss.Data, 14);
        Assert.Equal([0.125, -0.75, 0.625], scores.Take(3).Select(v => Math.Round(v.Grad, 14)));
        Assert.Equal(-2.0 / 3, scores[5].Grad, 14);
    }

    [Fact]
    public void L2_is_strength_times_the_sum_of_squares()
    {
        Value[] p = [new(1), new(-2)];
        var loss = Loss.L2(p, 0.5);
        loss.Backward();
        Assert.Equal(2.5, loss.Data);
        Assert.Equal([1, -2], p.Select(v => v.Grad));
    }

    [Fact]
    public void Accuracy_counts_what_is_right()
    {
        Assert.Equal(0.75, Accuracy.OfTwoClasses([2, -1, 0.1, 3], [1, -1, 1, -1]));
        Assert.Equal(0.5, Accuracy.OfTwoClasses([0.7, 0.4], [1, 1], 0.5));
        Assert.Equal(0.5, Accuracy.OfClasses([1, 2, 3, 5, 4, 3], [2, 1]));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        Assert.Throws<ArgumentException>(() => Loss.SquaredError([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => Loss.SquaredError([], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loss.SquaredError([1], [1], (Reduction)7));
        Assert.Throws<ArgumentException>(() => Loss.BinaryCrossEntropy([1.5], [1]));
        Assert.Throws<ArgumentException>(() => Loss.CrossEntropy([1, 2, 3], [0, 1]));
        Assert.Throws<ArgumentException>(() => Loss.CrossEntropy([1, 2, 3], [3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loss.Huber([1], [1], 0));
        Assert.Throws<ArgumentException>(() => Loss.L2([], 1));
    }
}
