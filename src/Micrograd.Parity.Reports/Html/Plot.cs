using System.Globalization;
using System.Text;

namespace Micrograd.Parity.Reports.Html;

/// <summary>The geometry of one plot: a quantity of both sides over the varied operand, and their distance in ulps under it.</summary>
internal sealed class Plot
{
    internal const int Bottom = 104;
    internal const int UlpTop = 112;
    internal const int UlpBottom = 132;

    private const int Padding = 4;

    /// <summary>Fraction of the sorted numbers that may be cut off at either end: a pole must not flatten the rest.</summary>
    private const double Tail = 0.05;

    /// <summary>The width under which a step is none: a curve that changes in it jumps.</summary>
    private const double Nothing = 1e-3;

    private readonly IReadOnlyList<double> _at;
    private readonly IReadOnlyList<double?> _ours;
    private readonly IReadOnlyList<double?> _theirs;

    internal Plot(IReadOnlyList<double> at, IReadOnlyList<double?> ours, IReadOnlyList<double?> theirs)
    {
        (_at, _ours, _theirs) = (at, ours, theirs);
        (Low, High) = Range([.. ours.Concat(theirs).OfType<double>().Where(double.IsFinite).Order()]);
        Ours = Path(ours);
        Theirs = Path(theirs);
        Ulps = [.. ours.Zip(theirs, Distance)];
    }

    /// <summary>The minimum shown.</summary>
    internal double Low { get; }

    /// <summary>The maximum shown.</summary>
    internal double High { get; }

    /// <summary>The engine's side as an SVG path.</summary>
    internal string Ours { get; }

    /// <summary>PyTorch's side as an SVG path.</summary>
    internal string Theirs { get; }

    /// <summary>The distance at each point.</summary>
    internal IReadOnlyList<ulong> Ulps { get; }

    /// <summary>Summary of the distances in words.</summary>
    internal string UlpWords =>
        Ulps.All(u => u == 0) ? $"0 ulp at all {Ulps.Count} points" : $"differ at {Ulps.Count(u => u != 0)} of {Ulps.Count} points";

    /// <summary>The point at which the sides are furthest apart, in words; null where they are the same.</summary>
    internal string? WorstWords =>
        Worst is { } i
            ? $"{Frame.Tick(_at[i])}: ours {Wording.Full(_ours[i])}, theirs {Wording.Full(_theirs[i])}, {Wording.Apart(_ours[i], _theirs[i])}"
            : null;

    /// <summary>Centre of a ring around ours, or theirs where ours is no finite number, at the point at which the sides are furthest apart.</summary>
    internal (string X, string Y)? Ring =>
        Worst is { } i && new[] { _ours[i], _theirs[i] }.OfType<double>().Where(double.IsFinite).ToList() is [var y, ..]
            ? (Frame.Show(X(_at[i])), Frame.Show(Math.Clamp(Y(y), Frame.Top, Bottom)))
            : null;

    private int? Worst => Ulps.Max() is var most && most > 0 ? Ulps.ToList().IndexOf(most) : null;

    /// <summary>A bar for each point at which the sides differ, its height the logarithm of the distance.</summary>
    internal string UlpBars
    {
        get
        {
            var path = new StringBuilder();
            for (var i = 0; i < Ulps.Count; i++)
            {
                if (Ulps[i] != 0)
                    path.Append(
                        CultureInfo.InvariantCulture,
                        $"M{X(_at[i]):0.#} {UlpBottom}V{UlpBottom - 3 - (UlpBottom - UlpTop - 3) * Math.Log2(1.0 + Ulps[i]) / 64:0.#}"
                    );
            }

            return path.ToString();
        }
    }

    /// <summary>x coordinate of 0 of the varied operand; null if it is outside the plot.</summary>
    internal string? ZeroX => _at[0] < 0 && _at[^1] > 0 ? Frame.Show(X(0)) : null;

    /// <summary>y coordinate of 0 of the quantity; null if it is outside the plot.</summary>
    internal string? ZeroY => Low < 0 && High > 0 ? Frame.Show(Y(0)) : null;

    /// <summary>An end of the plotted range.</summary>
    internal string End(int end) => Frame.Tick(end == 0 ? _at[0] : _at[^1]);

    /// <summary>A label of the axis; what is next to nothing in the range shown is 0.</summary>
    internal string YTick(double y) => Math.Abs(y) < (High - Low) / 1000 ? "0" : Frame.Tick(y);

    private static ulong Distance(double? ours, double? theirs) =>
        ours is { } a && theirs is { } b ? Numerics.Ulps.Distance(a, b)
        : ours is null && theirs is null ? 0
        : ulong.MaxValue;

    private static (double Low, double High) Range(double[] sorted)
    {
        if (sorted.Length == 0)
            return (-1, 1);
        var (low, high) = (sorted[(int)(Tail * (sorted.Length - 1))], sorted[(int)((1 - Tail) * (sorted.Length - 1))]);
        var room = (high - low) / 2;
        (low, high) = room == 0 ? (sorted[0], sorted[^1]) : (Math.Max(sorted[0], low - room), Math.Min(sorted[^1], high + room));
        return high > low ? (low, high) : (low - 1, high + 1);
    }

    private double X(double x) => Frame.Left + (Frame.Right - Frame.Left) * (x - _at[0]) / (_at[^1] - _at[0]);

    /// <summary>Numbers far outside are drawn just outside: the frame cuts them off.</summary>
    private double Y(double y) =>
        Math.Clamp(Bottom - Padding - (Bottom - Frame.Top - 2 * Padding) * (y - Low) / (High - Low), Frame.Top - Frame.Height, Bottom + Frame.Height);

    /// <summary>A line through neighbouring finite points, broken where the quantity jumps, or leaves at one edge and comes back at the other.</summary>
    private string Path(IReadOnlyList<double?> numbers)
    {
        var path = new StringBuilder();
        (double X, double Y)? previous = null;
        for (var i = 0; i < numbers.Count; i++)
        {
            if (numbers[i] is not { } y || !double.IsFinite(y))
            {
                previous = null;
                continue;
            }

            var x = X(_at[i]);
            var joined =
                previous is { } before
                && !(Math.Max(before.Y, y) > High && Math.Min(before.Y, y) < Low)
                && (x - before.X > Nothing || Math.Abs(Y(y) - Y(before.Y)) < Nothing);
            path.Append(CultureInfo.InvariantCulture, $"{(joined ? 'L' : 'M')}{x:0.#} {Y(y):0.#}");
            if (!joined)
                path.Append("h0");
            previous = (x, y);
        }

        return path.ToString();
    }
}
