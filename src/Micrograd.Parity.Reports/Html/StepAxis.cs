using System.Globalization;
using System.Text;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Reports.Html;

/// <summary>The steps of a training run from left to right.</summary>
internal sealed class StepAxis(IReadOnlyList<CurvePoint> curve)
{
    internal string First => curve.Count == 0 ? "" : $"step {Wording.Number(curve[0].Step)}";

    internal string Last => curve.Count < 2 ? "" : Wording.Number(curve[^1].Step);

    /// <summary>A line through the heights of the points, broken where one has none.</summary>
    internal string Path(IEnumerable<double?> heights)
    {
        var path = new StringBuilder();
        var joined = false;
        foreach (var (point, height) in curve.Zip(heights))
        {
            if (height is { } y)
                path.Append(CultureInfo.InvariantCulture, $"{(joined ? 'L' : 'M')}{X(point.Step):0.#} {y:0.#}{(joined ? "" : "h0")}");
            joined = height is not null;
        }

        return path.ToString();
    }

    private double X(int step) =>
        curve.Count < 2
            ? (Frame.Left + Frame.Right) / 2
            : Frame.Left + 4 + (Frame.Right - Frame.Left - 8) * (step - curve[0].Step) / (double)(curve[^1].Step - curve[0].Step);
}
