using Micrograd.Parity.Bounds;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Formulas;

namespace Micrograd.Parity.Tests.Bounds;

/// <summary>
/// The errors that bounds take from the libraries' documentation, against those that are measured; <c>parity bounds --points</c> measures at
/// more points.
/// </summary>
public class FunctionErrorsTests
{
    private const int Points = 2000;

    public static TheoryData<Primitive> Functions => [.. FunctionErrors.Functions];

    [Theory]
    [MemberData(nameof(Functions))]
    public void No_function_errs_more_than_the_bounds_allow(Primitive f)
    {
        _ = SuiteFixture.Context;
        FunctionLibrary[] libraries = [FunctionLibrary.OfC, .. FloatFormat.All.Select(format => FunctionLibrary.OnVectors(ParitySuite.Default.Ops, format))];
        foreach (var library in libraries)
        {
            var error = FunctionErrors.Measure(f, library, Points, seed: 5);
            Assert.False(error.IsExceeded, error.ToString());
            Assert.InRange(error.Points, Points / 20, Points);

            // Were nothing measured, the error would be 0; no function is better than rounded correctly.
            Assert.True(error.Greatest > 0.49, error.ToString());
        }
    }

    /// <summary>The arguments of which glibc's own tests say that they give large errors (math/auto-libm-test-in).</summary>
    [Theory]
    [InlineData(Primitive.Acos, 0x1fffff3634acd6, -53)]
    [InlineData(Primitive.Asin, 0x1f6041ffe89d7d, -56)]
    [InlineData(Primitive.Asinh, 0x1023cfeab10a13, -54)]
    [InlineData(Primitive.Cosh, 0x1633c457f1e66b, -43)]
    [InlineData(Primitive.Sinh, -0x1633c62890fa14, -43)]
    [InlineData(Primitive.Erfc, 0x13ffcbf39febb4, -52)]
    [InlineData(Primitive.Exp, -0x10c4af1ad4ee36, -43)]
    [InlineData(Primitive.Log, 0x1d405118796bd8, -53)]
    public void Nor_where_glibc_is_known_to_err_most(Primitive f, long digits, int exponent)
    {
        var x = Math.ScaleB(digits, exponent);
        var error = FunctionErrors.At(f, FloatFormat.Binary64, [x], FunctionLibrary.OfC.Apply(f, [[x]])[0]);
        Assert.True(error <= FunctionErrors.Allowed(f, FloatFormat.Binary64), $"{error} ulp");
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_that_errs_more_is_seen(Primitive f)
    {
        var off = FunctionLibrary.OfC with { Apply = (g, points) => [.. FunctionLibrary.OfC.Apply(g, points).Select(y => Further(y, 8))] };
        Assert.True(FunctionErrors.Measure(f, off, Points, seed: 5).IsExceeded);
    }

    private static double Further(double y, int floats)
    {
        for (var k = 0; k < floats; k++)
            y = Math.BitIncrement(y);
        return y;
    }
}
