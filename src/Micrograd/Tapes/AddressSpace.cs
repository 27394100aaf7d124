using System.Globalization;
using System.Runtime.InteropServices;

namespace Micrograd.Tapes;

/// <summary>
/// A range of addresses reserved once, whose pages cost nothing until they are first written: arrays laid out in it never move and
/// never need copying to grow. One that nobody refers to any longer is given back when the garbage collector finds it.
/// </summary>
internal sealed unsafe partial class AddressSpace : SafeHandle
{
    private const int ProtectReadWrite = 3;
    private const int MapPrivate = 2;
    private const int AdviseHugePages = 14;
    private const int AdviseNoHugePages = 15;
    private const uint MemReserve = 0x2000;
    private const uint MemCommit = 0x1000;
    private const uint MemRelease = 0x8000;
    private const uint PageReadWrite = 4;

    /// <summary>
    /// Number of further ranges of the same size that there must be addresses for, beside as many as are open; under a limit, so many for each that
    /// is open: the process needs most for other things.
    /// </summary>
    private const nuint Spared = 8;

    private const int LimitOfAddresses = 9;

    private static int s_open;

    private readonly nuint _bytes;
    private long _told;

    private AddressSpace(nint address, nuint bytes)
        : base(0, ownsHandle: true)
    {
        SetHandle(address);
        _bytes = bytes;
        Interlocked.Increment(ref s_open);
    }

    /// <summary>Bytes in use that the garbage collector has been told of.</summary>
    internal long Told => _told;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal byte* Start => (byte*)handle;

    /// <summary>Reserves a range, or returns null where too few addresses would be left.</summary>
    /// <param name="bytes">Length of the range.</param>
    /// <param name="isLeast">True if no fewer bytes would do: they may be a greater part of what is left.</param>
    internal static AddressSpace? TryReserve(nuint bytes, bool isLeast = false)
    {
        var (open, left) = ((nuint)Volatile.Read(ref s_open), Left());
        var spared =
            bytes
            * (
                isLeast ? Spared
                : left is null ? Spared + open
                : Spared * (1 + open)
            );
        if (left is not null)
        {
            // To try whether there are as many would take them from other threads for a moment.
            if (left < bytes + spared)
                return null;
            spared = 0;
        }

        if (OperatingSystem.IsWindows())
        {
            var free = VirtualAlloc(0, bytes + spared, MemReserve, PageReadWrite);
            if (free == 0)
                return null;
            VirtualFree(free, 0, MemRelease);
            var reserved = VirtualAlloc(0, bytes, MemReserve | MemCommit, PageReadWrite);
            return reserved == 0 ? null : new AddressSpace(reserved, bytes);
        }

        // MAP_ANONYMOUS and MAP_NORESERVE have other numbers on Linux than on the BSDs and macOS.
        var flags = MapPrivate | (OperatingSystem.IsLinux() ? 0x20 | 0x4000 : 0x1000 | 0x40);
        var mapped = Map(0, bytes + spared, ProtectReadWrite, flags, -1, 0);
        if (mapped == -1)
            return null;
        if (spared > 0)
            _ = Unmap(mapped, spared); // what is kept lies at the end, beside what was mapped before: no gaps
        mapped += (nint)spared;
        if (OperatingSystem.IsLinux())
            _ = Advise(mapped, bytes, AdviseNoHugePages);
        return new AddressSpace(mapped, bytes);
    }

    /// <summary>Bytes of addresses that the process' own limit (<c>ulimit -v</c>) leaves it; null without a limit.</summary>
    private static nuint? Left()
    {
        const string used = "/proc/self/statm"; // in pages
        var limit = stackalloc nuint[2];
        if (!OperatingSystem.IsLinux() || ReadLimit(LimitOfAddresses, limit) != 0 || *limit == nuint.MaxValue || !File.Exists(used))
            return null;
        var taken = nuint.Parse(File.ReadAllText(used).Split(' ')[0], CultureInfo.InvariantCulture) * (nuint)Environment.SystemPageSize;
        return *limit > taken ? *limit - taken : 0;
    }

    /// <summary>Has a part on huge pages: a hint, without which everything works, slower when cold. Nothing is in use until it is written.</summary>
    internal static void UseHugePages(byte* from, byte* to)
    {
        if (OperatingSystem.IsLinux() && from < to)
            _ = Advise((nint)from, (nuint)(to - from), AdviseHugePages);
    }

    /// <summary>Tells the garbage collector how much memory is in use, so that it looks for ranges that nobody refers to any longer.</summary>
    internal void Tell(long bytes)
    {
        if (bytes <= _told)
            return;
        GC.AddMemoryPressure(bytes - _told);
        _told = bytes;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Interlocked.Decrement(ref s_open);
        if (_told > 0)
            GC.RemoveMemoryPressure(_told);
        return OperatingSystem.IsWindows() ? VirtualFree(handle, 0, MemRelease) : Unmap(handle, _bytes) == 0;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int ReadLimit(int resource, nuint* softAndHard);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial nint VirtualAlloc(nint address, nuint size, uint type, uint protection);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualFree(nint address, nuint size, uint type);
}
