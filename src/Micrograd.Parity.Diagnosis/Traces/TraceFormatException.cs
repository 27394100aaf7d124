namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>A file is no trace, or a broken one; the message says where, why, and what to do.</summary>
/// <param name="message">The message.</param>
/// <param name="innerException">Its cause; null for none.</param>
public sealed class TraceFormatException(string message, Exception? innerException = null) : Exception(message, innerException);
