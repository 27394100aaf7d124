namespace Micrograd.Parity.Torch;

/// <summary>There is no PyTorch to compare with. The message says what was tried; <see cref="HowToGetIt"/> what to do.</summary>
public sealed class TorchUnavailableException : Exception
{
    /// <summary>What to do, for either road.</summary>
    public const string HowToGetIt =
        """
        PyTorch comes by one of two roads:
          system   an installed libtorch. Debian, Ubuntu: apt-get install libtorch-dev g++
                   or LIBTORCH=/path/to/libtorch (an unpacked libtorch, or a Python torch package's folder)
          nuget    the packages TorchSharp and TorchSharp-cpu, where the NuGet feed has them
        ./parity chooses by itself; Torch=system or Torch=nuget in the environment decides. ./parity doctor shows what it found.
        """;

    /// <summary>Makes the exception with a general message.</summary>
    public TorchUnavailableException()
        : this("PyTorch cannot be loaded.", null)
    {
    }

    /// <summary>Makes the exception with a message.</summary>
    public TorchUnavailableException(string message)
        : this(message, null)
    {
    }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public TorchUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
