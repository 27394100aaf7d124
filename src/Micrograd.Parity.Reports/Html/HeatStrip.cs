using System.Globalization;
using System.Text;

namespace Micrograd.Parity.Reports.Html;

/// <summary>The distances of a module's outputs over the steps, as a row of coloured cells.</summary>
internal sealed class HeatStrip
{
    /// <summary>Number of colours.</summary>
    internal const int Levels = 6;

    internal const int Width = 240;
    internal const int Height = 12;

    /// <summary>Distances from which on each colour but the first is taken.</summary>
    private static readonly double[] s_limits = [double.Epsilon, 1e-6, 1e-4, 1e-2, 1];

    internal HeatStrip(IReadOnlyList<double> distances)
    {
        // More steps than the strip is wide share a cell, which has the greatest of them.
        var cells = Math.Min(distances.Count, Width);
        var paths = Enumerable.Range(0, Levels).Select(_ => new StringBuilder()).ToList();
        for (var cell = 0; cell < cells; cell++)
        {
            var shared = distances.Skip(cell * distances.Count / cells).Take((cell + 1) * distances.Count / cells - cell * distances.Count / cells);
            if (shared.Where(d => !double.IsNaN(d)).ToList() is not { Count: > 0 } compared)
                continue;
            var (left, right) = (Frame.Show((double)cell * Width / cells), Frame.Show((double)(cell + 1) * Width / cells));
            paths[Level(compared.Max())].Append(CultureInfo.InvariantCulture, $"M{left} 0H{right}V{Height}H{left}Z");
        }

        Fills = [.. paths.Select(path => path.ToString())];
        Greatest = distances.Where(d => !double.IsNaN(d)).Select(d => (double?)d).Max();
    }

    /// <summary>The cells of each colour as an SVG path; empty where there are none.</summary>
    internal IReadOnlyList<string> Fills { get; }

    /// <summary>The greatest distance; null where none was compared.</summary>
    internal double? Greatest { get; }

    /// <summary>The greatest distance in words.</summary>
    internal string Words =>
        Greatest is not { } greatest ? "not compared"
        : greatest == 0 ? "same bits"
        : Frame.Tick(greatest);

    /// <summary>The colour of a distance.</summary>
    internal static int Level(double distance) => s_limits.Count(limit => distance >= limit);

    /// <summary>The distances of a colour in words.</summary>
    internal static string Range(int level) =>
        level == 0 ? "same bits"
        : level == 1 ? $"below {Frame.Tick(s_limits[1])}"
        : level == Levels - 1 ? $"{Frame.Tick(s_limits[^1])} and more"
        : $"from {Frame.Tick(s_limits[level - 1])}";
}
