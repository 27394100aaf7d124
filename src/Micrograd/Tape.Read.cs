using System.Runtime.CompilerServices;

namespace Micrograd;

public sealed unsafe partial class Tape
{
    /// <summary>Clears the gradient of every node.</summary>
    public void ZeroGrad()
    {
        ThrowIfForeignThread();
        new Span<ulong>(_arena.Grads, _graded).Fill(Arena.Unset);
        _graded = 0;
    }

    internal ref double DataOf(Value value) => ref Unsafe.AsRef<double>(_arena.Values + Check(value));

    internal double? GradOf(Value value)
    {
        var index = Check(value);
        return index < 0 || Arena.IsUnset(_arena.Grads[index]) ? null : _arena.Grads[index];
    }

    internal void SetGrad(Value value, double gradient)
    {
        var index = CheckHasGradient(value);
        _arena.Grads[index] = double.IsNaN(gradient) ? double.NaN : gradient;
        _graded = Math.Max(_graded, index + 1);
    }

    internal void ClearGrad(Value value)
    {
        var index = Check(value);
        if (index >= 0)
            ((ulong*)_arena.Grads)[index] = Arena.Unset;
    }

    internal string? LabelOf(Value value)
    {
        var index = Check(value);
        return _labels?.GetValueOrDefault(index);
    }

    internal void SetLabel(Value value, string? label)
    {
        var index = Check(value);
        if (label is not null)
            (_labels ??= [])[index] = label;
        else
            _labels?.Remove(index);
    }

    internal string? OpOf(Value value)
    {
        var index = Check(value);
        return index < 0 || _arena.Codes[index] == Rules.Leaf ? null : Rules.Name(_arena.Codes[index]);
    }

    internal IReadOnlyList<Value> OperandsOf(Value value)
    {
        var index = Check(value);
        if (index < 0)
            return [];
        var packed = _arena.Parents[index];
        int first = (int)packed, second = (int)(packed >> 32);
        switch (Rules.Kind(_arena.Codes[index]))
        {
            case OperandKind.One:
                return [Handle(first)];
            case OperandKind.OneAndSettings:
                return [Handle(first), Handle(second)];
            case OperandKind.Two:
                return [Handle(first), Handle(second)];
            case OperandKind.Many:
                var operands = new Value[second];
                for (var k = 0; k < second; k++)
                    operands[k] = Handle(_arena.Operands[first + k]);
                return operands;
            default:
                return [];
        }
    }

    internal bool IsAlive(Value value) => value.Stamp == _stamp || value.Stamp == _baseStamp || IsOpen(value.Stamp);

    private int CheckHasGradient(Value value)
    {
        var index = Check(value);
        return index >= 0 ? index : throw new InvalidOperationException("A constant has no gradient.");
    }

    /// <summary>A handle for an index: its stamp is that of the step in which the node was recorded.</summary>
    private Value Handle(int index)
    {
        for (var i = 0; i < _depth; i++)
        {
            if (index < 0 ? ~index < _levels[i].ConstantCount : index < _levels[i].Count)
                return new Value(_levels[i].Stamp, index);
        }

        return new Value(_stamp, index);
    }
}
