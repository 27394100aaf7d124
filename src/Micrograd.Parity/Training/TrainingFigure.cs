using System.Globalization;

namespace Micrograd.Parity.Training;

/// <summary>A figure printed elsewhere for one step of a run.</summary>
/// <param name="Step">The step.</param>
/// <param name="What">Its name: <c>loss</c>, <c>accuracy</c>.</param>
/// <param name="Printed">The figure as printed.</param>
/// <param name="Of">Reads it from the step.</param>
internal sealed record TrainingFigure(int Step, string What, string Printed, Func<StepTrace, double> Of)
{
    /// <summary>Engines add up in other orders, so of a long figure so many digits must be met.</summary>
    public const int Digits = 12;

    /// <summary>A printed loss.</summary>
    public static TrainingFigure Loss(int step, string printed) => new(step, "loss", printed, s => s.Loss);

    /// <summary>Error message for a step that does not print the figure; null if it does.</summary>
    public string? Missed(string side, StepTrace step)
    {
        var number = Of(step);
        var digits = Math.Min(Digits, Printed.TrimStart('-', '0', '.').Count(char.IsAsciiDigit));
        return Rounded(number, digits) == Rounded(double.Parse(Printed, CultureInfo.InvariantCulture), digits)
            ? null
            : $"The {What} at step {Step} is {NumberText.Of(number)} ({side}), printed elsewhere as {Printed}.";
    }

    private static string Rounded(double number, int digits) => number.ToString($"E{digits - 1}", CultureInfo.InvariantCulture);
}
