namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// Infers from an engine's numbers whether it computes in float32. Only numbers count whose right value is not a float and that have more
/// digits than a bug or a setting leaves: an engine in float32 nearly always has a float there, one in float64 once in 2²⁹.
/// </summary>
/// <param name="given">Numbers that were given to the engine; finding them again is no evidence.</param>
internal sealed class PrecisionEvidence(IEnumerable<double> given)
{
    /// <summary>Number of significand bits of a short number: half of a float's.</summary>
    private const int ShortBits = 12;

    private const int SignificandBits = 52;

    /// <summary>Number of counted numbers that settle the precision.</summary>
    private const int Enough = 256;

    private readonly HashSet<double> _given = [.. given.Where(IsLongFloat).Select(Math.Abs)];

    /// <summary>Number of counted numbers that are floats.</summary>
    internal long Floats { get; private set; }

    /// <summary>Number of counted numbers that are not.</summary>
    internal long Doubles { get; private set; }

    /// <summary>
    /// True if the engine computes in float32: most of the numbers that can tell are floats. In float64 none would be but by a bug, and in float32 all but
    /// what a bug or a sum in float64 makes, so that only half of all numbers turn it.
    /// </summary>
    internal bool IsFloat32 => Floats > Doubles;

    /// <summary>True if enough numbers were counted to rely on the result.</summary>
    internal bool IsFirm => Floats + Doubles >= Enough;

    /// <summary>Sentence on what the engine is taken to compute in, and why.</summary>
    /// <param name="stated">True if the file states float32, false if it states float64; null if it states nothing.</param>
    internal string Says(bool? stated)
    {
        var taken = $"Judged as {(stated ?? IsFloat32 ? "float32" : "float64")}";
        var numbers = $"{Floats:N0} of the {Floats + Doubles:N0} numbers that float32 cannot hold were rounded to it";
        return stated is { } says ? $"{taken}, as the file says{(Floats + Doubles > 0 && says != IsFloat32 ? $", but {numbers}" : "")}."
            : Floats + Doubles == 0 ? $"{taken}: no number tells which it is, and the file does not say."
            : $"{taken}, which the file does not say: {numbers}.";
    }

    /// <summary>Adds a recorded number whose right value is unknown.</summary>
    internal void Add(double recorded)
    {
        if (!double.IsFinite(recorded) || IsShort(recorded))
            return;
        if (recorded != (float)recorded)
            Doubles++;
        else if (!_given.Contains(Math.Abs(recorded)))
            Floats++;
    }

    /// <summary>Adds a recorded number with its right value.</summary>
    internal void Add(double recorded, double right)
    {
        if (double.IsFinite(right) && right != (float)right)
            Add(recorded);
    }

    /// <summary>Adds the evidence of another part of the same file.</summary>
    internal void Add(PrecisionEvidence other)
    {
        Floats += other.Floats;
        Doubles += other.Doubles;
    }

    private static bool IsLongFloat(double x) => double.IsFinite(x) && x == (float)x && !IsShort(x);

    private static bool IsShort(double x) => (BitConverter.DoubleToInt64Bits(x) & ((1L << (SignificandBits + 1 - ShortBits)) - 1)) == 0;
}
