namespace Micrograd.Parity.Programs;

/// <summary>Thrown if a text is not a valid program; the message names the error and its place.</summary>
public sealed class ProgramFormatException : Exception
{
    /// <summary>Makes the exception with a general message.</summary>
    public ProgramFormatException()
        : base("This is no program.") { }

    /// <summary>Makes the exception with a message.</summary>
    public ProgramFormatException(string message)
        : base(message) { }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public ProgramFormatException(string message, Exception? innerException)
        : base(message, innerException) { }
}
