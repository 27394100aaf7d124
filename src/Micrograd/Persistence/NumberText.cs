using System.Globalization;

namespace Micrograd;

/// <summary>A number as text, in whatever is written or shown: the shortest text from which the same bits can be read.</summary>
internal static class NumberText
{
    /// <summary>
    /// The text: the runtime's shortest, and 17 digits where that reads as another number, as it does of all powers of two at 2⁻²⁵ and
    /// 2⁻⁹⁵⁸. A NaN loses its payload.
    /// </summary>
    internal static string Of(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return double.IsNaN(number) || BitConverter.DoubleToInt64Bits(Read(text)) == BitConverter.DoubleToInt64Bits(number)
            ? text
            : number.ToString("G17", CultureInfo.InvariantCulture);
    }

    private static double Read(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
