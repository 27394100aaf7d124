namespace Micrograd.Parity.Numerics;

/// <summary>
/// A closed interval that holds a number's exact value and whatever any admissible sequence of roundings makes of it. Two results of
/// admissible evaluations are therefore no further apart than its width.
/// </summary>
/// <param name="Low">Its lower end; above <paramref name="High"/> where no number is possible, only NaN.</param>
/// <param name="High">Its upper end.</param>
/// <param name="MayBeNaN">Whether the number may be NaN, or not a number at all.</param>
public readonly record struct Enclosure(double Low, double High, bool MayBeNaN = false)
{
    /// <summary>Anything: there is no bound.</summary>
    public static Enclosure Anything { get; } = new(double.NegativeInfinity, double.PositiveInfinity, true);

    /// <summary>NaN and nothing else.</summary>
    public static Enclosure NaN { get; } = new(double.PositiveInfinity, double.NegativeInfinity, true);

    /// <summary>Whether no number is possible.</summary>
    public bool IsEmpty => !(Low <= High);

    /// <summary>Whether it is one number.</summary>
    public bool IsPoint => Low == High && !MayBeNaN;

    /// <summary>Whether it bounds anything: both ends are finite or it is one number, and NaN is not possible; or NaN is certain.</summary>
    public bool IsBounded => IsEmpty || (!MayBeNaN && (Low == High || (double.IsFinite(Low) && double.IsFinite(High))));

    /// <summary>The greatest distance of two admissible results, rounded up.</summary>
    public double Width => IsEmpty || Low == High ? 0 : Math.BitIncrement(High - Low);

    /// <summary>The greatest magnitude; 0 where no number is possible.</summary>
    internal double Magnitude => IsEmpty ? 0 : Math.Max(Math.Abs(Low), Math.Abs(High));

    /// <summary>The number and nothing else.</summary>
    public static Enclosure Of(double x) => double.IsNaN(x) ? NaN : new Enclosure(x, x);

    /// <summary>Whether a result is admissible.</summary>
    public bool Contains(double x) => double.IsNaN(x) ? MayBeNaN : Low <= x && x <= High;

    /// <summary>The least interval around both.</summary>
    public Enclosure Hull(Enclosure other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High), MayBeNaN || other.MayBeNaN);

    /// <summary>The same, and NaN too.</summary>
    public Enclosure OrNaN() => this with { MayBeNaN = true };

    /// <summary>Its ends, shortest that read back.</summary>
    public override string ToString() => IsEmpty ? "NaN" : $"[{NumberText.Of(Low)}, {NumberText.Of(High)}]{(MayBeNaN ? " or NaN" : "")}";
}
