using System.Runtime.InteropServices;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>Settings of the C library's allocator, for PyTorch's many small objects.</summary>
internal static partial class NativeMemory
{
    private const int FastBins = 1;

    /// <summary>
    /// Turns off glibc's bins for the last freed chunks. PyTorch frees a graph's thousands of small objects between two larger ones, at each of which
    /// glibc gathers the bins' chunks one by one: a tenth of the processor time of a run. Other C libraries have no such bins.
    /// </summary>
    internal static void UseForSmallObjects()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = SetOption(FastBins, 0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Not glibc.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
