namespace Micrograd.Parity.Programs;

/// <summary>Thrown if a text is not a valid program; the message names the error and its place.</summary>
/// <param name="message">The message.</param>
/// <param name="innerException">Its cause; null for none.</param>
public sealed class ProgramFormatException(string message, Exception? innerException = null) : Exception(message, innerException);
