using System.Numerics;
using System.Runtime.CompilerServices;

namespace Micrograd.Tapes;

/// <summary>
/// Bitmap of nodes whose accumulated gradient is exactly −0. −0 also means "no gradient yet"; the bit tells the two apart. Bits of
/// nodes with another gradient are ignored.
/// </summary>
/// <param name="lowest">Address below all cells of the tape.</param>
/// <param name="words">Bitmap: a bit for every four bytes from the lowest address.</param>
/// <param name="any">0 while no bit is set. It lies where memory is in use anyhow: the words take none until there is such a node.</param>
/// <param name="negativeZero">The bits of −0. Kept, so that a sweep has them in a register: as a constant they would be loaded for every comparison.</param>
internal readonly unsafe struct NegativeZeros(byte* lowest, ulong* words, ulong* any, long negativeZero)
{
    /// <summary>The bytes of numbers that one word stands for.</summary>
    internal const uint BytesPerWord = 64 * BytesPerBit;

    private const uint BytesPerBit = 4;

    /// <summary>True if a bit may be set.</summary>
    internal bool Any => *any != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Is(double x) => BitConverter.DoubleToInt64Bits(x) == negativeZero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Cell* node)
    {
        *any = 1;
        *WordOf(node) |= BitOf(node);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Has(Cell* node) => (*WordOf(node) & BitOf(node)) != 0;

    internal void Remove(Cell* node)
    {
        if (Any)
            *WordOf(node) &= ~BitOf(node);
    }

    /// <summary>Clears the bits of the nodes after one, up to and including a later one, and lists the nodes whose gradient is −0 by them.</summary>
    internal void Take(Cell* node, Cell* last, List<nint> nodes)
    {
        if (!Any)
            return;
        for (var word = WordOf(node); word <= WordOf(last); word++)
        {
            for (var bits = *word; bits != 0; bits &= bits - 1)
            {
                var found = (Cell*)(lowest + ((word - words) * 64 + BitOperations.TrailingZeroCount(bits)) * BytesPerBit);
                if (found > node && found <= last && Is(found->Grad))
                    nodes.Add((nint)found);
            }
        }

        RemoveBehind(node, last);
    }

    /// <summary>Clears the bits of the nodes after one, up to and including a later one.</summary>
    internal void RemoveBehind(Cell* node, Cell* last)
    {
        if (Any)
        {
            var word = WordOf(node);
            var end = WordOf(last);
            var (before, behind) = (UpTo(node), ~UpTo(last));
            if (word == end)
            {
                *word &= before | behind;
            }
            else
            {
                *word &= before;
                new Span<ulong>(word + 1, (int)(end - word - 1)).Clear();
                *end &= behind;
            }
        }
    }

    /// <summary>The bits of a word up to a node's.</summary>
    private ulong UpTo(Cell* node) => BitOf(node) | (BitOf(node) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong* WordOf(Cell* node) => words + OffsetOf(node) / BytesPerWord;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong BitOf(Cell* node) => 1UL << (int)(OffsetOf(node) / BytesPerBit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint OffsetOf(Cell* node) => (uint)((byte*)node - lowest);
}
