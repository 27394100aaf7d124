namespace Micrograd.Tests.Data;

public sealed class DatasetsTests
{
    [Fact]
    public void The_quadratic_grid_covers_the_square_in_steps_of_a_half()
    {
        var grid = Datasets.QuadraticGrid();
        Assert.Equal(81, grid.Count);
        Assert.Equal([-2, -2], grid.Input(0).ToArray());
        Assert.Equal([-2, -1.5], grid.Input(1).ToArray());
        Assert.Equal([2, 2], grid.Input(80).ToArray());
        Assert.Equal([5 * 4 + 3 * 2.25], grid.Target(1).ToArray());
    }

    [Fact]
    public void Samples_of_the_quadratic_come_a_before_b()
    {
        var samples = Datasets.QuadraticSamples(2, new NumpyRandom(0));
        Assert.Equal([1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458], samples.Inputs.ToArray());
    }

    [Fact]
    public void A_spiral_without_noise_has_a_point_of_each_arm_at_each_radius()
    {
        var spiral = Datasets.Spiral(5, new PythonRandom(1), noise: 0);
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2], spiral.Classes());
        for (var i = 0; i < spiral.Count; i++)
            Assert.Equal(i % 5 / 4.0, Math.Sqrt(Math.Pow(spiral.Input(i)[0], 2) + Math.Pow(spiral.Input(i)[1], 2)), 14);
    }

    [Fact]
    public void Picked_samples_come_in_the_order_asked_for()
    {
        var picked = Datasets.FourPoints().Pick(3, 1);
        Assert.Equal([1, 1, -1, 3, -1, 0.5], picked.Inputs.ToArray());
        Assert.Equal([1, -1], picked.Targets.ToArray());
    }

    [Fact]
    public void Classes_are_whole_numbers()
    {
        Assert.Equal([0, 1, 1, 0], Datasets.Xor().Classes());
        Assert.Throws<InvalidOperationException>(() => Datasets.FourPoints().Classes());
        Assert.Throws<InvalidOperationException>(() => new Dataset(1, [1], [0.5]).Classes());
        Assert.Throws<InvalidOperationException>(() => new Dataset(1, [1], [0, 1]).Classes());
    }

    [Fact]
    public void Refuses_broken_rows()
    {
        Assert.Throws<ArgumentException>(() => new Dataset(2, [1, 2, 3], [1]));
        Assert.Throws<ArgumentException>(() => new Dataset(1, [1, 2], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => new Dataset(1, [], []));
    }
}
