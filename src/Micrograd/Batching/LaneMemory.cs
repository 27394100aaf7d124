using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Micrograd.Batching;

/// <summary>Numbers or rows that stay where they are, from the start of a cache line on, so that no vector lies in two.</summary>
/// <param name="length">Number of elements.</param>
internal sealed unsafe class LaneMemory<T>(int length)
    where T : unmanaged
{
    private const int CacheLine = 64;

    private readonly T[] _array = GC.AllocateArray<T>(length + CacheLine / sizeof(T), pinned: true);

    internal LaneMemory(T[] elements)
        : this(elements.Length) => elements.CopyTo(Elements);

    internal Span<T> Elements => new(Start, length);

    internal T* Start => (T*)(((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array)) + CacheLine - 1) & -CacheLine);
}
