namespace Micrograd.Parity.Cli;

/// <summary>The user asked for something that cannot be done; the message says what, and what to do.</summary>
/// <param name="message">The message.</param>
/// <param name="innerException">Its cause; null for none.</param>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);
