using Micrograd.Parity.Bounds;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Numerics;
using TorchSharp;

namespace Micrograd.Parity.Tests.Bounds;

/// <summary>
/// The errors that bounds take from the libraries' documentation, against those that are measured; <c>parity bounds --points</c> measures at
/// more points.
/// </summary>
public class FunctionErrorsTests
{
    private const int Points = 2000;

    public static TheoryData<Primitive> Functions => [.. FunctionErrors.Functions];

    [Trait("Needs", "mpfr")]
    [Theory]
    [MemberData(nameof(Functions))]
    public void No_function_errs_more_than_the_bounds_allow(Primitive f)
    {
        _ = SuiteFixture.Context;
        FunctionLibrary[] libraries =
        [
            FunctionLibrary.OfC,
            .. FloatFormat.All.Select(format => FunctionLibrary.OnVectors(ParitySuite.Default.Ops, format)),
        ];
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
    [Trait("Needs", "mpfr")]
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
        var error = FunctionErrors.At(
            f,
            FloatFormat.Binary64,
            [x],
            FunctionLibrary.OfC.Apply(
                f,
                [
                    [x],
                ]
            )[0]
        );
        Assert.True(error <= FunctionErrors.Allowed(f, FloatFormat.Binary64), $"{error} ulp");
    }

    [Trait("Needs", "mpfr")]
    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_that_errs_more_is_seen(Primitive f)
    {
        var off = FunctionLibrary.OfC with { Apply = (g, points) => [.. FunctionLibrary.OfC.Apply(g, points).Select(y => Further(y, 8))] };
        Assert.True(FunctionErrors.Measure(f, off, Points, seed: 5).IsExceeded);
    }

    /// <summary>A wrong function in the engine's set is seen, and the right ones beside it are not taken for wrong.</summary>
    [Trait("Needs", "mpfr")]
    [Fact]
    public void A_set_whose_tanh_is_off_by_three_ulps_is_seen()
    {
        var off = FunctionLibrary.Create("off", new TanhOffByThreeUlps());
        Assert.True(FunctionErrors.Measure(Primitive.Tanh, off, Points, seed: 5).IsExceeded);
        Assert.All(FunctionErrors.Functions.Where(f => f != Primitive.Tanh), f =>
            Assert.False(FunctionErrors.Measure(f, off, Points, seed: 5).IsExceeded, f.ToString())
        );
        Assert.False(FunctionErrors.Measure(Primitive.Tanh, FunctionLibrary.OfC, Points, seed: 5).IsExceeded);
    }

    /// <summary>PyTorch's own functions, which the engine computes with here, are within what Intel, SLEEF and glibc state.</summary>
    [Trait("Needs", "mpfr")]
    [Theory]
    [MemberData(nameof(Functions))]
    public void PyTorchs_functions_of_one_number_err_no_more(Primitive f)
    {
        var error = FunctionErrors.Measure(f, FunctionLibrary.Create("PyTorch", SuiteFixture.Context.Torch.Functions), Points, seed: 5);
        Assert.False(error.IsExceeded, error.ToString());
    }

    /// <summary>
    /// oneDNN's error function inside gelu of float32 vectors, from the results: 2 gelu(x)/x − 1, which rounding moves by up to 2⁻²³. An
    /// error below 2⁻²⁵ throughout would mean that nothing was measured.
    /// </summary>
    [Fact]
    public void The_error_function_of_gelu_in_float32_is_within_what_the_bounds_allow()
    {
        using var scope = torch.NewDisposeScope();
        var random = new SeededRandom(5);
        float[] x =
        [
            .. Enumerable.Range(0, 100_000).Select(i => (float)(Math.ScaleB(1 + random.NextDouble(), random.Next(12) - 9) * (i % 2 == 0 ? 1 : -1))),
        ];
        var y = torch.nn.functional.gelu(torch.tensor(x)).data<float>().ToArray();
        var bounds = new EnclosureArithmetic(FloatFormat.Binary32);
        var greatest = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var (argument, result) = (x[i] * Math.Sqrt(0.5), 2.0 * y[i] / x[i] - 1);
            greatest = Math.Max(greatest, Math.Abs(result - CMath.Erf(argument)));
            var bound = bounds.Apply(Primitive.ErfOfGelu, Enclosure.Of(argument));
            Assert.True(bound.Contains(result), $"gelu {x[i]:R}: {result:R} is not in {bound}");
        }

        Assert.True(greatest > Math.ScaleB(1, -25), $"{greatest}");
    }

    [Fact]
    public void Gelu_of_an_infinite_float32_may_be_nan_and_of_a_finite_one_may_not()
    {
        var (single, both) = (new EnclosureArithmetic(FloatFormat.Binary32), new EnclosureArithmetic(FloatFormat.Binary64));
        Assert.True(single.Apply(Primitive.ErfOfGelu, Enclosure.Of(double.PositiveInfinity)).MayBeNaN);
        Assert.False(single.Apply(Primitive.ErfOfGelu, Enclosure.Of(1e30)).MayBeNaN);
        Assert.False(both.Apply(Primitive.ErfOfGelu, Enclosure.Of(double.PositiveInfinity)).MayBeNaN);
        Assert.False(single.Apply(Primitive.Erf, Enclosure.Of(double.PositiveInfinity)).MayBeNaN);
    }

    [Fact]
    public void A_square_root_may_be_an_ulp_off_as_an_op_and_not_inside_a_kernel()
    {
        var bounds = new EnclosureArithmetic(FloatFormat.Binary64);
        var nearest = Math.Sqrt(2);
        var (op, kernels) = (bounds.Apply(Primitive.Sqrt, Enclosure.Of(2)), bounds.ApplyOfC(Primitive.Sqrt, Enclosure.Of(2)));
        Assert.True(op.Contains(nearest) && op.Contains(Math.BitDecrement(nearest)) && op.Contains(Math.BitIncrement(nearest)));
        Assert.True(kernels.Contains(nearest) && !kernels.Contains(Math.BitIncrement(nearest)));
        Assert.False(op.Contains(nearest * (1 + 1e-15)));
        foreach (var x in new[] { 0, double.PositiveInfinity })
            Assert.Equal(
                (x, x, false),
                (
                    bounds.Apply(Primitive.Sqrt, Enclosure.Of(x)).Low,
                    bounds.Apply(Primitive.Sqrt, Enclosure.Of(x)).High,
                    bounds.Apply(Primitive.Sqrt, Enclosure.Of(x)).MayBeNaN
                )
            );
        Assert.True(bounds.Apply(Primitive.Sqrt, Enclosure.Of(-1)).IsEmpty);
    }

    private static double Further(double y, int floats)
    {
        for (var k = 0; k < floats; k++)
            y = Math.BitIncrement(y);
        return y;
    }
}
