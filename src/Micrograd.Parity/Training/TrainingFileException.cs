namespace Micrograd.Parity.Training;

/// <summary>A training file is not as it must be; the message gives the line and the reason.</summary>
/// <param name="message">The message.</param>
/// <param name="innerException">Its cause; null for none.</param>
internal sealed class TrainingFileException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    internal TrainingFileException(int line, string reason)
        : this(line > 0 ? $"line {line}: {reason}" : reason) { }
}
