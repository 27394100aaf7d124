using System.Runtime.InteropServices;

namespace Micrograd.Tapes;

/// <summary>
/// A range of addresses reserved once, whose pages cost nothing until they are first written: arrays laid out in it never move and
/// never need copying to grow.
/// </summary>
internal sealed unsafe partial class AddressSpace : SafeHandle
{
    private const int ProtectReadWrite = 3;
    private const int MapPrivate = 2;
    private const int AdviseHugePages = 14;
    private const uint MemReserve = 0x2000;
    private const uint MemCommit = 0x1000;
    private const uint MemRelease = 0x8000;
    private const uint PageReadWrite = 4;

    private readonly nuint _bytes;

    private AddressSpace(nint address, nuint bytes)
        : base(0, ownsHandle: true)
    {
        SetHandle(address);
        _bytes = bytes;
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal byte* Start => (byte*)handle;

    /// <summary>Reserves the bytes, or returns null where the system refuses so many.</summary>
    internal static AddressSpace? TryReserve(nuint bytes)
    {
        if (OperatingSystem.IsWindows())
        {
            var reserved = VirtualAlloc(0, bytes, MemReserve | MemCommit, PageReadWrite);
            return reserved == 0 ? null : new AddressSpace(reserved, bytes);
        }

        // MAP_ANONYMOUS and MAP_NORESERVE have other numbers on Linux than on the BSDs and macOS.
        var flags = MapPrivate | (OperatingSystem.IsLinux() ? 0x20 | 0x4000 : 0x1000 | 0x40);
        var mapped = Map(0, bytes, ProtectReadWrite, flags, -1, 0);
        if (mapped == -1)
            return null;
        if (OperatingSystem.IsLinux())
            _ = Advise(mapped, bytes, AdviseHugePages); // a hint: without huge pages everything works, slower when cold
        return new AddressSpace(mapped, bytes);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => OperatingSystem.IsWindows() ? VirtualFree(handle, 0, MemRelease) : Unmap(handle, _bytes) == 0;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial nint VirtualAlloc(nint address, nuint size, uint type, uint protection);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualFree(nint address, nuint size, uint type);
}
