namespace Micrograd.Parity.Cli;

/// <summary>The user asked for something that cannot be done; the message says what, and what to do.</summary>
internal sealed class UsageException : Exception
{
    public UsageException() { }

    public UsageException(string message)
        : base(message) { }

    public UsageException(string message, Exception innerException)
        : base(message, innerException) { }
}
