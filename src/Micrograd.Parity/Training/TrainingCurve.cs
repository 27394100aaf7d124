namespace Micrograd.Parity.Training;

/// <summary>Keeps some of a run's steps, evenly spread, the first and the last among them.</summary>
internal sealed class TrainingCurve(int steps)
{
    private const int Kept = 50;

    private readonly List<CurvePoint> _points = [];
    private int _next;

    internal IReadOnlyList<CurvePoint> Points => _points;

    internal double LastLoss { get; private set; } = double.NaN;

    internal void Add(double ours, double theirs, double drift)
    {
        var step = _next++;
        LastLoss = ours;
        if (steps <= Kept || step == 0 || step == steps - 1 || step * (Kept - 1L) / (steps - 1) != (step - 1) * (Kept - 1L) / (steps - 1))
            _points.Add(new CurvePoint(step, ours, theirs, drift));
    }
}
