using System.Runtime.CompilerServices;

namespace Micrograd;

/// <summary>Checks of options.</summary>
internal static class Require
{
    internal static double NotNegative(double number, [CallerArgumentExpression(nameof(number))] string? name = null) =>
        number >= 0 ? number : throw new ArgumentOutOfRangeException(name, number, "The number must be 0 or greater.");

    internal static double FiniteNotNegative(double number, [CallerArgumentExpression(nameof(number))] string? name = null) =>
        number is >= 0 and <= double.MaxValue
            ? number
            : throw new ArgumentOutOfRangeException(name, number, "The number must be 0 or greater, and finite.");

    internal static double Positive(double number, [CallerArgumentExpression(nameof(number))] string? name = null) =>
        number > 0 ? number : throw new ArgumentOutOfRangeException(name, number, "The number must be greater than 0.");

    internal static double Fraction(double number, [CallerArgumentExpression(nameof(number))] string? name = null) =>
        number is >= 0 and < 1 ? number : throw new ArgumentOutOfRangeException(name, number, "The number must be in [0, 1).");
}
