using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines.Torch;

namespace Micrograd.Parity.Tests.Bounds;

/// <summary>The elementary functions by themselves, as every run reports them.</summary>
public class FunctionAgreementTests
{
    private static readonly string[] s_names = ["exp", "log", "sqrt", "tanh", "sinh", "expm1", "erfc"];

    [Trait("Needs", "mpfr")]
    [Fact]
    public void Neither_the_C_librarys_nor_PyTorchs_functions_err_more_than_is_stated()
    {
        var all = FunctionAgreement.Measure(ParitySuite.Default.Ops.All, SuiteFixture.Context);
        Assert.All(s_names, name => Assert.Contains(all, f => f.Name == name));
        Assert.All(all, f => Assert.False(f.IsExceeded, f.ToString()));
        Assert.All(all, f => Assert.True(f.OfC.Met > 0.4 && f.OfTorch.Met > 0.4, f.ToString()));
    }

    [Fact]
    public void What_PyTorch_takes_from_the_C_library_has_its_bits()
    {
        var all = FunctionAgreement.Measure(ParitySuite.Default.Ops.All, SuiteFixture.Context);
        Assert.All(all.Where(f => f.Source == FunctionSource.CLibrary), f => Assert.Equal((f.Points, 0UL), (f.SameBits, f.GreatestUlp)));
        Assert.All(all, f => Assert.Equal(f.SameBits == f.Points, f.GreatestUlp == 0));
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void A_wrong_function_in_the_engines_default_set_is_caught_and_the_right_ones_are_not()
    {
        var ops = s_names.Select(name => ParitySuite.Default.Ops[name]).ToList();
        var exceeded = FunctionAgreement.Measure(ops, SuiteFixture.Context, new TanhOffByThreeUlps()).Where(f => f.IsExceeded);
        Assert.Equal("tanh", Assert.Single(exceeded).Name);
    }
}
