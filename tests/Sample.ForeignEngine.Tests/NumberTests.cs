using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Suites;

namespace Sample.ForeignEngine.Tests;

/// <summary>The engine of <see cref="Number"/> against PyTorch: a case for each op and each program that it has what is needed for.</summary>
public class NumberTests(ITestOutputHelper output)
{
    private static readonly EngineCheck<Number> s_check = new(new NumberEngine(), ParitySuite.Default);

    /// <summary>The same engine with PyTorch's functions, of which the same bits are demanded.</summary>
    private static readonly EngineCheck<Number> s_strict = new(new TorchFunctionsEngine(), ParitySuite.Default, demand: EngineDemand.SameBits);

    public static TheoryData<string> Names => [.. s_check.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_PyTorch_to_rounding(string name) => s_check.Verify(name);

    [Theory]
    [MemberData(nameof(Names))]
    public void Has_the_bits_of_PyTorch_with_its_functions(string name)
    {
        var counts = s_strict.Verify(name).Counts;
        Assert.Equal(counts.Compared, counts.SameBits);
    }

    [Theory]
    [InlineData("add")]
    [InlineData("mul")]
    [InlineData("div")]
    [InlineData("relu")]
    public void What_uses_no_function_has_the_same_bits_anyway(string name)
    {
        var counts = s_check.Verify(name).Counts;
        Assert.Equal(counts.Compared, counts.SameBits);
    }

    [Fact]
    public void Has_the_ops_that_it_should_have()
    {
        s_check.Verify("exp");
        output.WriteLine(s_check.Coverage);
        Assert.Contains(" have the same bits, ", s_check.Coverage, StringComparison.Ordinal);
        string[] ops = ["add", "sub", "mul", "div", "neg", "pow_number(2)", "square", "exp", "log", "tanh", "relu"];
        Assert.Equal(ops.Order(), s_check.Names.Intersect(ParitySuite.Default.Comparisons().OfType<OpComparison>().Select(o => o.Name)).Order());
    }
}
