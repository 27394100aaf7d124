using System.Globalization;
using System.Text;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Reports.Html;

/// <summary>
/// The geometry of a decision over the plane: where each class but the first is chosen, the lines between classes on both sides, and the
/// samples. Between grid points the networks are taken to be linear.
/// </summary>
internal sealed class DecisionPlot
{
    private readonly DecisionMap _map;
    private readonly double[] _classes;

    internal DecisionPlot(DecisionMap map)
    {
        _map = map;
        _classes = [.. map.Targets.Distinct().Order()];
        var regions = map.Outputs == 1 ? 1 : map.Outputs;
        Fills = [.. Enumerable.Range(map.Outputs == 1 ? 0 : 1, map.Outputs == 1 ? 1 : regions - 1).Select(k => Trace(map.Ours, k).Fill)];
        Ours = Boundary(map.Ours);
        Theirs = Boundary(map.Theirs);
        Samples = [.. _classes.Select(Marks)];
        var ulps = map.Ours.Zip(map.Theirs, Ulps.Distance).ToList();
        Words = ulps.TrueForAll(u => u == 0)
            ? $"both answer alike at all {Wording.Number(map.Side * map.Side)} points of the grid"
            : $"answers up to {Ulps.Words(ulps.Max())} apart on the grid";
    }

    /// <summary>SVG paths of the regions of the second class and those after it.</summary>
    internal IReadOnlyList<string> Fills { get; }

    /// <summary>The engine's decision boundary, as an SVG path.</summary>
    internal string Ours { get; }

    /// <summary>PyTorch's decision boundary, as an SVG path.</summary>
    internal string Theirs { get; }

    /// <summary>The samples of each class.</summary>
    internal IReadOnlyList<string> Samples { get; }

    /// <summary>Summary of the differences in words.</summary>
    internal string Words { get; }

    internal string Left => Frame.Tick(_map.Area.Left);

    internal string Right => Frame.Tick(_map.Area.Right);

    internal string Bottom => Frame.Tick(_map.Area.Bottom);

    internal string Top => Frame.Tick(_map.Area.Top);

    private static string Marks(IEnumerable<(double X, double Y)> places)
    {
        var path = new StringBuilder();
        foreach (var (x, y) in places)
            path.Append(CultureInfo.InvariantCulture, $"M{x:0.#} {y:0.#}h0");
        return path.ToString();
    }

    private string Marks(double target) =>
        Marks(
            from i in Enumerable.Range(0, _map.Targets.Count)
            where _map.Targets[i] == target
            select (
                X((_map.X[i] - _map.Area.Left) / (_map.Area.Right - _map.Area.Left)),
                Y((_map.Y[i] - _map.Area.Bottom) / (_map.Area.Top - _map.Area.Bottom))
            )
        );

    private string Boundary(IReadOnlyList<double> outputs) => string.Concat(Enumerable.Range(0, _map.Outputs).Select(k => Trace(outputs, k).Line));

    /// <summary>Margin of a class at a grid point: positive where the class is chosen.</summary>
    private double Margin(IReadOnlyList<double> outputs, int row, int column, int k)
    {
        var first = (row * _map.Side + column) * _map.Outputs;
        if (_map.Outputs == 1)
            return outputs[first] - _map.Threshold;
        var others = double.NegativeInfinity;
        for (var i = 0; i < _map.Outputs; i++)
            others = i == k ? others : Math.Max(others, outputs[first + i]);
        return outputs[first + k] - others;
    }

    /// <summary>Goes through the grid's cells and cuts off from each what is not of the class.</summary>
    private (string Fill, string Line) Trace(IReadOnlyList<double> outputs, int k)
    {
        var (fill, line) = (new StringBuilder(), new StringBuilder());
        for (var row = 0; row + 1 < _map.Side; row++)
        {
            var whole = 0;
            for (var column = 0; column + 1 < _map.Side; column++)
            {
                (int Column, int Row, double Margin)[] corners =
                [
                    Corner(column, row),
                    Corner(column + 1, row),
                    Corner(column + 1, row + 1),
                    Corner(column, row + 1),
                ];
                if (Array.TrueForAll(corners, c => c.Margin > 0))
                {
                    whole++;
                    continue;
                }

                Whole(column, row);
                Part(corners);
            }

            Whole(_map.Side - 1, row);

            (int, int, double) Corner(int column, int row) => (column, row, Margin(outputs, row, column, k));

            void Whole(int end, int row)
            {
                if (whole > 0)
                    fill.Append(
                        CultureInfo.InvariantCulture,
                        $"M{X(end - whole, row):0.#} {Y(end, row):0.#}H{X(end, row):0.#}V{Y(end, row + 1):0.#}H{X(end - whole, row):0.#}z"
                    );
                whole = 0;
            }
        }

        return (fill.ToString(), line.ToString());

        double X(int column, int row) => DecisionPlot.X(column / (_map.Side - 1.0));

        double Y(int column, int row) => DecisionPlot.Y(row / (_map.Side - 1.0));

        void Part((int Column, int Row, double Margin)[] corners)
        {
            var outline = new List<(double X, double Y, bool Cut)>();
            for (var i = 0; i < corners.Length; i++)
            {
                var (a, b) = (corners[i], corners[(i + 1) % corners.Length]);
                if (a.Margin > 0)
                    outline.Add((X(a.Column, a.Row), Y(a.Column, a.Row), false));
                if (a.Margin > 0 != b.Margin > 0)
                {
                    var share = a.Margin / (a.Margin - b.Margin);
                    share = double.IsNaN(share) ? 0.5 : share;
                    outline.Add(
                        (
                            X(a.Column, a.Row) + share * (X(b.Column, b.Row) - X(a.Column, a.Row)),
                            Y(a.Column, a.Row) + share * (Y(b.Column, b.Row) - Y(a.Column, a.Row)),
                            true
                        )
                    );
                }
            }

            for (var i = 0; i < outline.Count; i++)
            {
                var (from, to) = (outline[i], outline[(i + 1) % outline.Count]);
                fill.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{from.X:0.#} {from.Y:0.#}");
                if (from.Cut && to.Cut)
                    line.Append(CultureInfo.InvariantCulture, $"M{from.X:0.#} {from.Y:0.#}L{to.X:0.#} {to.Y:0.#}");
            }

            if (outline.Count > 0)
                fill.Append('z');
        }
    }

    private static double X(double share) => Frame.Left + (Frame.Right - Frame.Left) * share;

    private static double Y(double share) => Frame.Bottom - (Frame.Bottom - Frame.Top) * share;
}
