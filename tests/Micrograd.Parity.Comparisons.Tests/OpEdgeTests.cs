using Micrograd.Parity.Comparing;
using TorchSharp;

namespace Micrograd.Parity.Comparisons.Tests;

/// <summary>Edges of ops that their rows in the catalogue do not reach: rarer settings, single points, names of operators, what is refused.</summary>
public class OpEdgeTests
{
    [Theory]
    [InlineData("leaky_relu", -0.2)] // −0.2 · 0 is −0
    [InlineData("clamp", -1.0, 0.0)] // an upper bound of 0, at −0
    [InlineData("softshrink", double.MaxValue)] // the greatest that PyTorch takes: ±∞ alone lies outside
    public void Rare_settings_have_PyTorchs_bits(string op, params double[] settings) => SameBits(op, settings, null);

    /// <summary>(a − mod) / b is half an integer here, and PyTorch does not round it up.</summary>
    [Fact]
    public void A_remainders_quotient_of_half_an_integer_is_rounded_as_PyTorch_does() =>
        SameBits("remainder", [], ([2.0569203874822213, 4.659795015312788e-16], 1));

    [Fact]
    public void Operators_have_names()
    {
        Value a = new(3),
            b = new(-0.7);
        Assert.Equal(
            [a + b, a - b, a * b, a / b, -a],
            new[] { Value.Add(a, b), Value.Subtract(a, b), Value.Multiply(a, b), Value.Divide(a, b), Value.Negate(a) },
            (x, y) => x.Op == y.Op && x.Data == y.Data && x.Operands.SequenceEqual(y.Operands)
        );
    }

    [Fact]
    public void Celu_refuses_alpha_0_as_PyTorch_does() =>
        Assert.Equal("alpha", Assert.Throws<ArgumentOutOfRangeException>(() => new Value(1).Celu(0)).ParamName);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void Softshrink_refuses_what_PyTorch_refuses(double lambda)
    {
        _ = SuiteFixture.Context;
        Assert.Equal("lambda", Assert.Throws<ArgumentOutOfRangeException>(() => new Value(1).Softshrink(lambda)).ParamName);
        using var x = torch.tensor(1.0);
        Assert.ThrowsAny<Exception>(() => torch.nn.functional.softshrink(x, lambda));
    }

    private static void SameBits(string op, double[] settings, (double[] Operands, double Upstream)? point)
    {
        var result = new OpComparison(ParitySuite.Default.Ops[op], settings).Run(SuiteFixture.Context with { OnlyPoint = point });
        Assert.True(result.Verdict is Verdict.SameBits or Verdict.KnownDifference, string.Join(Environment.NewLine, result.Failures));
    }
}
