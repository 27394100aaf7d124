namespace Micrograd;

/// <summary>A value was used after its step had ended, on another tape or on another thread than its own.</summary>
public sealed class StaleValueException : InvalidOperationException
{
    /// <summary>Makes the exception with a general message.</summary>
    public StaleValueException()
        : this("The value does not belong to the current tape.") { }

    /// <summary>Makes the exception with a message.</summary>
    public StaleValueException(string message)
        : base(message) { }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public StaleValueException(string message, Exception innerException)
        : base(message, innerException) { }
}
