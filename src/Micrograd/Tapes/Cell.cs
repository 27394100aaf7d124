using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Micrograd.Tapes;

/// <summary>
/// Node of the tape: value, gradient, and the code of its op and operands. Up to two words may stand before a cell, as its <see cref="Form"/> says;
/// a cell is known by the byte offset of its <see cref="Data"/> from the tape's base.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal unsafe struct Cell
{
    /// <summary>The code of the cell at which every sweep ends.</summary>
    internal const int Stop = Form.Leaf + (1 << FormBits);

    /// <summary>
    /// The code of a sum whose last operand is the node before, a product of the form <see cref="Form.Mul"/>, and whose first is the node before that:
    /// a step of a running sum of products. No node lies at the base, which is what the code says by itself.
    /// </summary>
    internal const int AddProduct = Form.AddPrevious;

    /// <summary>The bytes that a constant takes: it has no code.</summary>
    internal const int ConstantBytes = 16;

    /// <summary>The most bytes a node takes.</summary>
    internal const int MaximumBytes = 28;

    /// <summary>
    /// Gradient of a node that none was accumulated into. Adding to −0 gives the other's bits, also for 0 and −0, so that a sweep
    /// accumulates without asking whether a contribution is the first.
    /// </summary>
    internal const double NoGradient = -0.0;

    private const int FormBits = 3;

    internal double Data;
    internal double Grad;

    /// <summary>The last operand's offset, doubled, and the form.</summary>
    internal int Code;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsNegativeZero(double x) => BitConverter.DoubleToInt64Bits(x) == long.MinValue;

    /// <summary>The code for a last operand and a form. Offsets are multiples of four, so that doubling one leaves room for the form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Encode(long operand, int form) => (int)(operand * 2) + form;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int FormOf(int code) => code & 7;

    /// <summary>The offset of the last operand that a code names.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long Operand(int code) => (long)(code >> FormBits) * 4;

    /// <summary>The words before a cell, counted away from it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref int Word(Cell* cell, int which) => ref ((int*)cell)[-which];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Cell* At(byte* start, long offset) => (Cell*)(start + offset);

    /// <summary>The node recorded before. Processors foresee branches; a length that is computed would have to be waited for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Cell* Previous(Cell* cell)
    {
        var form = FormOf(cell->Code);
        if (form is Form.AddPrevious or Form.MulPrevious)
            return (Cell*)((byte*)cell - 20);
        if (form < Form.Other)
            return (Cell*)((byte*)cell - 24);
        if (form == Form.Leaf)
            return (Cell*)((byte*)cell - 20);
        return (Cell*)((byte*)cell - MaximumBytes);
    }

    /// <summary>The number of the rule that computed a node.</summary>
    internal static byte Rule(Cell* cell) =>
        FormOf(cell->Code) switch
        {
            Form.AddPrevious or Form.Add => Rules.Add,
            Form.MulPrevious or Form.Mul => Rules.Mul,
            Form.Sub => Rules.Sub,
            Form.Leaf => Rules.Leaf,
            _ => (byte)Word(cell, 1),
        };
}

/// <summary>Encoding of a node's rule and operands. Frequent ops have forms of their own, and a short one where an operand is the previous node.</summary>
internal static class Form
{
    /// <summary>First operand · last operand; one word, the first operand's offset.</summary>
    internal const int Mul = 0;

    /// <summary>Before + last operand; no word.</summary>
    internal const int AddPrevious = 1;

    /// <summary>Before · last operand; no word.</summary>
    internal const int MulPrevious = 2;

    /// <summary>First operand + last operand; one word, the first operand's offset.</summary>
    internal const int Add = 3;

    /// <summary>First operand − last operand; one word, the first operand's offset.</summary>
    internal const int Sub = 4;

    /// <summary>An op of one operand; one word, the rule's number.</summary>
    internal const int Unary = 5;

    /// <summary>Any other op; two words, the rule's number and what its kind puts beside it.</summary>
    internal const int Other = 6;

    /// <summary>No op; no word.</summary>
    internal const int Leaf = 7;
}
