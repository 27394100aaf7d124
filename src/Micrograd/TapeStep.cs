namespace Micrograd;

/// <summary>The time from <see cref="Tape.BeginStep"/> to its end, where everything recorded meanwhile is dropped.</summary>
public readonly struct TapeStep : IDisposable
{
    private readonly Tape _tape;
    private readonly long _stamp;

    internal TapeStep(Tape tape, long stamp)
    {
        _tape = tape;
        _stamp = stamp;
    }

    /// <summary>Ends the step; ending it again does nothing.</summary>
    /// <exception cref="InvalidOperationException">A step begun inside this one is still open.</exception>
    public void Dispose() => _tape?.EndStep(_stamp);
}
