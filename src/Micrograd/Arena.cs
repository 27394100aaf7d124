using System.Runtime.CompilerServices;

namespace Micrograd;

/// <summary>
/// The tape's arrays in its address space. A node is an index from 0 up; a number without gradient is a negative index, so that
/// <c>Values[index]</c> reads both. Operands of a node are packed in one word: first in the lower half, second in the upper.
/// </summary>
internal readonly unsafe struct Arena
{
    /// <summary>
    /// Marks a gradient slot that no gradient has reached. A signalling NaN: arithmetic never yields one, so no gradient has this
    /// pattern by accident.
    /// </summary>
    internal const ulong Unset = 0x7FF4_0000_0000_0001;

    private const int Alignment = 4096;

    internal readonly int Capacity;
    internal readonly double* Values;
    internal readonly double* Grads;
    internal readonly double* Saved;
    internal readonly ulong* Parents;
    internal readonly int* Operands;
    internal readonly byte* Codes;

    internal Arena(byte* start, int capacity)
    {
        Capacity = capacity;
        var size = Round(capacity);
        Values = (double*)(start + 8 * size);
        Grads = (double*)(start + 16 * size);
        Saved = (double*)(start + 24 * size);
        Parents = (ulong*)(start + 32 * size);
        Operands = (int*)(start + 40 * size);
        Codes = start + 44 * size;
    }

    /// <summary>The bytes of address space for a capacity.</summary>
    internal static nuint Bytes(int capacity) => 45 * Round(capacity);

    internal static ulong Pack(int a, int b) => (uint)a | ((ulong)(uint)b << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsUnset(double gradient) => BitConverter.DoubleToUInt64Bits(gradient) == Unset;

    /// <summary>Passes a share on: the first to arrive is stored, for 0 + −0 would lose the sign; later ones are added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Accumulate(int parent, double share)
    {
        var slot = Grads + parent;
        *slot = IsUnset(*slot) ? share : *slot + share;
    }

    /// <summary>Commits the first pages of every array, where the system wants that.</summary>
    internal void Commit(int count)
    {
        AddressSpace.Commit(Values - count, 16 * (nuint)count);
        AddressSpace.Commit(Grads, 8 * (nuint)count);
        AddressSpace.Commit(Saved, 8 * (nuint)count);
        AddressSpace.Commit(Parents, 8 * (nuint)count);
        AddressSpace.Commit(Operands, 4 * (nuint)count);
        AddressSpace.Commit(Codes, (nuint)count);
    }

    private static nuint Round(int capacity) => ((nuint)capacity + Alignment - 1) / Alignment * Alignment;
}
