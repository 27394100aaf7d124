namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>A file is no trace, or a broken one; the message says where, why, and what to do.</summary>
public sealed class TraceFormatException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public TraceFormatException()
        : base("This is no trace.") { }

    /// <summary>Creates the exception with a message.</summary>
    public TraceFormatException(string message)
        : base(message) { }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public TraceFormatException(string message, Exception? innerException)
        : base(message, innerException) { }
}
