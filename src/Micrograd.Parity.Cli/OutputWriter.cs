using System.Text;

namespace Micrograd.Parity.Cli;

/// <summary>An output stream that may fail: a full device, a closed pipe. The first failure is told as the user's to put right.</summary>
/// <param name="inner">The stream.</param>
/// <param name="name">Name of the stream in the message; null to pass over failures, where there is nobody left to tell.</param>
internal sealed class OutputWriter(TextWriter inner, string? name) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            if (name is not null)
                throw new UsageException($"cannot write the {name}: {e.Message}", e);
        }
    }
}
