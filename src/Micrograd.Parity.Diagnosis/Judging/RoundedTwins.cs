using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// Runs of the engine, whose bits are PyTorch's, with every parameter moved, after each step, by as much as a correct engine may round in
/// it. The largest distance of these runs from PyTorch's own run estimates the drift that rounding alone can cause in an engine whose state between
/// the steps was not recorded.
/// </summary>
internal sealed class RoundedTwins : IDisposable
{
    /// <summary>Number of runs: a single one may come near PyTorch's loss by chance.</summary>
    private const int Count = 4;

    private readonly MicrogradTraining[] _twins;
    private readonly SeededRandom _random = new(1, 0);

    internal RoundedTwins(TrainingTrace trace, Enclosure[] initial) =>
        _twins = [.. Enumerable.Range(0, Count).Select(_ => TrainingCheck.Ours(trace, Moved(trace.Initial, initial)))];

    public void Dispose() => Array.ForEach(_twins, twin => twin.Dispose());

    /// <summary>Runs a step, and returns the largest distance of each quantity from PyTorch's.</summary>
    internal TrainingSpread Advance(StepTrace right) => _twins.Select(twin => Spread(twin.Advance(), right)).Aggregate(Farther);

    /// <summary>Moves the parameters after a step.</summary>
    /// <param name="bounds">Bounds of a correct engine's parameters after a step from the same state.</param>
    internal void Move(IReadOnlyList<Enclosure> bounds)
    {
        foreach (var twin in _twins)
            twin.Load(twin.State with { Parameters = Moved(twin.State.Parameters, bounds) });
    }

    private static TrainingSpread Spread(StepTrace step, StepTrace right) =>
        new(
            Greatest(step.Outputs, right.Outputs),
            Math.Abs(step.Loss - right.Loss),
            Greatest(step.Gradients, right.Gradients),
            Greatest(step.Clipped ?? [], right.Clipped ?? []),
            Greatest(step.After.Parameters, right.After.Parameters),
            right.After.Optimizer.ToDictionary(
                m => m.Name,
                m => step.After.Optimizer.FirstOrDefault(t => t.Name == m.Name) is { } twin ? Greatest(twin.Values, m.Values) : 0
            )
        );

    private static TrainingSpread Farther(TrainingSpread a, TrainingSpread b) =>
        new(
            Math.Max(a.Outputs, b.Outputs),
            Math.Max(a.Loss, b.Loss),
            Math.Max(a.Gradients, b.Gradients),
            Math.Max(a.Clipped, b.Clipped),
            Math.Max(a.Parameters, b.Parameters),
            a.Memory.ToDictionary(m => m.Key, m => Math.Max(m.Value, b.Memory[m.Key]))
        );

    private static double Greatest(double?[] a, double?[] b) => Greatest([.. a.Select(x => x ?? 0)], [.. b.Select(x => x ?? 0)]);

    private static double Greatest(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).DefaultIfEmpty(0).Max();

    private double[] Moved(double[] parameters, IReadOnlyList<Enclosure> bounds) =>
        [.. parameters.Select((p, i) => p + ((_random.Next(2) == 0 ? -1 : 1) * (bounds[i].IsBounded ? (bounds[i].High - bounds[i].Low) / 2 : 0)))];
}

/// <summary>Largest drift of each quantity of a step.</summary>
internal sealed record TrainingSpread(
    double Outputs,
    double Loss,
    double Gradients,
    double Clipped,
    double Parameters,
    IReadOnlyDictionary<string, double> Memory
);
