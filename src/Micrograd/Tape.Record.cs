using System.Runtime.CompilerServices;

namespace Micrograd;

public sealed unsafe partial class Tape
{
    /// <summary>Records an op of one operand. An operand without gradient gives a result without gradient, and no node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Value Unary<TRule>(Value x)
        where TRule : struct, IUnaryRule
    {
        var tape = Current;
        var i = tape.Check(x);
        var y = TRule.Forward(tape._arena.Values[i]);
        return i < 0 ? tape.PushConstant(y) : tape.Push(UnaryRule<TRule>.Code, Arena.Pack(i, 0), y);
    }

    /// <summary>Records an op of one operand and settings.</summary>
    internal static Value Setting<TRule>(Value x, double p, double q = 0)
        where TRule : struct, ISettingRule
    {
        var tape = Current;
        var i = tape.Check(x);
        var y = TRule.Forward(tape._arena.Values[i], p, q);
        if (i < 0)
            return tape.PushConstant(y);
        var settings = tape.PushConstant(p).Index;
        tape.PushConstant(q);
        return tape.Push(SettingRule<TRule>.Code, Arena.Pack(i, settings), y);
    }

    /// <summary>Records an op of two operands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Value Binary<TRule>(Value a, Value b)
        where TRule : struct, IBinaryRule
    {
        var tape = Current;
        var i = tape.Check(a);
        var j = tape.Check(b);
        var y = TRule.Forward(tape._arena.Values[i], tape._arena.Values[j]);
        return (i & j) < 0 ? tape.PushConstant(y) : tape.Push(BinaryRule<TRule>.Code, Arena.Pack(i, j), y);
    }

    /// <summary>Records an op of any number of operands.</summary>
    internal static Value Many<TRule>(ReadOnlySpan<Value> operands)
        where TRule : struct, IManyRule
    {
        var tape = Current;
        var packed = tape.PushOperands(operands, out var anyGradient);
        var y = TRule.Forward(tape._arena, packed);
        if (anyGradient)
            return tape.Push(ManyRule<TRule>.Code, packed, y);
        tape._operandCount -= operands.Length;
        return tape.PushConstant(y);
    }

    internal Value PushLeaf(double data) => Push(Rules.Leaf, 0, data);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Value PushConstant(double data)
    {
        if (_constantCount >= _constantLimit)
            Grow(_constantCount + 1);
        var index = ~_constantCount++;
        _arena.Values[index] = data;
        return new Value(_stamp, index);
    }

    /// <summary>The handle's index, once it is known to belong to this tape and to be alive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Check(Value value)
    {
        if (value.Stamp != _stamp && value.Stamp != _baseStamp)
            CheckOuterSteps(value);
        return value.Index;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Value Push(byte code, ulong parents, double data)
    {
        var index = _count;
        if (index >= _limit)
            Grow(index + 1);
        _count = index + 1;
        _arena.Values[index] = data;
        _arena.Parents[index] = parents;
        _arena.Codes[index] = code;
        ((ulong*)_arena.Grads)[index] = Arena.Unset;
        return new Value(_stamp, index);
    }

    private ulong PushOperands(ReadOnlySpan<Value> values, out bool anyGradient)
    {
        anyGradient = false;
        foreach (var value in values)
            anyGradient |= Check(value) >= 0;
        var start = ReserveOperands(values.Length);
        for (var i = 0; i < values.Length; i++)
            _arena.Operands[start + i] = values[i].Index;
        return Arena.Pack(start, values.Length);
    }

    private int ReserveOperands(int count)
    {
        var start = _operandCount;
        if (count > _operandLimit - start)
            Grow(start + count);
        _operandCount = start + count;
        return start;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CheckOuterSteps(Value value)
    {
        if (!IsOpen(value.Stamp))
            ThrowStale(value);
    }
}
