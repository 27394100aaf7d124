using System.Globalization;
using System.Text;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Reports.Html;

/// <summary>The geometry of a training run's losses over its steps, both sides; by powers of ten where they span several.</summary>
internal sealed class LossPlot
{
    /// <summary>From this ratio of the greatest to the least loss on, the axis is logarithmic.</summary>
    private const double ManyTimes = 50;

    private const int Padding = 5;

    private readonly StepAxis _steps;
    private readonly double _low;
    private readonly double _high;

    internal LossPlot(IReadOnlyList<CurvePoint> curve)
    {
        _steps = new StepAxis(curve);
        var finite = curve.SelectMany(p => new[] { p.Ours, p.Theirs }).Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        (_low, _high) = (finite.Min(), finite.Max());
        IsLogarithmic = _low > 0 && _high / _low >= ManyTimes;
        Ours = _steps.Path(curve.Select(p => Y(p.Ours)));
        Theirs = _steps.Path(curve.Select(p => Y(p.Theirs)));
    }

    internal bool IsLogarithmic { get; }

    internal string Ours { get; }

    internal string Theirs { get; }

    internal string High => Frame.Tick(_high);

    internal string Low => _high > _low ? Frame.Tick(_low) : "";

    internal string FirstStep => _steps.First;

    internal string LastStep => _steps.Last;

    /// <summary>Lines at the powers of ten.</summary>
    internal string Decades
    {
        get
        {
            var lines = new StringBuilder();
            for (var k = Math.Ceiling(Math.Log10(_low)); IsLogarithmic && Math.Pow(10, k) <= _high; k++)
                lines.Append(CultureInfo.InvariantCulture, $"M{Frame.Left} {Frame.Show(Y(Math.Pow(10, k))!.Value)}H{Frame.Right}");
            return lines.ToString();
        }
    }

    private double? Y(double loss)
    {
        if (!double.IsFinite(loss))
            return null;
        var share =
            _high == _low ? 0.5
            : IsLogarithmic ? Math.Log(loss / _low) / Math.Log(_high / _low)
            : (loss - _low) / (_high - _low);
        return Frame.Bottom - Padding - (Frame.Bottom - Frame.Top - 2 * Padding) * share;
    }
}
