namespace Micrograd.Parity.Comparing;

/// <summary>An engine does not have PyTorch's bits; the message is the harness's report of it.</summary>
/// <param name="message">The message.</param>
/// <param name="innerException">Its cause; null for none.</param>
public sealed class ParityException(string message, Exception? innerException = null) : Exception(message, innerException);
