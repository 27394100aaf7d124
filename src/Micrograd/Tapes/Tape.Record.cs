using System.Runtime.CompilerServices;
using Micrograd.Tapes;

namespace Micrograd;

public sealed unsafe partial class Tape
{
    /// <summary>The handle's offset, once it is known to belong to this thread's current tape and to be alive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long OffsetOf(Value value)
    {
        _ = Head.CellOf(value);
        return value.Offset;
    }

    /// <summary>Records an op of one operand. An operand without gradient gives a result without gradient, and no node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Value Unary<TRule>(Value x)
        where TRule : struct, IUnaryRule
    {
        var start = Head.Base;
        var y = TRule.Forward(Head.Read(start, x));
        if (x.Offset < 0)
            return PushConstant(y);
        var place = Room(Head.Last, 24);
        var cell = Cell.At(start, place);
        Cell.Word(cell, 1) = UnaryRule<TRule>.Number;
        return Push(cell, place, Cell.Encode(x.Offset, Form.Unary), y);
    }

    /// <summary>Records an op of one operand with attributes.</summary>
    internal static Value Attributed<TRule>(Value x, double p, double q = 0)
        where TRule : struct, IAttributedRule
    {
        var y = TRule.Forward(Head.Read(x), p, q);
        if (x.Offset < 0)
            return PushConstant(y);
        var attributes = PushConstant(p).Offset;
        PushConstant(q);
        return PushOther(AttributedRule<TRule>.Number, x.Offset, attributes, y);
    }

    /// <summary>Records an op of two operands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Value Binary<TRule>(Value a, Value b)
        where TRule : struct, IBinaryRule
    {
        var start = Head.Base;
        var y = TRule.Forward(Head.Read(start, a), Head.Read(start, b));
        return a.Offset < 0 && b.Offset < 0 ? PushConstant(y) : PushTwo<TRule>(start, a.Offset, b.Offset, y);
    }

    /// <summary>Records an op of a value and a plain number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Value Binary<TRule>(Value a, double b)
        where TRule : struct, IBinaryRule
    {
        var start = Head.Base;
        var y = TRule.Forward(Head.Read(start, a), b);
        return a.Offset < 0 ? PushConstant(y) : PushTwo<TRule>(start, a.Offset, PushConstant(b).Offset, y);
    }

    /// <summary>Records an op of a plain number and a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Value Binary<TRule>(double a, Value b)
        where TRule : struct, IBinaryRule
    {
        var start = Head.Base;
        var y = TRule.Forward(a, Head.Read(start, b));
        return b.Offset < 0 ? PushConstant(y) : PushTwo<TRule>(start, PushConstant(a).Offset, b.Offset, y);
    }

    /// <summary>Records an op of three operands.</summary>
    internal static Value Ternary<TRule>(Value a, Value b, Value c)
        where TRule : struct, ITernaryRule
    {
        PlaceOperands([a, b, c], out var anyGradient);
        return PushMany(TernaryRule<TRule>.Number, 3, anyGradient, TRule.Forward(Head.Read(a), Head.Read(b), Head.Read(c)));
    }

    /// <summary>Records an op of any number of operands.</summary>
    internal static Value Many<TRule>(ReadOnlySpan<Value> operands)
        where TRule : struct, IManyRule
    {
        var offsets = PlaceOperands(operands, out var anyGradient);
        return PushMany(ManyRule<TRule>.Number, operands.Length, anyGradient, TRule.Forward(Head.Base, offsets));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Value PushLeaf(double data)
    {
        var place = Room(Head.Last, 20);
        return Push(Cell.At(Head.Base, place), place, Form.Leaf, data);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Value PushConstant(double data)
    {
        var place = Head.Constants;
        if (place <= Head.ConstantEnd)
            Head.ThrowFull();
        Head.Constants = place - Cell.ConstantBytes;
        Cell.At(Head.Base, place)->Data = data;
        return new Value(data, Head.Stamp, place);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Value PushTwo<TRule>(byte* start, long a, long b, double data)
        where TRule : struct, IBinaryRule
    {
        var last = Head.Last;
        long place;
        Cell* cell;
        int code;
        if (typeof(TRule) == typeof(AddRule) || typeof(TRule) == typeof(MulRule))
        {
            if (a == last)
            {
                place = Room(last, 20);
                cell = Cell.At(start, place);
                code = Cell.Encode(b, typeof(TRule) == typeof(AddRule) ? Form.AddPrevious : Form.MulPrevious);
            }
            else if (typeof(TRule) == typeof(AddRule) && b == last && a == last - 24 && Cell.FormOf(Cell.At(start, last)->Code) == Form.Mul)
            {
                place = Room(last, 20);
                cell = Cell.At(start, place);
                code = Cell.AddProduct;
            }
            else
            {
                place = Room(last, 24);
                cell = Cell.At(start, place);
                Cell.Word(cell, 1) = (int)a;
                code = Cell.Encode(b, typeof(TRule) == typeof(AddRule) ? Form.Add : Form.Mul);
            }
        }
        else if (typeof(TRule) == typeof(SubRule))
        {
            place = Room(last, 24);
            cell = Cell.At(start, place);
            Cell.Word(cell, 1) = (int)a;
            code = Cell.Encode(b, Form.Sub);
        }
        else
        {
            place = Room(last, 28);
            cell = Cell.At(start, place);
            Cell.Word(cell, 1) = BinaryRule<TRule>.Number;
            Cell.Word(cell, 2) = (int)a;
            code = Cell.Encode(b, Form.Other);
        }

        return Push(cell, place, code, data);
    }

    /// <summary>Writes operands where those of the next op with many lie; they are kept by <see cref="PushMany"/>.</summary>
    private static ReadOnlySpan<int> PlaceOperands(ReadOnlySpan<Value> operands, out bool anyGradient)
    {
        var tape = Current;
        anyGradient = false;
        foreach (var operand in operands)
            anyGradient |= OffsetOf(operand) >= 0;
        var start = tape._operandCount;
        if (operands.Length > tape._arena.Capacity - start)
            Head.ThrowFull();
        for (var i = 0; i < operands.Length; i++)
            tape._arena.Operands[start + i] = (int)operands[i].Offset;
        return new ReadOnlySpan<int>(tape._arena.Operands + start, operands.Length);
    }

    private static Value PushMany(byte rule, int count, bool anyGradient, double data)
    {
        if (!anyGradient)
            return PushConstant(data);
        var tape = Current;
        var start = tape._operandCount;
        tape._operandCount = start + count;
        return PushOther(rule, start, 4L * count, data);
    }

    private static Value PushOther(byte rule, long word, long operand, double data)
    {
        var place = Room(Head.Last, 28);
        var cell = Cell.At(Head.Base, place);
        Cell.Word(cell, 1) = rule;
        Cell.Word(cell, 2) = (int)word;
        return Push(cell, place, Cell.Encode(operand, Form.Other), data);
    }

    /// <summary>The place of the next node, which takes so many bytes behind the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Room(long last, long bytes)
    {
        var place = last + bytes;
        if (place > Head.End)
            Head.ThrowFull();
        return place;
    }

    /// <summary>Writes a node whose words stand already before its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Value Push(Cell* cell, long place, int code, double data)
    {
        cell->Data = data;
        cell->Grad = Cell.NoGradient;
        cell->Code = code;
        Head.Last = place;
        return new Value(data, Head.Stamp, place);
    }
}
