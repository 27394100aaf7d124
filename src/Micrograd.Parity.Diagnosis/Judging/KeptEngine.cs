using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// The engine, each step made from the trace's own start of it. From the first step that is asked for on, each is kept as a program, which
/// costs more than making it.
/// </summary>
internal sealed class KeptEngine(TrainingTrace trace) : IDisposable
{
    private MicrogradTraining _engine = TrainingCheck.Ours(trace, trace.Initial);
    private Func<MicrogradTraining, StepTrace> _last = e => e.Advance();
    private int _made;

    /// <summary>Whether steps are kept.</summary>
    internal bool Keeps => _engine.KeepsSteps;

    public void Dispose() => _engine.Dispose();

    /// <summary>Makes the next step.</summary>
    /// <param name="start">What it starts from.</param>
    /// <param name="step">What was recorded of it, which goes before the engine's own gradients.</param>
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

    /// <summary>The engine with its last step kept. The first time that step is made again, on an engine brought to the same place.</summary>
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
