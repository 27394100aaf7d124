using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Traces;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Locating;

/// <summary>
/// The engine's run, whose bits are PyTorch's, with every parameter moved, after each step, by as much as a step may round. How far it comes from PyTorch's own run tells
/// how far rounding alone can take an engine whose state between the steps was not recorded.
/// </summary>
internal sealed class RoundedTwin : IDisposable
{
    private readonly MicrogradTraining _twin;
    private readonly SeededRandom _random = new(1, 0);
    private readonly double _relative;

    internal RoundedTwin(TrainingTrace trace, bool isFloat32)
    {
        _relative = TrainingJudge.Bound(isFloat32);
        _twin = TrainingCheck.Ours(trace, Moved(trace.Initial));
    }

    public void Dispose() => _twin.Dispose();

    /// <summary>Makes a step, and tells how far each quantity is from PyTorch's.</summary>
    internal TrainingSpread Advance(StepTrace right)
    {
        var step = _twin.Advance();
        _twin.Load(step.After with { Parameters = Moved(step.After.Parameters) });
        return new TrainingSpread(
            Greatest(step.Outputs, right.Outputs),
            Math.Abs(step.Loss - right.Loss),
            Greatest(step.Gradients, right.Gradients),
            Greatest(step.Clipped ?? [], right.Clipped ?? []),
            Greatest(step.After.Parameters, right.After.Parameters),
            right.After.Optimizer.ToDictionary(
                m => m.Name, m => step.After.Optimizer.FirstOrDefault(t => t.Name == m.Name) is { } twin ? Greatest(twin.Values, m.Values) : 0));
    }

    private static double Greatest(double?[] a, double?[] b) => Greatest([.. a.Select(x => x ?? 0)], [.. b.Select(x => x ?? 0)]);

    private static double Greatest(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).DefaultIfEmpty(0).Max();

    private double[] Moved(double[] parameters)
    {
        var greatest = parameters.Max(Math.Abs);
        return Array.ConvertAll(parameters, p => p + ((_random.Next(2) == 0 ? -1 : 1) * _relative * greatest));
    }
}

/// <summary>How far rounding has taken the quantities of a step.</summary>
internal sealed record TrainingSpread(
    double Outputs, double Loss, double Gradients, double Clipped, double Parameters, IReadOnlyDictionary<string, double> Memory);
