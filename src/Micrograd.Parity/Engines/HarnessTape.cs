namespace Micrograd.Parity.Engines;

/// <summary>
/// A tape on each thread for the harness alone. A backward pass looks through the whole tape below its root: on the caller's own, each
/// small comparison would cost as much as everything that the caller has recorded.
/// </summary>
internal static class HarnessTape
{
    [ThreadStatic]
    private static Tape? t_tape;

    /// <summary>Makes the tape current and begins a step on it, until the result is disposed.</summary>
    internal static Step BeginStep()
    {
        var tape = t_tape ??= new Tape();
        var scope = tape.Use();
        return new Step(scope, tape.BeginStep());
    }

    /// <summary>The time from <see cref="BeginStep"/> to its end.</summary>
    internal readonly struct Step(Tape.Scope scope, TapeStep step) : IDisposable
    {
        public void Dispose()
        {
            step.Dispose();
            scope.Dispose();
        }
    }
}
