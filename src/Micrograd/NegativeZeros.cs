using System.Runtime.CompilerServices;

namespace Micrograd;

/// <summary>
/// The nodes that a share has reached and whose gradient is −0 all the same. In their cells they look like nodes that nothing has reached;
/// all other gradients speak for themselves, and whether such a node is here as well does not matter.
/// </summary>
/// <param name="start">The tape's base.</param>
/// <param name="words">A bit for every four bytes from the base. The first, where there are no nodes, says whether any other is set.</param>
internal readonly unsafe struct NegativeZeros(byte* start, ulong* words)
{
    private const int OffsetBits = 2;
    private const int WordBits = OffsetBits + 6;

    /// <summary>
    /// Adds a share to an operand's gradient, and notes the operand where its gradient does not show it. Operands without gradient receive
    /// shares as well: nobody reads them, and adding is cheaper than asking.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Give(Cell* operand, double share)
    {
        var sum = operand->Grad + share;
        operand->Grad = sum;
        if (Cell.IsNegativeZero(sum) && operand > start)
            Add(operand);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(Cell* node)
    {
        var offset = (byte*)node - start;
        words[0] = 1;
        words[offset >> WordBits] |= 1UL << (int)(offset >> OffsetBits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Has(Cell* node)
    {
        var offset = (byte*)node - start;
        return (words[offset >> WordBits] >> (int)(offset >> OffsetBits) & 1) != 0;
    }

    internal void Remove(Cell* node)
    {
        var offset = (byte*)node - start;
        if (words[0] != 0)
            words[offset >> WordBits] &= ~(1UL << (int)(offset >> OffsetBits));
    }

    /// <summary>Removes the nodes behind an offset, up to another.</summary>
    internal void RemoveBehind(long offset, long last)
    {
        if (words[0] == 0 || last <= offset)
            return;
        var (word, end) = (offset >> WordBits, last >> WordBits);
        var (before, behind) = (UpTo(offset), ~UpTo(last));
        if (word == end)
        {
            words[word] &= before | behind;
            return;
        }

        words[word] &= before;
        new Span<ulong>(words + word + 1, (int)(end - word - 1)).Clear();
        words[end] &= behind;
    }

    /// <summary>The bits of a word up to an offset's.</summary>
    private static ulong UpTo(long offset) => (2UL << (int)(offset >> OffsetBits)) - 1;
}
