using System.Runtime.Loader;

namespace Micrograd.Tests;

/// <summary>The set of elementary functions, which a process settles by its first op: each test of the choice has an engine of its own.</summary>
public class ElementaryFunctionsTests
{
    private static readonly double[] s_numbers =
    [
        0.5,
        -0.5,
        0.0,
        -0.0,
        1e-320,
        -3,
        22.5,
        -700,
        double.PositiveInfinity,
        double.NegativeInfinity,
        double.NaN,
        1e-8,
        0.1,
        0.2,
        0.3,
        5,
        19.0625,
        -1.1,
        .. Enumerable.Range(0, 60).Select(i => Math.Sin(i) * Math.Exp(i / 15.0)),
    ];

    [Fact]
    public void Without_a_choice_they_are_the_C_librarys()
    {
        Assert.Equal(typeof(ElementaryFunctions), ElementaryFunctions.Current.GetType());
        foreach (var x in s_numbers)
        {
            AssertSame(Math.Tanh(x), new Value(x).Tanh().Data);
            AssertSame(Math.Exp(x), new Value(x).Exp().Data);
            AssertSame(Math.Sqrt(x), new Value(x).Sqrt().Data);
        }
    }

    [Fact]
    public void A_set_that_is_chosen_before_the_first_op_is_computed_with() => FreshEngine.Run(ChooseAndCompute);

    [Fact]
    public void A_fresh_engine_is_another_than_that_of_the_other_tests() => FreshEngine.Run(EngineIsFresh);

    [Fact]
    public void A_second_choice_is_refused_and_the_same_once_more_is_not() => FreshEngine.Run(ChooseTwice);

    [Fact]
    public void A_choice_after_the_first_op_is_refused() => FreshEngine.Run(ChooseTooLate);

    [Fact]
    public void A_choice_after_the_set_was_read_is_refused() => FreshEngine.Run(ChooseAfterReading);

    [Fact]
    public void None_is_no_set() => Assert.Throws<ArgumentNullException>(() => ElementaryFunctions.Use(null!));

    [Fact]
    public void Replays_compute_with_a_chosen_set_what_one_sample_after_the_other_does() => FreshEngine.Run(ReplayWithAChosenSet);

    [Fact]
    public void A_function_of_several_numbers_has_the_bits_of_that_of_each()
    {
        foreach (var functions in new[] { ElementaryFunctions.Current, new Unchanged(), new Shifted() })
        {
            foreach (var function in Enum.GetValues<ElementaryFunction>())
            {
                var one = typeof(ElementaryFunctions)
                    .GetMethod(function.ToString(), [typeof(double)])!
                    .CreateDelegate<Func<double, double>>(functions);
                for (var length = 0; length <= s_numbers.Length; length++)
                {
                    var y = new double[length];
                    functions.Compute(function, s_numbers.AsSpan(0, length), y);
                    for (var i = 0; i < length; i++)
                        AssertSame(one(s_numbers[i]), y[i]);
                }

                Assert.Throws<ArgumentOutOfRangeException>(() => functions.Compute(function, s_numbers, new double[3]));
            }

            Assert.Throws<ArgumentOutOfRangeException>(() => functions.Compute((ElementaryFunction)23, s_numbers, new double[s_numbers.Length]));
        }

        Assert.NotEqual(Math.Tanh(0.5), new Shifted().Tanh(0.5));
    }

    [Fact]
    public void Multiply_add_rounds_twice_or_once()
    {
        // (1 + 2⁻³⁰)² = 1 + 2⁻²⁹ + 2⁻⁶⁰, of which a double keeps no 2⁻⁶⁰.
        var a = 1 + Math.ScaleB(1, -30);
        Assert.Equal(0, new Unchanged().MultiplyAdd(a, a, -(a * a)));
        Assert.Equal(Math.ScaleB(1, -60), new Shifted().MultiplyAdd(a, a, -(a * a)));
    }

    private static void EngineIsFresh() => Assert.NotSame(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(typeof(Value).Assembly));

    private static void ChooseAndCompute()
    {
        var functions = new Shifted();
        ElementaryFunctions.Use(functions);
        Assert.Same(functions, ElementaryFunctions.Current);
        var x = new Value(0.75);
        var y = x.Tanh();
        y.Backward();
        Assert.Equal(1 + Math.Tanh(0.75), y.Data);
        Assert.Equal(Math.FusedMultiplyAdd(-y.Data, y.Data, 1), x.Grad);
        Assert.Equal(2 + Math.Sqrt(0.75), x.Sqrt().Data);

        // What a kernel computes on its way is the C library's.
        Assert.Equal(1 / Math.Sqrt(0.75), x.Rsqrt().Data);
        Assert.Equal(1 / (1 + Math.Exp(-0.75)), x.Sigmoid().Data);
    }

    private static void ChooseTwice()
    {
        var functions = new Shifted();
        ElementaryFunctions.Use(functions);
        ElementaryFunctions.Use(functions);
        Assert.Throws<InvalidOperationException>(() => ElementaryFunctions.Use(new Shifted()));
        Assert.Same(functions, ElementaryFunctions.Current);
        ElementaryFunctions.Use(functions);
    }

    private static void ChooseTooLate()
    {
        Assert.Equal(Math.Tanh(0.5), new Value(0.5).Tanh().Data);
        Assert.Throws<InvalidOperationException>(() => ElementaryFunctions.Use(new Shifted()));
        Assert.Equal(Math.Tanh(0.5), new Value(0.5).Tanh().Data);
    }

    private static void ChooseAfterReading()
    {
        Assert.Equal(typeof(ElementaryFunctions), ElementaryFunctions.Current.GetType());
        Assert.Throws<InvalidOperationException>(() => ElementaryFunctions.Use(new Shifted()));
    }

    private static void ReplayWithAChosenSet()
    {
        ElementaryFunctions.Use(new Shifted());
        double[] samples = [.. s_numbers.Where(double.IsFinite)];
        SameAsOneByOne.Assert(1, samples, [0.5, -1.25], (x, w) => ((w[0] * x[0]).Tanh() * w[1] + (x[0] * w[1]).Exp().Sqrt()).Silu());
    }

    private static void AssertSame(double expected, double actual) =>
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(actual));

    private sealed class Unchanged : ElementaryFunctions;

    /// <summary>Other functions than any library's.</summary>
    private sealed class Shifted : ElementaryFunctions
    {
        public override bool FusesMultiplyAdd => true;

        public override double Tanh(double x) => 1 + Math.Tanh(x);

        public override double Sqrt(double x) => 2 + Math.Sqrt(x);
    }
}
