namespace Micrograd.Parity.Comparing;

/// <summary>An engine does not have PyTorch's bits; the message is the harness's report of it.</summary>
public sealed class ParityException : Exception
{
    /// <summary>Makes the exception with a general message.</summary>
    public ParityException()
        : base("The engine does not have PyTorch's bits.") { }

    /// <summary>Makes the exception with a message.</summary>
    public ParityException(string message)
        : base(message) { }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public ParityException(string message, Exception? innerException)
        : base(message, innerException) { }
}
