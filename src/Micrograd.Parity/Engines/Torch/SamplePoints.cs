namespace Micrograd.Parity.Engines.Torch;

/// <summary>Numbers at which two sources of a function are compared: of all sizes, with all bits in use, and the special ones.</summary>
internal static class SamplePoints
{
    private static readonly double[] s_special =
    [
        0.0,
        -0.0,
        1,
        -1,
        0.5,
        -0.5,
        double.Epsilon,
        -double.Epsilon,
        double.MaxValue,
        double.MinValue,
        double.PositiveInfinity,
        double.NegativeInfinity,
        double.NaN,
    ];

    /// <summary>So many numbers.</summary>
    internal static IEnumerable<double> Take(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (i < s_special.Length)
            {
                yield return s_special[i];
                continue;
            }

            // Steps of the golden ratio are spread evenly.
            var part = i * 0.6180339887498949 % 1;
            var sign = i % 2 == 0 ? 1 : -1;
            yield return (i % 3) switch
            {
                0 => sign * part,
                1 => sign * 20 * part,
                _ => sign * Math.ScaleB(1 + part, (i / 3 % 60) - 30),
            };
        }
    }
}
