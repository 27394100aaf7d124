using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>Build information of libtorch that TorchSharp does not expose: CPU kernels and math library.</summary>
internal static unsafe partial class TorchBuild
{
    /// <summary>The kernels in use: <c>AVX512</c>, <c>AVX2</c>, <c>DEFAULT</c>; null where libtorch does not tell.</summary>
    internal static string? Kernels => Text("_ZN2at18get_cpu_capabilityB5cxx11Ev");

    /// <summary>The version of Intel's MKL, such as <c>2024.2</c>; null where there is none, or libtorch does not tell.</summary>
    internal static string? Mkl =>
        Text("_ZN2at15get_mkl_versionB5cxx11Ev") is { } text && MklVersion().Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"Version (\d+(?:\.\d+)*)")]
    private static partial Regex MklVersion();

    /// <summary>
    /// Calls a function that returns a <c>std::string</c>: by GCC's convention into memory that the caller gives, beginning with the address
    /// and the length of the text.
    /// </summary>
    private static string? Text(string function)
    {
        if (
            OperatingSystem.IsWindows()
            || RuntimeInformation.ProcessArchitecture != Architecture.X64
            || !NativeLibrary.TryGetExport(TorchFiles.Libtorch, function, out var address)
        )
        {
            return null;
        }

        var text = stackalloc nint[4];
        ((delegate* unmanaged<nint*, nint*>)address)(text);
        return Marshal.PtrToStringUTF8(text[0], checked((int)text[1]));
    }
}
