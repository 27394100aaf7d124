namespace Micrograd.Parity.Numerics;

/// <summary>
/// Numbers of many binary digits, every operation correctly rounded by GNU MPFR, and with its range of exponents, in which nothing a double
/// can lead to overflows.
/// </summary>
/// <param name="precision">The number of binary digits.</param>
internal sealed class PreciseArithmetic(int precision) : IArithmetic<BigFloat>
{
    /// <summary>Number of leading bits that a subtraction may cancel and still leave more than twice a double's precision.</summary>
    private readonly int _mayCancel = precision - 150;

    /// <summary>True if a subtraction cancelled so many bits that a higher precision is needed.</summary>
    public bool HasCancelled { get; private set; }

    /// <summary>True if GNU MPFR is installed.</summary>
    public static bool IsInstalled => Mpfr.IsInstalled;

    /// <summary>GNU MPFR's version.</summary>
    /// <exception cref="DllNotFoundException">It is not installed.</exception>
    public static string LibraryVersion => Mpfr.Version;

    public BigFloat Number(double x) => BigFloat.From(x, precision);

    public BigFloat Constant(double x) => BigFloat.From(x, precision);

    public BigFloat Constant(Irrational x)
    {
        var two = Number(2);
        return x switch
        {
            Irrational.LogOfTwo => BigFloat.LogOfTwo(precision),
            Irrational.LogOfTen => Apply(Primitive.Log, Number(10)),
            Irrational.SqrtHalf => Apply(Primitive.Sqrt, Number(0.5)),
            Irrational.TwoOverSqrtPi => Apply(Primitive.Divide, two, Apply(Primitive.Sqrt, BigFloat.Pi(precision))),
            Irrational.SqrtTwoOverPi => Apply(Primitive.Sqrt, Apply(Primitive.Divide, two, BigFloat.Pi(precision))),
            _ => throw new ArgumentOutOfRangeException(nameof(x)),
        };
    }

    public BigFloat Apply(Primitive f, BigFloat a) => BigFloat.Apply(Entries.Of(f), a, precision);

    public BigFloat Apply(Primitive f, BigFloat a, BigFloat b)
    {
        var result = BigFloat.Apply(Entries.Of(f), a, b, precision);
        if (f is Primitive.Add or Primitive.Subtract)
            Watch(a, b, result);
        return result;
    }

    public BigFloat Sum(ReadOnlySpan<BigFloat> terms)
    {
        var sum = terms[0];
        foreach (var term in terms[1..])
            sum = Apply(Primitive.Add, sum, term);
        return sum;
    }

    public bool? Holds(Relation relation, BigFloat a, BigFloat b) => BigFloat.Holds(relation, a, b);

    /// <summary>Never asked for: every relation between two numbers holds or does not.</summary>
    public BigFloat Either(BigFloat a, BigFloat b) => throw new NotSupportedException("Both numbers are known.");

    private void Watch(BigFloat a, BigFloat b, BigFloat result)
    {
        if (!HasCancelled && a.IsRegular && b.IsRegular)
            HasCancelled = !result.IsRegular || Math.Max(a.Exponent, b.Exponent) - result.Exponent > _mayCancel;
    }

    /// <summary>MPFR's function for each primitive.</summary>
    private static class Entries
    {
        private static readonly nint[] s_entries = [.. Enum.GetValues<Primitive>().Select(f => Mpfr.Entry(Name(f)))];

        internal static nint Of(Primitive f) => s_entries[(int)f];

        private static string Name(Primitive f) =>
            f switch
            {
                Primitive.ErfOfGelu => "mpfr_erf",
                Primitive.ExpOfLogsigmoid => "mpfr_exp",
                Primitive.Subtract => "mpfr_sub",
                Primitive.Multiply => "mpfr_mul",
                Primitive.Divide => "mpfr_div",
                Primitive.Negate => "mpfr_neg",
                Primitive.Floor => "mpfr_rint_floor",
                Primitive.Ceiling => "mpfr_rint_ceil",
                Primitive.Round => "mpfr_rint_roundeven",
                Primitive.Truncate => "mpfr_rint_trunc",
#pragma warning disable CA1308 // the library's names are in lower case
                _ => $"mpfr_{f.ToString().ToLowerInvariant()}",
#pragma warning restore CA1308
            };
    }
}
