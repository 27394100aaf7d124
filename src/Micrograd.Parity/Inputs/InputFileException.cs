namespace Micrograd.Parity.Inputs;

/// <summary>A file cannot be read; the message names it and says why.</summary>
internal sealed class InputFileException : Exception
{
    /// <summary>Makes the exception with a general message.</summary>
    public InputFileException()
        : this("A file cannot be read.") { }

    /// <summary>Makes the exception with a message.</summary>
    public InputFileException(string message)
        : base(message) { }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public InputFileException(string message, Exception innerException)
        : base(message, innerException) { }
}
