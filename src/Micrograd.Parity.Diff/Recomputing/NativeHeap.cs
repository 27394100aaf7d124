using System.Runtime.InteropServices;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>
/// The heap that libtorch's tensors lie in. What tensors of many sizes leave free lies in pieces that glibc does not use for the next ones: it
/// grows to several times what is used.
/// </summary>
internal static class NativeHeap
{
    private static readonly TrimAction? s_trim =
        OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "malloc_trim", out var address)
            ? Marshal.GetDelegateForFunctionPointer<TrimAction>(address)
            : null;

    private const long Step = 96 << 20;

    private static long s_after;

    private delegate int TrimAction(nuint pad);

    /// <summary>Gives what is free back to the system, where the heap is glibc's and the process has grown since the last time.</summary>
    internal static void Trim()
    {
        if (s_trim is null || Environment.WorkingSet < s_after + Step)
            return;
        s_trim(0);
        s_after = Environment.WorkingSet;
    }
}
