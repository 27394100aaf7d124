using Micrograd;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Suites;
using Micrograd.Parity.Xunit;

namespace Sample.ForeignEngine.Tests;

/// <summary>Micrograd with the C library's functions, in a process that has computed before PyTorch is loaded: every op and every program.</summary>
public class MicrogradTests : EngineTests<MicrogradEngine, Value>
{
    [Fact]
    public void Nothing_is_left_out() => Assert.Empty(Check.Lacking);

    [Fact]
    public void The_engine_keeps_the_functions_that_it_has_computed_with()
    {
        Assert.Equal(1, new Value(0).Exp().Data);
        Check.Verify("exp");
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
