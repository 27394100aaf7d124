using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Xunit;

namespace Sample.ForeignEngine.Tests;

/// <summary>The engine of <see cref="Number"/> against PyTorch: a test for each op and each program that it has what is needed for.</summary>
public class NumberTests : EngineTests<NumberEngine, Number>
{
    [Fact]
    public void Has_the_ops_that_it_should_have()
    {
        string[] ops = ["add", "sub", "mul", "div", "neg", "pow_number(2)", "square", "exp", "log", "tanh", "relu"];
        Assert.Equal(ops.Order(), Check.Names.Intersect(ParitySuite.Default.Comparisons().OfType<OpComparison>().Select(o => o.Name)).Order());
    }

    [Theory]
    [InlineData("add")]
    [InlineData("mul")]
    [InlineData("div")]
    [InlineData("relu")]
    public void What_uses_no_function_has_the_same_bits_anyway(string name)
    {
        var counts = Check.Verify(name).Counts;
        Assert.Equal(counts.Compared, counts.SameBits);
        Assert.Contains(" have the same bits, ", Check.Coverage, StringComparison.Ordinal);
    }
}
