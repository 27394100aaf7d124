namespace Micrograd.Parity.Ops;

/// <summary>The numbers at which implementations part: every op is compared at all of them, binary ops at all pairs.</summary>
internal static class SpecialValues
{
    /// <summary>For one operand.</summary>
    public static IReadOnlyList<double> All { get; } =
    [
        .. Both(
            0,
            double.Epsilon,
            2.2250738585072009e-308,
            2.2250738585072014e-308,
            1e-300,
            1e-160,
            1e-20,
            0.001,
            0.25,
            0.5,
            1,
            Math.BitIncrement(1),
            Math.BitDecrement(1),
            Math.PI / 2,
            2,
            3,
            Math.PI,
            Math.PI - 1e-5,
            Math.PI + 1e-5,
            6,
            20,
            501,
            709.78,
            710,
            746,
            1001.2,
            13437.7,
            4988429.2,
            4503599627370497.5,
            1e20,
            1e160,
            double.MaxValue,
            double.PositiveInfinity
        ),
        double.NaN,
    ];

    /// <summary>For each of two operands; all pairs are taken.</summary>
    public static IReadOnlyList<double> Pairs { get; } =
    [.. Both(0, double.Epsilon, 2.2250738585072014e-308, 1e-20, 0.5, 1, 2, 3, 2.5, 710, 1e20, double.MaxValue, double.PositiveInfinity), double.NaN];

    /// <summary>For each of three operands; all triples are taken.</summary>
    public static IReadOnlyList<double> Triples { get; } = [.. Both(0, 0.5, 1, 1e200, double.PositiveInfinity), double.NaN];

    /// <summary>A number and the floats on both sides of it.</summary>
    public static IEnumerable<double> Around(double x) => [Math.BitDecrement(x), x, Math.BitIncrement(x)];

    private static IEnumerable<double> Both(params double[] magnitudes) => magnitudes.SelectMany(x => new[] { x, -x });
}
