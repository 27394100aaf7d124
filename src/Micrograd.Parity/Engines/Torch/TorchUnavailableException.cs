namespace Micrograd.Parity.Engines.Torch;

/// <summary>Thrown if PyTorch cannot be loaded. The message says what was tried; <see cref="HowToGetIt"/> has instructions.</summary>
/// <param name="message">The message.</param>
/// <param name="innerException">Its cause; null for none.</param>
public sealed class TorchUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Instructions for installing PyTorch.</summary>
    public const string HowToGetIt = """
        PyTorch comes with the NuGet packages TorchSharp and TorchSharp-cpu, which hold it for Linux x64, Windows x64 and arm64, and macOS arm64:
          in this repository     dotnet restore Micrograd.Parity.sln brings them; ./parity does so by itself
          in a project           dotnet add package TorchSharp-cpu
          as an installed tool   parity restores them on first use, by the .NET SDK: a NuGet feed that has them must be within reach
          where they are damaged delete the folders torchsharp and libtorch-cpu-* in NuGet's package folder (dotnet nuget locals global-packages
                                 --list), and do the above again
          on Linux               glibc 2.34 or newer is needed (Debian 12, Ubuntu 22.04, Fedora 35), and no musl (Alpine)
        parity doctor shows what was found.
        """;
}
