using Micrograd;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Suites;

namespace Sample.ForeignEngine.Tests;

/// <summary>Micrograd with the C library's functions, in a process that has computed before PyTorch is loaded: every op and every program.</summary>
public class MicrogradTests
{
    private static readonly EngineCheck<Value> s_check = new(new MicrogradEngine(), ParitySuite.Default);

    public static TheoryData<string> Names => [.. s_check.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_PyTorch_to_rounding(string name) => s_check.Verify(name);

    [Fact]
    public void Nothing_is_left_out() => Assert.Empty(s_check.Lacking);

    [Fact]
    public void The_engine_keeps_the_functions_that_it_has_computed_with()
    {
        Assert.Equal(1, new Value(0).Exp().Data);
        s_check.Verify("exp");
        Assert.IsNotType<TorchFunctions>(ElementaryFunctions.Current);
        Assert.Throws<InvalidOperationException>(() => TorchLibrary.Load());
    }

    [Fact]
    public void The_same_bits_can_be_demanded_and_are_not_had()
    {
        var strict = new EngineCheck<Value>(new MicrogradEngine(), ParitySuite.Default, demand: EngineDemand.SameBits);
        Assert.Contains("The same bits are demanded.", Assert.Throws<ParityException>(() => strict.Verify("erfc")).Message, StringComparison.Ordinal);
        strict.Verify("mul");
    }
}
