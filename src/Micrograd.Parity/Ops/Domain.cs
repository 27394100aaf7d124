using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Ops;

/// <summary>An interval from which an operand's points are drawn.</summary>
/// <param name="Low">Its lower end; −∞ is allowed.</param>
/// <param name="High">Its upper end; ∞ is allowed.</param>
public sealed record Domain(double Low, double High)
{
    /// <summary>All real numbers.</summary>
    public static Domain Reals { get; } = new(double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>The positive numbers.</summary>
    public static Domain Positive { get; } = new(0, double.PositiveInfinity);

    /// <summary>[−1, 1].</summary>
    public static Domain Unit { get; } = new(-1, 1);

    /// <summary>
    /// A point of the interval: half of them of everyday size, where functions bend; a quarter of any magnitude a double can have,
    /// tiny, subnormal and huge ones with equal chance; a quarter within ±40, where exponentials saturate.
    /// </summary>
    internal double Draw(SeededRandom random)
    {
        while (true)
        {
            var sign = random.Next(2) == 0 ? 1 : -1;
            var x = random.Next(4) switch
            {
                0 => sign * Math.ScaleB(1 + random.NextDouble(), random.Next(-1074, 1024)),
                1 => sign * 40 * random.NextDouble(),
                _ => sign * 4 * random.NextDouble(),
            };
            if (x >= Low && x <= High)
                return x;
            if (double.IsFinite(Low) && double.IsFinite(High))
                return Low + (High - Low) * random.NextDouble();
        }
    }
}
