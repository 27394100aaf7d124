namespace Micrograd.Tests;

/// <summary>Ops at zeros of either sign, at kinks and where a step of the formula underflows, as PyTorch 2.10 has them.</summary>
public class OpEdgeTests
{
    public static TheoryData<string, Func<Value, Value>> EluFamily =>
        new()
        {
            { "elu", x => x.Elu() },
            { "selu", x => x.Selu() },
            { "celu", x => x.Celu(2) },
        };

    [Theory]
    [MemberData(nameof(EluFamily))]
    public void Elu_keeps_the_sign_of_zero_and_the_digits_of_small_numbers(string name, Func<Value, Value> op)
    {
        Assert.True(double.IsNegative(op(new Value(-0.0)).Data), name);
        Assert.False(double.IsNegative(op(new Value(0.0)).Data), name);
        Assert.True(double.IsNaN(op(new Value(double.NaN)).Data), name);

        // eˣ − 1 of −10⁻²⁰ is 0 where eˣ is rounded first.
        var x = new Value(-1e-20);
        var y = op(x);
        y.Backward();
        Assert.Equal(x.Grad * -1e-20, y.Data, 1e-35);
        Assert.NotEqual(0, y.Data);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(-3, 0)]
    [InlineData(0, 0.5)]
    [InlineData(4, 1)]
    [InlineData(-4, 0)]
    [InlineData(1.5, 1)]
    [InlineData(double.NaN, 1)]
    public void Hardswish_has_the_slope_of_the_outer_side_at_its_kinks(double at, double slope)
    {
        var x = new Value(at);
        x.Hardswish().Backward();
        Assert.Equal(slope, x.Grad);
    }

    [Fact]
    public void Softshrink_keeps_the_sign_of_what_it_shrinks_to_zero()
    {
        (double At, double Value, double Slope)[] cases =
        [
            (-0.0, -0.0, 0),
            (0.0, 0.0, 0),
            (-0.25, -0.0, 0),
            (0.25, 0.0, 0),
            (0.5, 0.0, 0),
            (-0.75, -0.25, 1),
            (double.NaN, double.NaN, 1),
        ];
        foreach (var (at, value, slope) in cases)
        {
            var x = new Value(at);
            var y = x.Softshrink();
            y.Backward();
            AssertSame(value, y.Data);
            Assert.Equal(slope, x.Grad);
        }
    }

    [Fact]
    public void Of_two_zeros_fmax_and_fmin_give_the_second()
    {
        foreach (var (a, b) in new[] { (0.0, -0.0), (-0.0, 0.0), (0.0, 0.0), (-0.0, -0.0) })
        {
            AssertSame(b, new Value(a).Fmax(b).Data);
            AssertSame(b, new Value(a).Fmin(b).Data);
        }
    }

    [Fact]
    public void Fmax_and_fmin_pass_over_nan()
    {
        Assert.Equal(1, new Value(1).Fmax(double.NaN).Data);
        Assert.Equal(1, new Value(double.NaN).Fmax(1).Data);
        Assert.Equal(1, new Value(1).Fmin(double.NaN).Data);
        Assert.Equal(1, new Value(double.NaN).Fmin(1).Data);
    }

    [Fact]
    public void The_gradient_of_atan2_is_zero_where_the_sum_of_squares_is()
    {
        // The last but one underflows.
        (double Y, double X, double GradientY, double GradientX)[] cases =
        [
            (0.0, 0.0, 0.0, -0.0),
            (-0.0, 0.0, 0.0, 0.0),
            (0.0, -0.0, -0.0, -0.0),
            (-0.0, -0.0, -0.0, 0.0),
            (1e-200, 1e-200, 0.0, -0.0),
            (2, 0, 0, -0.5),
        ];
        foreach (var (y, x, gradientY, gradientX) in cases)
        {
            var (a, b) = (new Value(y), new Value(x));
            a.Atan2(b).Backward();
            AssertSame(gradientY, a.Grad);
            AssertSame(gradientX, b.Grad);
        }
    }

    [Theory]
    [InlineData(2, 6, 0.25, 3)]
    [InlineData(2, 6, 0.5, 4)]
    [InlineData(2, 6, 1, 6)]
    [InlineData(2, 6, 0, 2)]
    [InlineData(2, 6, -0.5, 0)]
    [InlineData(1e16, 1, 1, 1)] // 1e16 + (1 − 1e16) would be 0 or 2
    public void Lerp_goes_from_one_end_to_the_other_and_passes_three_gradients(double start, double end, double weight, double value)
    {
        Value a = new(start),
            b = new(end),
            w = new(weight);
        var y = a.Lerp(b, w);
        y.Backward();
        Assert.Equal(value, y.Data);
        Assert.Equal((1 - weight, weight, end - start), (a.Grad, b.Grad, w.Grad));
        Assert.Equal(3, y.Operands.Count);
    }

    [Fact]
    public void A_constant_operand_of_lerp_receives_no_gradient()
    {
        foreach (
            var (constant, gradients) in new (int, (double?, double?, double?))[]
            {
                (0, (null, 0.25, 4)),
                (1, (0.75, null, 4)),
                (2, (0.75, 0.25, null)),
            }
        )
        {
            Value[] x = [new(2), new(6), new(0.25)];
            x[constant] = Value.Constant(x[constant].Data);
            var y = x[0].Lerp(x[1], x[2]);
            y.Backward();
            Assert.Equal(3, y.Data);
            Assert.Equal(gradients, (Gradient(x[0]), Gradient(x[1]), Gradient(x[2])));
        }

        Assert.False(Value.Constant(1).Lerp(2, 0.5).RequiresGrad);

        static double? Gradient(Value v) => v.HasGrad ? v.Grad : null;
    }

    [Theory]
    [InlineData(0.0, 0.5)]
    [InlineData(0.75, 0)]
    [InlineData(-2.5, 0)]
    [InlineData(1e-9, 0)]
    public void The_tanh_approximation_of_gelu_is_near_gelu_and_its_gradient_is_its_slope(double at, double slope)
    {
        var x = new Value(at);
        var y = x.GeluTanh();
        y.Backward();

        // Hendrycks and Gimpel's approximation; it is within 5 · 10⁻⁴ of x · Φ(x) everywhere.
        Assert.Equal(0.5 * at * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (at + 0.044715 * at * at * at))), y.Data, 1e-15);
        Assert.Equal(new Value(at).Gelu().Data, y.Data, 5e-4);
        const double Step = 1.0 / 4096;
        Assert.Equal((new Value(at + Step).GeluTanh().Data - new Value(at - Step).GeluTanh().Data) / (2 * Step), x.Grad, 1e-6);
        if (at == 0)
            Assert.Equal(slope, x.Grad);
    }

    private static void AssertSame(double expected, double actual) =>
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(actual));
}
