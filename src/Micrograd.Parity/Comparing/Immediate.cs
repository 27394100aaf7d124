namespace Micrograd.Parity.Comparing;

/// <summary>Progress that is told at once and on the thread that made it, unlike that of <see cref="Progress{T}"/>.</summary>
/// <param name="tell">Receives what is reported.</param>
internal sealed class Immediate<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
