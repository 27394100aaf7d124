namespace Micrograd.Parity.Training;

/// <summary>A training file is not as it must be; the message gives the line and the reason.</summary>
internal sealed class TrainingFileException : Exception
{
    /// <summary>Makes the exception with a general message.</summary>
    public TrainingFileException()
        : this("The training file is not valid.") { }

    /// <summary>Makes the exception with a message.</summary>
    public TrainingFileException(string message)
        : base(message) { }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public TrainingFileException(string message, Exception innerException)
        : base(message, innerException) { }

    internal TrainingFileException(int line, string reason)
        : base(line > 0 ? $"line {line}: {reason}" : reason) { }
}
