using System.Text.Json;
using System.Text.Json.Serialization;

namespace Micrograd.Parity.Training;

/// <summary>A classification problem with two inputs, so that the network's decision regions can be drawn.</summary>
/// <param name="Data">The samples: two inputs, and a target that names the class.</param>
/// <param name="Threshold">Decision threshold of a network with one output; one with several decides by argmax.</param>
internal sealed record DecisionProblem(Dataset Data, double Threshold)
{
    private const int MostClasses = 10;

    /// <summary>True if samples have two inputs and few distinct targets: classes rather than measurements.</summary>
    public static bool Fits(Dataset data)
    {
        return data.Features == 2 && data.Outputs == 1 && data.Targets.ToArray().Distinct().Count() is > 1 and <= MostClasses;
    }
}

/// <summary>Outputs of the trained networks on a grid over the plane of their inputs.</summary>
/// <param name="Area">The grid's extent.</param>
/// <param name="Side">Number of grid points along each edge.</param>
/// <param name="Threshold">Decision threshold of a network with one output; one with several decides by argmax.</param>
/// <param name="X">First inputs of the training samples.</param>
/// <param name="Y">Their second inputs.</param>
/// <param name="Targets">Their targets, which name their classes.</param>
/// <param name="Ours">The engine's outputs: point by point, the lowest row first, from left to right.</param>
/// <param name="Theirs">PyTorch's outputs.</param>
internal sealed record DecisionMap(
    PlaneArea Area,
    int Side,
    double Threshold,
    IReadOnlyList<double> X,
    IReadOnlyList<double> Y,
    IReadOnlyList<double> Targets,
    IReadOnlyList<double> Ours,
    IReadOnlyList<double>? Theirs = null
) : IJsonOnDeserialized
{
    private const int UsualSide = 21;
    private const double Margin = 0.15;

    /// <summary>PyTorch's outputs.</summary>
    public IReadOnlyList<double> Theirs { get; } = Theirs ?? Ours;

    /// <summary>Number of outputs of the networks.</summary>
    [JsonIgnore]
    public int Outputs => Ours.Count / (Side * Side);

    /// <summary>Evaluates both networks on a grid; null if one of them cannot be evaluated.</summary>
    internal static DecisionMap? Evaluate(DecisionProblem problem, ITraining ours, ITraining theirs)
    {
        double[] x = [.. Enumerable.Range(0, problem.Data.Count).Select(i => problem.Data.Input(i)[0])];
        double[] y = [.. Enumerable.Range(0, problem.Data.Count).Select(i => problem.Data.Input(i)[1])];
        var area = PlaneArea.Around(x, y, Margin);
        var points = (
            from row in Enumerable.Range(0, UsualSide)
            from column in Enumerable.Range(0, UsualSide)
            select new[] { area.X(column, UsualSide), area.Y(row, UsualSide) }
        ).ToArray();
        return Answers(ours, points) is { } our && Answers(theirs, points) is { } their
            ? new DecisionMap(area, UsualSide, problem.Threshold, x, y, problem.Data.Targets.ToArray(), our, their)
            : null;
    }

    void IJsonOnDeserialized.OnDeserialized()
    {
        if (
            Side < 2
            || X.Count != Y.Count
            || X.Count != Targets.Count
            || Ours.Count == 0
            || Ours.Count % (Side * Side) != 0
            || Theirs.Count != Ours.Count
        )
            throw new JsonException("a decision has not as many numbers as its samples and its grid need.");
    }

    private static List<double>? Answers(ITraining network, double[][] points)
    {
        var answers = new List<double>();
        foreach (var point in points)
        {
            if (network.Predict(point) is not { } outputs)
                return null;
            answers.AddRange(outputs);
        }

        return answers;
    }
}

/// <summary>A rectangle of the plane.</summary>
/// <param name="Left">Its least first input.</param>
/// <param name="Right">Its greatest first input.</param>
/// <param name="Bottom">Its least second input.</param>
/// <param name="Top">Its greatest second input.</param>
internal sealed record PlaneArea(double Left, double Right, double Bottom, double Top)
{
    /// <summary>The first input of a column of a grid.</summary>
    public double X(int column, int side) => Left + (Right - Left) * column / (side - 1);

    /// <summary>The second input of a row of a grid.</summary>
    public double Y(int row, int side) => Bottom + (Top - Bottom) * row / (side - 1);

    /// <summary>Bounding box of the samples, with a margin on all sides.</summary>
    internal static PlaneArea Around(IReadOnlyList<double> x, IReadOnlyList<double> y, double margin)
    {
        var (left, right) = Wider(x.Min(), x.Max());
        var (bottom, top) = Wider(y.Min(), y.Max());
        return new PlaneArea(left, right, bottom, top);

        (double Low, double High) Wider(double low, double high)
        {
            var room = high > low ? margin * (high - low) : 1;
            return (low - room, high + room);
        }
    }
}
