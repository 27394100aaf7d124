using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Bounds;

/// <summary>
/// Measures the errors of a library's functions against GNU MPFR, on the machine at hand: a check of the published errors that the bounds
/// rely on. Half of the points are random, of all magnitudes; the others search near the worst point so far.
/// </summary>
internal static class FunctionErrors
{
    /// <summary>A double's digits and enough more to tell an ulp's thousandths.</summary>
    private const int Digits = 160;

    /// <summary>Number of points per call of the library.</summary>
    private const int Batch = 1000;

    private static readonly PreciseArithmetic s_exact = new(Digits);

    /// <summary>The elementary functions in the ops' formulas that libraries compute, including √.</summary>
    public static IReadOnlyList<Primitive> Functions { get; } =
    [
        Primitive.Exp,
        Primitive.Exp2,
        Primitive.Expm1,
        Primitive.Log,
        Primitive.Log2,
        Primitive.Log10,
        Primitive.Log1p,
        Primitive.Sqrt,
        Primitive.Pow,
        Primitive.Hypot,
        Primitive.Sin,
        Primitive.Cos,
        Primitive.Tan,
        Primitive.Asin,
        Primitive.Acos,
        Primitive.Atan,
        Primitive.Atan2,
        Primitive.Sinh,
        Primitive.Cosh,
        Primitive.Tanh,
        Primitive.Asinh,
        Primitive.Acosh,
        Primitive.Atanh,
        Primitive.Erf,
        Primitive.Erfc,
    ];

    /// <summary>Measures one function.</summary>
    /// <param name="f">The function.</param>
    /// <param name="library">The library.</param>
    /// <param name="points">Number of points.</param>
    /// <param name="seed">Random seed of the points.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="DllNotFoundException">GNU MPFR is not installed.</exception>
    public static FunctionError Measure(Primitive f, FunctionLibrary library, int points, long seed, CancellationToken cancellation = default)
    {
        var format = library.Format;
        var random = new SeededRandom(seed, (int)f);
        var operands = f is Primitive.Pow or Primitive.Hypot or Primitive.Atan2 ? 2 : 1;
        var (worst, at, measured) = (0.0, Array.Empty<double>(), 0);
        for (var done = 0; done < points; done += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = Enumerable
                .Range(0, Math.Min(Batch, points - done))
                .Select(k => k % 2 == 0 || at.Length == 0 ? Anywhere(random, operands, format) : Beside(random, at, format))
                .ToList();
            var results = library.Apply(f, batch);
            for (var k = 0; k < batch.Count; k++)
            {
                var p = batch[k];
                if (!IsWithinLimits(f, format, p) || At(f, format, p, results[k]) is not { } error)
                    continue;
                measured++;
                if (error > worst)
                    (worst, at) = (error, p);
            }
        }

        return new FunctionError(f, library, Allowed(f, format), worst, at, measured);
    }

    /// <summary>Error of a result in ulps of the exact value; null if that is (nearly) subnormal or out of the format's range.</summary>
    public static double? At(Primitive f, FloatFormat format, double[] point, double result)
    {
        var truth =
            point.Length == 1 ? s_exact.Apply(f, s_exact.Number(point[0])) : s_exact.Apply(f, s_exact.Number(point[0]), s_exact.Number(point[1]));
        var size = Math.Abs(truth.ToDouble());
        return !(size <= format.Maximum && size > format.LeastNormal + LibraryErrors.Absolute(f, format) / format.UnitRoundoff) ? null
            : double.IsFinite(result) ? truth.DistanceTo(result) / LastPlace(truth, format)
            : double.PositiveInfinity;
    }

    /// <summary>Largest error in ulps that the bounds allow a function, from its library's documentation.</summary>
    public static double Allowed(Primitive f, FloatFormat format)
    {
        return LibraryErrors.Ulps(f, format);
    }

#pragma warning disable CA1308 // PyTorch's names, and C's, are in lower case
    internal static string NameOf(Primitive f) => f.ToString().ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>True if the libraries' stated errors hold for a point's arguments.</summary>
    internal static bool IsWithinLimits(Primitive f, FloatFormat format, double[] point) =>
        Math.Abs(point[0])
        <= (f is Primitive.Sin or Primitive.Cos or Primitive.Tan ? LibraryErrors.TrigonometricLimit(format) : LibraryErrors.OverflowLimit(f, format));

    /// <summary>One unit in the last place of the exact number: where the nearest number begins a binade and lies beyond it, that of the binade below.</summary>
    private static double LastPlace(BigFloat truth, FloatFormat format)
    {
        var size = Math.Abs(truth.ToDouble());
        var isBeyond = truth.ToDouble() > 0 ? truth.CompareTo(size) < 0 : truth.CompareTo(-size) > 0;
        return format.Ulp(isBeyond ? Math.BitDecrement(size) : size);
    }

    private static double[] Anywhere(SeededRandom random, int operands, FloatFormat format)
    {
        var point = new double[operands];
        for (var k = 0; k < operands; k++)
        {
            var (sign, digits) = (random.Next(2) == 0 ? -1 : 1, 1 + random.NextDouble());
            point[k] = format.Round(
                random.Next(4) switch
                {
                    0 => sign * Math.ScaleB(digits, random.Next(80) - 40),
                    1 => sign * Math.ScaleB(digits, random.Next(12) - 3),
                    2 => sign * (1 + Math.ScaleB(random.NextDouble() - 0.5, -random.Next(24))),
                    _ => sign * 8 * random.NextDouble(),
                }
            );
        }

        return point;
    }

    private static double[] Beside(SeededRandom random, double[] worst, FloatFormat format) =>
        Array.ConvertAll(worst, x => format.Round(x + (x * Math.ScaleB(random.NextDouble() - 0.5, -random.Next(30)))));
}

/// <summary>Largest error measured of one library function.</summary>
/// <param name="Function">The function.</param>
/// <param name="Library">Its library.</param>
/// <param name="Allowed">Largest error that the bounds allow it, in ulps.</param>
/// <param name="Greatest">Largest error measured, in ulps; infinite if a result is not finite but should be.</param>
/// <param name="At">Operands with the largest error.</param>
/// <param name="Points">Number of sampled points at which the error is defined.</param>
internal sealed record FunctionError(
    Primitive Function,
    FunctionLibrary Library,
    double Allowed,
    double Greatest,
    IReadOnlyList<double> At,
    int Points
)
{
    /// <summary>The function's name, as in C and in PyTorch.</summary>
    public string Name => FunctionErrors.NameOf(Function);

    /// <summary>True if the error is larger than the bounds allow.</summary>
    public bool IsExceeded => !(Greatest <= Allowed);
}
