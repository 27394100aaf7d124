using Micrograd.Parity.Numerics;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Reports.Html;

/// <summary>
/// The geometry of the relative differences of a training run over its steps: losses, gradients and parameters, by powers of ten above a
/// line on which the difference is 0.
/// </summary>
internal sealed class DriftPlot
{
    /// <summary>y coordinate of a difference of 0.</summary>
    internal const int Zero = 122;

    private const int Least = -17;
    private const int Above = Zero - 8;

    private readonly StepAxis _steps;
    private readonly int _greatest;

    internal DriftPlot(IReadOnlyList<CurvePoint> curve)
    {
        _steps = new StepAxis(curve);
        var loss = curve.Select(p => Relative(p.Ours, p.Theirs)).ToList();
        var gradients = curve.Select(p => p.Gradients).ToList();
        var parameters = curve.Select(p => p.Parameters).ToList();
        var greatest = loss.Concat(gradients).Concat(parameters).OfType<double>().DefaultIfEmpty(0).Max();
        IsZero = greatest == 0;
        _greatest = IsZero ? 0 : Math.Clamp((int)Math.Ceiling(Math.Log10(greatest)), Least + 3, 20);
        Loss = _steps.Path(loss.Select(Y));
        Gradients = _steps.Path(gradients.Select(Y));
        Parameters = _steps.Path(parameters.Select(Y));
        Words = IsZero
            ? $"0 at all {curve.Count} steps shown"
            : $"loss by up to {Most(loss)}, gradients {Most(gradients)}, parameters {Most(parameters)}";
    }

    /// <summary>True if the sides never differ.</summary>
    internal bool IsZero { get; }

    internal string Loss { get; }

    internal string Gradients { get; }

    internal string Parameters { get; }

    /// <summary>Summary of the differences in words.</summary>
    internal string Words { get; }

    internal string High => IsZero ? "" : $"1e{_greatest}".Replace('-', '−');

    internal string Low => IsZero ? "" : $"1e{Least}".Replace('-', '−');

    internal string FirstStep => _steps.First;

    internal string LastStep => _steps.Last;

    private static double? Relative(double a, double b) => Ulps.Same(a, b) ? 0 : Math.Abs(a - b) / Math.Max(Math.Abs(a), Math.Abs(b));

    private static string Most(IEnumerable<double?> differences) => Frame.Tick(differences.OfType<double>().DefaultIfEmpty(0).Max());

    private double? Y(double? difference) =>
        difference switch
        {
            null => null,
            0 => Zero,
            double.NaN or double.PositiveInfinity => Frame.Top + 1,
            { } d => Math.Clamp(Above - (Above - Frame.Top - 4) * (Math.Log10(d) - Least) / (_greatest - Least), Frame.Top + 1, Above),
        };
}
