namespace Micrograd.Tests.RandomNumbers;

/// <summary>Streams printed by CPython 3.11's <c>random</c> module.</summary>
public sealed class PythonRandomTests
{
    [Theory]
    [InlineData(0, 0.8444218515250481, 0.7579544029403025, 0.420571580830845)]
    [InlineData(1L << 40 | 5, 0.5043802970418443, 0.2686044399723282, 0.9257865475671585)]
    public void Random_gives_Pythons_numbers(long seed, double first, double second, double third)
    {
        var random = new PythonRandom(seed);
        Assert.Equal([first, second, third], [random.NextDouble(), random.NextDouble(), random.NextDouble()]);
    }

    [Theory]
    [InlineData(-7)]
    [InlineData(7)]
    public void A_seed_and_its_negative_start_the_same_stream(long seed)
    {
        var random = new PythonRandom(seed);
        Assert.Equal([0.32383276483316237, 0.15084917392450192], [random.NextDouble(), random.NextDouble()]);
    }

    [Fact]
    public void The_smallest_seed_has_a_magnitude()
    {
        _ = new PythonRandom(long.MinValue).NextDouble();
    }

    [Fact]
    public void Uniform_gives_Pythons_numbers()
    {
        var random = new PythonRandom(1337);
        Assert.Equal(
            [0.23550571390294128, 0.06653114721000164, -0.26830328150124894, 0.1715747078045431],
            [random.Uniform(-1, 1), random.Uniform(-1, 1), random.Uniform(-1, 1), random.Uniform(-1, 1)]
        );
    }

    [Fact]
    public void Normal_gives_the_numbers_of_gauss()
    {
        var random = new PythonRandom(1337);
        Assert.Equal(
            [-0.8235065865953255, -0.6645668007019474, -0.7666219715494316, 2.9824361786675633],
            [random.Normal(1, 2), random.Normal(1, 2), random.Normal(1, 2), random.Normal(1, 2)]
        );
    }

    [Fact]
    public void Shuffle_and_Below_draw_as_shuffle_and_randrange()
    {
        var random = new PythonRandom(1337);
        Assert.Equal([0, 3, 7, 2, 1, 6, 4, 5, 8, 9], random.Permutation(10));
        Assert.Equal([943, 315, 400, 713], [random.Below(1000), random.Below(1000), random.Below(1000), random.Below(1000)]);
    }

    [Fact]
    public void Below_refuses_an_empty_range() => Assert.Throws<ArgumentOutOfRangeException>(() => new PythonRandom(1).Below(0));
}
