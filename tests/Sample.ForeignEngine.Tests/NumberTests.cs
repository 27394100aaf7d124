using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Running;
using Xunit.Abstractions;

namespace Sample.ForeignEngine.Tests;

/// <summary>The engine of <see cref="Number"/> against PyTorch: a case for each op and each program that it has what is needed for.</summary>
public class NumberTests(ITestOutputHelper output)
{
    private static readonly EngineCheck<Number> s_check = new(new NumberEngine(), ParitySuite.Default);

    public static TheoryData<string> Names => [.. s_check.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Has_the_bits_of_PyTorch(string name) => s_check.Verify(name);

    [Fact]
    public void Has_the_ops_that_it_should_have()
    {
        output.WriteLine(s_check.Coverage);
        string[] ops = ["add", "sub", "mul", "div", "neg", "pow_number(2)", "square", "exp", "log", "tanh", "relu"];
        Assert.Equal(ops.Order(), s_check.Names.Intersect(ParitySuite.Default.Comparisons().OfType<OpComparison>().Select(o => o.Name)).Order());
    }
}
