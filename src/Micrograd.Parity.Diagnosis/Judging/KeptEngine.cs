using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// The engine, which runs each step from the state that the trace recorded before it. Once a step is requested as a program, every further step is
/// kept as one, which costs more than running it.
/// </summary>
internal sealed class KeptEngine(TrainingTrace trace) : IDisposable
{
    private MicrogradTraining _engine = TrainingCheck.Ours(trace, trace.Initial);
    private Func<MicrogradTraining, StepTrace> _last = e => e.Advance();
    private int _made;

    /// <summary>True if steps are kept as programs.</summary>
    internal bool Keeps => _engine.KeepsSteps;

    public void Dispose() => _engine.Dispose();

    /// <summary>Runs the next step.</summary>
    /// <param name="start">State before the step.</param>
    /// <param name="step">The step as recorded; its gradients take precedence over the engine's own.</param>
    internal StepTrace Advance(TrainingState start, PartialStep? step)
    {
        _made++;
        _last = engine =>
        {
            engine.Load(start);
            return engine.Advance(step?.Gradients, step?.Clipped);
        };
        return _last(_engine);
    }

    /// <summary>Returns the engine with its last step kept. The first call reruns that step on a new engine advanced to the same step.</summary>
    internal MicrogradTraining Kept()
    {
        if (!Keeps)
        {
            var again = TrainingCheck.Ours(trace, trace.Initial);
            for (var k = 1; k < _made; k++)
                again.Advance();
            again.KeepsSteps = true;
            _last(again);
            _engine.Dispose();
            _engine = again;
        }

        return _engine;
    }
}
