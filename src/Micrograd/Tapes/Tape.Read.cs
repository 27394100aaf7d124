using Micrograd.Tapes;

namespace Micrograd;

public sealed unsafe partial class Tape
{
    /// <summary>Clears the gradient of every node.</summary>
    /// <inheritdoc cref="Count"/>
    public void ZeroGrad()
    {
        ThrowIfUnusable();
        for (var node = Cell.At(_arena.Base, _graded); node->Code != Cell.Stop; node = Cell.Previous(node))
            node->Grad = Cell.NoGradient;
        _arena.NegativeZeros.RemoveBehind(Cell.At(_arena.Base, Arena.First), Cell.At(_arena.Base, _graded));
        _graded = Arena.First;
        GC.KeepAlive(this);
    }

    internal double? GradOf(Value value)
    {
        var cell = Head.CellOf(value);
        if (value.Offset < 0)
            return null;
        return !Cell.IsNegativeZero(cell->Grad) || _arena.NegativeZeros.Has(cell) ? cell->Grad : null;
    }

    internal void SetGrad(Value value, double gradient)
    {
        var cell = Head.CellOf(value);
        if (value.Offset < 0)
            throw new InvalidOperationException("A constant has no gradient.");
        cell->Grad = gradient;
        if (Cell.IsNegativeZero(gradient))
            _arena.NegativeZeros.Add(cell);
        _graded = Math.Max(_graded, value.Offset);
    }

    internal void ClearGrad(Value value)
    {
        var cell = Head.CellOf(value);
        if (value.Offset < 0)
            return;
        cell->Grad = Cell.NoGradient;
        _arena.NegativeZeros.Remove(cell);
    }

    internal void ClearGrads(ReadOnlySpan<Value> leaves)
    {
        var start = Head.Base;
        var known = Head.Nothing;
        foreach (ref readonly var leaf in leaves)
        {
            if (leaf.Stamp != known)
                _ = Head.CellOf(start, leaf);
            known = leaf.Stamp;
            Cell.At(start, leaf.Offset)->Grad = Cell.NoGradient;
        }

        for (var i = 0; _arena.NegativeZeros.Any && i < leaves.Length; i++)
            _arena.NegativeZeros.Remove(Cell.At(start, leaves[i].Offset));
    }

    internal string? LabelOf(Value value)
    {
        var offset = OffsetOf(value);
        return _labels?.GetValueOrDefault((int)offset);
    }

    internal void SetLabel(Value value, string? label)
    {
        var offset = (int)OffsetOf(value);
        if (label is not null)
            (_labels ??= [])[offset] = label;
        else
            _labels?.Remove(offset);
    }

    internal static string? OpOf(Value value)
    {
        var rule = RuleOf(value);
        return rule == Rules.Leaf ? null : Rules.Name(rule);
    }

    internal IReadOnlyList<Value> OperandsOf(Value value)
    {
        var rule = RuleOf(value);
        var offsets = OperandOffsetsOf(Head.CellOf(value), rule);
        return Array.ConvertAll(rule == Rules.ReplayResult ? offsets[1..] : offsets, Handle); // without the replay's own node
    }

    private long[] OperandOffsetsOf(Cell* cell, byte rule)
    {
        switch (Rules.Kind(rule))
        {
            case OperandKind.One:
                return [Cell.Operand(cell->Code)];
            case OperandKind.OneAndAttributes:
                return [Cell.Word(cell, 2)];
            case OperandKind.Two:
                return [OffsetOf(_arena.FirstOfTwo(cell)), OffsetOf(_arena.LastOfTwo(cell))];
            case OperandKind.Many:
                if (rule == Rules.ReplayResult)
                    return OperandsOfReplayResult(cell);
                var many = _arena.Many(cell);
                var offsets = new long[many.Length];
                for (var k = 0; k < offsets.Length; k++)
                    offsets[k] = many[k];
                return offsets;
            default:
                return [];
        }
    }

    internal IReadOnlyList<double> AttributesOf(Value value)
    {
        if (Rules.Kind(RuleOf(value)) != OperandKind.OneAndAttributes)
            return [];
        var first = Cell.Operand(Head.CellOf(value)->Code);
        return [Cell.At(_arena.Base, first)->Data, Cell.At(_arena.Base, first - Cell.ConstantBytes)->Data];
    }

    internal static bool IsAlive(Value value) => Head.Base != null && Head.StepOf(Head.Base, value.Stamp)->Stamp == value.Stamp && value.Stamp > 0;

    /// <summary>The number of the rule that computed a value; a constant counts as a leaf.</summary>
    private static byte RuleOf(Value value)
    {
        var cell = Head.CellOf(value);
        return value.Offset < 0 ? Rules.Leaf : Cell.Rule(cell);
    }

    /// <summary>A handle for an offset: its stamp is that of the step in which the value was recorded.</summary>
    private Value Handle(long offset)
    {
        var depth = 0;
        while (depth < _depth && (offset < 0 ? offset <= _levels[depth].Constants : offset > _levels[depth].Last))
            depth++;
        return new Value(Cell.At(_arena.Base, offset)->Data, Step(depth)->Stamp, offset);
    }
}
