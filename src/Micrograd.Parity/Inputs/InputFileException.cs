namespace Micrograd.Parity.Inputs;

/// <summary>A file cannot be read; the message names it and says why.</summary>
/// <param name="message">The message.</param>
/// <param name="innerException">Its cause; null for none.</param>
internal sealed class InputFileException(string message, Exception? innerException = null) : Exception(message, innerException);
