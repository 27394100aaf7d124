using System.Globalization;

namespace Micrograd.Parity.Reports.Html;

/// <summary>Frame of every plot, so that plots in a row line up, and the number format of axes.</summary>
internal static class Frame
{
    internal const int Width = 300;
    internal const int Height = 150;
    internal const int Left = 44;
    internal const int Right = 296;
    internal const int Top = 16;

    /// <summary>The bottom of a frame that is as high as the drawing allows.</summary>
    internal const int Bottom = 132;

    /// <summary>y coordinate of the numbers under the frame.</summary>
    internal const int Labels = 146;

    /// <summary>A coordinate.</summary>
    internal static string Show(double x) => x.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>A number at an axis, where there is room for seven characters.</summary>
    internal static string Tick(double x)
    {
        var text = x.ToString("G3", CultureInfo.InvariantCulture);
        return (text.Contains('E') ? x.ToString("0.#e0", CultureInfo.InvariantCulture) : text).Replace('-', '−');
    }
}
