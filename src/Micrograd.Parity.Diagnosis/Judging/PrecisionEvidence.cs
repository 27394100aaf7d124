namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// Tells from an engine's numbers whether it computes in float32. Only those say something that are no floats by right and have more digits
/// than a mistake or a setting leaves: of these an engine in float32 has floats nearly always, one in float64 once in 2²⁹.
/// </summary>
/// <param name="given">What was given to the engine: to find these numbers again says nothing.</param>
internal sealed class PrecisionEvidence(IEnumerable<double> given)
{
    /// <summary>Bits of a significand that short numbers are written in: half of a float's.</summary>
    private const int ShortBits = 12;

    private const int SignificandBits = 52;

    /// <summary>A number in so many may be another one's: a loss summed in float64, a mistake.</summary>
    private const int Strays = 20;

    /// <summary>After so many numbers that say something, others are not waited for.</summary>
    private const int Enough = 256;

    private readonly HashSet<double> _given = [.. given.Where(IsLongFloat).Select(Math.Abs)];

    /// <summary>How many numbers are floats, of those that say something.</summary>
    internal long Floats { get; private set; }

    /// <summary>How many are none.</summary>
    internal long Doubles { get; private set; }

    /// <summary>Whether the engine computes in float32.</summary>
    internal bool IsFloat32 => Floats > 0 && Floats >= Strays * Doubles;

    /// <summary>Whether there is enough to rely on.</summary>
    internal bool IsFirm => Floats + Doubles >= Enough;

    /// <summary>A recorded number of which it is not known what is right.</summary>
    internal void Add(double recorded)
    {
        if (!double.IsFinite(recorded) || IsShort(recorded))
            return;
        if (recorded != (float)recorded)
            Doubles++;
        else if (!_given.Contains(Math.Abs(recorded)))
            Floats++;
    }

    /// <summary>A recorded number, and what it is by right.</summary>
    internal void Add(double recorded, double right)
    {
        if (double.IsFinite(right) && right != (float)right)
            Add(recorded);
    }

    /// <summary>What another part of the same file says.</summary>
    internal void Add(PrecisionEvidence other)
    {
        Floats += other.Floats;
        Doubles += other.Doubles;
    }

    private static bool IsLongFloat(double x) => double.IsFinite(x) && x == (float)x && !IsShort(x);

    private static bool IsShort(double x) => (BitConverter.DoubleToInt64Bits(x) & ((1L << (SignificandBits + 1 - ShortBits)) - 1)) == 0;
}
