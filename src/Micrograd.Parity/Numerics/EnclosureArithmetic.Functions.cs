namespace Micrograd.Parity.Numerics;

/// <content>Enclosures of elementary functions.</content>
internal sealed partial class EnclosureArithmetic
{
    /// <summary>The square root by a function that is so many ulps from the exact one. 0 and ∞ are exact.</summary>
    private Enclosure Sqrt(Enclosure a, double ulps)
    {
        if (a.High < 0)
            return Enclosure.NaN;
        var (low, high) = (Outward.Sqrt(Math.Max(0, a.Low)), Outward.Sqrt(a.High));
        return Rounded(Widened(low.Down, -ulps * format.Ulp(low.Up)), Widened(high.Up, ulps * format.Ulp(high.Up)), a.MayBeNaN || a.Low < 0);

        static double Widened(double x, double by) =>
            by == 0 || x == 0 || double.IsInfinity(x) ? x
            : by < 0 ? Math.Max(0, Outward.Add(x, by).Down)
            : Outward.Add(x, by).Up;
    }

    /// <summary>A function that only rises or only falls, of a number within its domain; outside it is NaN.</summary>
    private Enclosure Monotone(Primitive f, Enclosure a, double from = double.NegativeInfinity, double to = double.PositiveInfinity)
    {
        if (a.High < from || a.Low > to)
            return Enclosure.NaN;
        var (low, high) = (Math.Max(a.Low, from), Math.Min(a.High, to));
        var nan = a.MayBeNaN || a.Low < from || a.High > to;
        var (atLow, atHigh) = (Plain(f, low), Plain(f, high));
        var result = f is Primitive.Acos or Primitive.Erfc
            ? Widened(f, atHigh, atLow, nan)
            : Widened(f, atLow, atHigh, nan, low == double.PositiveInfinity, high == double.NegativeInfinity);
        var limit = LibraryErrors.OverflowLimit(f, format);
        if (high > limit && double.IsFinite(high))
            result = result with { High = double.PositiveInfinity };
        if (low < -limit && double.IsFinite(low))
            result = result with { Low = double.NegativeInfinity };
        if (LibraryErrors.IsLostAtInfinity(f, format) && HasInfinity(a))
            result = result with { MayBeNaN = true };
        return f is Primitive.Exp or Primitive.Exp2 or Primitive.ExpOfLogsigmoid or Primitive.Erfc or Primitive.Acos
            ? result with
            {
                Low = Math.Max(0, result.Low),
            }
            : result;
    }

    /// <summary>
    /// Enclosure of a function whose values, computed by our own C library, range from low to high: widened on either side by that library's error
    /// and the admissible one.
    /// </summary>
    /// <param name="f">The function.</param>
    /// <param name="low">Its least value.</param>
    /// <param name="high">Its greatest value.</param>
    /// <param name="nan">True if NaN is possible.</param>
    /// <param name="infiniteLow">True if a least value of ∞ is exact and not an overflow.</param>
    /// <param name="infiniteHigh">True if a greatest value of −∞ is exact and not an overflow.</param>
    private Enclosure Widened(Primitive f, double low, double high, bool nan, bool infiniteLow = false, bool infiniteHigh = false)
    {
        if (double.IsNaN(low) || double.IsNaN(high))
            return Enclosure.Anything;
        low = infiniteLow ? low : Math.Min(low, double.MaxValue);
        high = infiniteHigh ? high : Math.Max(high, -double.MaxValue);
        return Rounded(low - Error(f, low), high + Error(f, high), nan);
    }

    private double Error(Primitive f, double y)
    {
        if (double.IsInfinity(y))
            return 0;
        var own = LibraryErrors.Ulps(f, FloatFormat.Binary64);
        var admissible = LibraryErrors.Ulps(f, format);

        // The ulp is that of the exact result, which may lie in the next binade; one ulp more for the addition of the error itself.
        var size = Math.Abs(y) + (own + 1) * FloatFormat.Binary64.Ulp(y);
        if (format != FloatFormat.Binary64)
            size += (admissible + 1) * format.Ulp(Math.Min(size, format.Maximum));
        return (own + 1) * FloatFormat.Binary64.Ulp(Math.Min(size, double.MaxValue))
            + admissible * format.Ulp(Math.Min(size, format.Maximum))
            + LibraryErrors.Absolute(f, format);
    }

    /// <summary>Sine and cosine, by the mean value theorem: the slope is at most 1, and at most the distance more than in the middle.</summary>
    private Enclosure Periodic(Primitive f, Enclosure a)
    {
        if (HasInfinity(a))
            return a.IsPoint ? Enclosure.NaN : new Enclosure(-1, 1, true);
        if (a.Magnitude > TrigonometricLimit)
            return new Enclosure(-1, 1, a.MayBeNaN);
        var middle = a.Low + (a.High - a.Low) / 2;
        var radius = a.Low == a.High ? 0 : Math.BitIncrement(Math.Max(a.High - middle, middle - a.Low));
        var value = Plain(f, middle);
        var slope = Math.Abs(Plain(f == Primitive.Sin ? Primitive.Cos : Primitive.Sin, middle)) + radius + 4 * FloatFormat.Binary64.UnitRoundoff;
        var reach = radius == 0 ? 0 : Math.BitIncrement(radius * Math.Min(1, slope));
        return Widened(f, Outward.Add(value, -reach).Down, Outward.Add(value, reach).Up, a.MayBeNaN);
    }

    private Enclosure Tan(Enclosure a)
    {
        if (HasInfinity(a))
            return a.IsPoint ? Enclosure.NaN : Enclosure.Anything;

        // A cosine that is nowhere 0 leaves no pole between the ends.
        var inOneBranch = a.Magnitude <= TrigonometricLimit && !HasZero(Periodic(Primitive.Cos, a));
        return inOneBranch ? Monotone(Primitive.Tan, a) : new Enclosure(double.NegativeInfinity, double.PositiveInfinity, a.MayBeNaN);
    }

    private Enclosure Fmod(Enclosure a, Enclosure b)
    {
        var nan = a.MayBeNaN || b.MayBeNaN;
        if (a.IsPoint && b.IsPoint)
        {
            var rest = a.Low % b.Low;
            if (double.IsNaN(rest))
                return Enclosure.NaN;
            if (Math.Abs(a.Low / b.Low) < LibraryErrors.FmodLimit(format))
                return Enclosure.Of(rest);
        }

        if (HasZero(b) || !(Divide(a, b).Magnitude < LibraryErrors.FmodLimit(format)))
            return Enclosure.Anything;

        var quotient = Divide(a, b);
        var whole = Math.Truncate(quotient.Low);
        if (!HasInfinity(b) && whole == Math.Truncate(quotient.High) && Math.Abs(whole) < 1 / format.UnitRoundoff)
            return Add(a, Multiply(Enclosure.Of(-whole), b)) with { MayBeNaN = nan };

        var most = Math.Min(a.Magnitude, b.Magnitude);
        return new Enclosure(a.Low >= 0 ? 0 : -most, a.High <= 0 ? 0 : most, nan);
    }

    private Enclosure Hypot(Enclosure a, Enclosure b) =>
        Widened(
            Primitive.Hypot,
            Plain(Primitive.Hypot, a.Low, b.Low),
            Plain(Primitive.Hypot, a.High, b.High),
            a.MayBeNaN || b.MayBeNaN,
            infiniteLow: double.IsInfinity(a.Low) || double.IsInfinity(b.Low)
        );

    private Enclosure Pow(Enclosure a, Enclosure b)
    {
        // Anything to the power of 0, and 1 to any power, is 1.
        if ((b.IsPoint && b.Low == 0) || (a.IsPoint && a.Low == 1))
            return Enclosure.Of(1);
        if (a.IsEmpty || b.IsEmpty)
            return (a.IsEmpty && b.Contains(0)) || (b.IsEmpty && a.Contains(1)) ? new Enclosure(1, 1, true) : Enclosure.NaN;
        var nan = a.MayBeNaN || b.MayBeNaN;
        var isNowhereWhole = Math.Ceiling(b.Low) > b.High;

        // An end at 0 stands for −0 too, whose odd negative powers are −∞.
        if (HasZero(a) && b.Low < 0 && !isNowhereWhole && !(b.IsPoint && Math.Abs(Math.IEEERemainder(b.Low, 2)) != 1))
            return new Enclosure(double.NegativeInfinity, double.PositiveInfinity, nan || a.Low < 0);
        if (a.Low >= 0)
        {
            // Rises or falls in each operand, so that the extremes lie at corners; 0⁰ is where it jumps.
            return a.Low == 0 && HasZero(b) ? new Enclosure(0, double.PositiveInfinity, nan) : Corners(a, b, nan, 0);
        }

        if (isNowhereWhole ? HasInfinity(a) && !a.IsPoint : !b.IsPoint)
            return Enclosure.Anything;
        if (isNowhereWhole)
            return a.High < 0 ? Corners(a, b, true, double.NegativeInfinity) : Corners(new Enclosure(0, a.High), b, true, 0);
        var result =
            a.High < 0
                ? Corners(a, b, nan, double.NegativeInfinity)
                : Corners(new Enclosure(a.Low, -0.0), b, nan, double.NegativeInfinity).Hull(Corners(new Enclosure(0, a.High), b, nan, 0));
        return result;
    }

    private Enclosure Corners(Enclosure a, Enclosure b, bool nan, double least)
    {
        double low = double.PositiveInfinity,
            high = double.NegativeInfinity;
        foreach (var x in (ReadOnlySpan<double>)[a.Low, a.High])
        {
            foreach (var y in (ReadOnlySpan<double>)[b.Low, b.High])
            {
                var corner = Plain(Primitive.Pow, x, y);
                if (double.IsNaN(corner))
                    return Enclosure.NaN;
                (low, high) = (Math.Min(low, corner), Math.Max(high, corner));
            }
        }

        var exact = a.IsPoint && b.IsPoint && (HasZero(a) || HasInfinity(a) || HasInfinity(b));
        var result = Widened(Primitive.Pow, low, high, nan, exact, exact);
        return result with { Low = Math.Max(least, result.Low) };
    }

    private Enclosure Atan2(Enclosure y, Enclosure x)
    {
        var nan = y.MayBeNaN || x.MayBeNaN;

        // The angle jumps on the negative x axis, and has no value at the origin.
        if (HasZero(y) && x.Low <= 0)
            return Widened(Primitive.Atan2, -Math.PI, Math.PI, nan);
        double low = double.PositiveInfinity,
            high = double.NegativeInfinity;
        foreach (var a in (ReadOnlySpan<double>)[y.Low, y.High])
        {
            foreach (var b in (ReadOnlySpan<double>)[x.Low, x.High])
            {
                var corner = Plain(Primitive.Atan2, a, b);
                (low, high) = (Math.Min(low, corner), Math.Max(high, corner));
            }
        }

        return Widened(Primitive.Atan2, low, high, nan);
    }
}
