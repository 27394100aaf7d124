namespace Micrograd.Parity.Numerics;

/// <summary>
/// A closed interval that contains a number's exact value and the results of all admissible sequences of roundings. Two admissible results
/// therefore differ by at most its width.
/// </summary>
/// <param name="Low">Its lower end; above <paramref name="High"/> where no number is possible, only NaN.</param>
/// <param name="High">Its upper end.</param>
/// <param name="MayBeNaN">True if NaN is possible.</param>
internal readonly record struct Enclosure(double Low, double High, bool MayBeNaN = false)
{
    /// <summary>The whole real line and NaN: no bound.</summary>
    public static Enclosure Anything { get; } = new(double.NegativeInfinity, double.PositiveInfinity, true);

    /// <summary>NaN and nothing else.</summary>
    public static Enclosure NaN { get; } = new(double.PositiveInfinity, double.NegativeInfinity, true);

    /// <summary>True if it contains no number, only NaN.</summary>
    public bool IsEmpty => !(Low <= High);

    /// <summary>True if it is a single number.</summary>
    public bool IsPoint => Low == High && !MayBeNaN;

    /// <summary>True if it is a bound: NaN excluded and both ends finite or equal, or NaN alone.</summary>
    public bool IsBounded => IsEmpty || (!MayBeNaN && (Low == High || (double.IsFinite(Low) && double.IsFinite(High))));

    /// <summary>Largest distance of two admissible results, rounded up.</summary>
    public double Width => IsEmpty || Low == High ? 0 : Math.BitIncrement(High - Low);

    /// <summary>Largest magnitude; 0 if it contains no number.</summary>
    internal double Magnitude => IsEmpty ? 0 : Math.Max(Math.Abs(Low), Math.Abs(High));

    /// <summary>The number and nothing else.</summary>
    public static Enclosure Of(double x) => double.IsNaN(x) ? NaN : new Enclosure(x, x);

    /// <summary>True if it contains a number.</summary>
    public bool Contains(double x) => double.IsNaN(x) ? MayBeNaN : Low <= x && x <= High;

    /// <summary>Smallest interval that contains both.</summary>
    public Enclosure Hull(Enclosure other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High), MayBeNaN || other.MayBeNaN);

    /// <summary>Its ends, shortest that read back.</summary>
    public override string ToString() => IsEmpty ? "NaN" : $"[{NumberText.Of(Low)}, {NumberText.Of(High)}]{(MayBeNaN ? " or NaN" : "")}";
}
