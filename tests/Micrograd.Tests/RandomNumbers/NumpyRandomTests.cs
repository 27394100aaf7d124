namespace Micrograd.Tests.RandomNumbers;

/// <summary>Streams that NumPy's documentation and many published notebooks print; NumPy keeps them frozen.</summary>
public sealed class NumpyRandomTests
{
    [Fact]
    public void The_ten_thousandth_output_is_the_one_that_the_Cpp_standard_demands_of_mt19937()
    {
        var random = new NumpyRandom(5489);
        for (var i = 1; i < 5000; i++)
            random.NextDouble();
        var bits = (ulong)(random.NextDouble() * (1UL << 53)); // 27 bits of output 9,999 above 26 bits of output 10,000
        Assert.Equal(4123659995u >> 6, bits & ((1u << 26) - 1));
    }

    [Theory]
    [InlineData(0u, 0.5488135039273248, 0.7151893663724195, 0.6027633760716439)]
    [InlineData(42u, 0.3745401188473625, 0.9507143064099162, 0.7319939418114051)]
    public void Random_sample(uint seed, double first, double second, double third)
    {
        var random = new NumpyRandom(seed);
        Assert.Equal([first, second, third], [random.NextDouble(), random.NextDouble(), random.NextDouble()]);
    }

    [Fact]
    public void Normal()
    {
        var random = new NumpyRandom(0);
        Assert.Equal(
            [1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458, 1.8675579901499675],
            Enumerable.Range(0, 5).Select(_ => random.Normal(0, 1))
        );
    }

    [Fact]
    public void Permutation()
    {
        Assert.Equal([2, 8, 4, 9, 1, 6, 7, 3, 0, 5], new NumpyRandom(0).Permutation(10));
        Assert.Equal([8, 1, 5, 0, 7, 2, 9, 4, 3, 6], new NumpyRandom(42).Permutation(10));
    }
}
