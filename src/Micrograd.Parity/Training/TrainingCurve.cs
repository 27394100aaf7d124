namespace Micrograd.Parity.Training;

/// <summary>Keeps some of a run's steps, evenly spread, the first and the last among them.</summary>
internal sealed class TrainingCurve(int steps)
{
    private const int Kept = 50;

    private readonly List<CurvePoint> _points = [];
    private Drift _sinceLast;
    private int _next;

    internal IReadOnlyList<CurvePoint> Points => _points;

    internal double LastLoss { get; private set; } = double.NaN;

    internal void Add(double ours, double theirs, Drift drift)
    {
        var step = _next++;
        LastLoss = ours;
        _sinceLast = _sinceLast.Or(drift);
        if (steps > Kept && step != 0 && step != steps - 1 && step * (Kept - 1L) / (steps - 1) == (step - 1) * (Kept - 1L) / (steps - 1))
            return;
        _points.Add(
            new CurvePoint(step, ours, theirs, Math.Max(_sinceLast.Loss, _sinceLast.Parameters), _sinceLast.Gradients, _sinceLast.Parameters)
        );
        _sinceLast = default;
    }
}

/// <summary>Largest relative differences between both sides of a step.</summary>
/// <param name="Loss">Of the losses.</param>
/// <param name="Gradients">Of the gradients, relative to the largest.</param>
/// <param name="Parameters">Of the updated parameters, relative to the largest.</param>
internal readonly record struct Drift(double Loss, double Gradients, double Parameters)
{
    /// <summary>The greater of each.</summary>
    internal Drift Or(Drift other) => new(Math.Max(Loss, other.Loss), Math.Max(Gradients, other.Gradients), Math.Max(Parameters, other.Parameters));
}
