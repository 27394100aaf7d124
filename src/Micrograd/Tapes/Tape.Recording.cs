using System.Runtime.CompilerServices;
using Micrograd.Batching;
using Micrograd.Tapes;

namespace Micrograd;

public sealed unsafe partial class Tape
{
    /// <summary>The last node before the function that is being recorded; accesses to <see cref="Value.Data"/> of later ones are noted.</summary>
    private long _watchedAfter = long.MaxValue;
    private bool _isDataAccessed;

    /// <summary>The cell whose number a user reads or assigns. A function that is being recorded must not do so: see <see cref="Record"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Cell* Access(Value value)
    {
        var cell = Head.CellOf(value);
        t_current!.NoteAccess(value.Offset);
        return cell;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void NoteAccess(long offset)
    {
        if (offset > _watchedAfter)
            _isDataAccessed = true;
    }

    /// <summary>Notes that a number of a step was assigned: those that the step's handles remember are not to be trusted any longer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void NoteAssigned(long stamp)
    {
        Head.StepOf(Head.Base, stamp)->Trusted = Head.Nothing;
        if (stamp == Head.Trusted)
            Head.Trusted = Head.Nothing;
    }

    /// <summary>
    /// Calls a function on leaves that stand for one sample, and reads from the tape what it recorded; nothing of it stays there.
    /// Null if it read or assigned <see cref="Value.Data"/> of a value that it computes.
    /// </summary>
    internal RecordedFunction? Record(int inputs, Func<Value[], Value[]> function)
    {
        using var step = BeginStep();
        var before = _levels[_depth - 1];
        var sample = new Value[inputs];
        for (var i = 0; i < inputs; i++)
            sample[i] = new Value(0);
        var depth = _depth;
        var results = Watch(before.Last, function, sample);
        if (_depth != depth)
            throw new InvalidOperationException("The function began a step and did not end it.");
        return _isDataAccessed ? null : Read(before, sample, results);
    }

    /// <summary>Calls a function, and notes in <see cref="_isDataAccessed"/> if it accesses the number of a node recorded after an offset.</summary>
    private Value[] Watch(long last, Func<Value[], Value[]> function, Value[] sample)
    {
        var outer = _watchedAfter;
        _watchedAfter = Math.Min(outer, last);
        _isDataAccessed &= outer < long.MaxValue; // of a recording inside another one, which is refused with it
        try
        {
            return function(sample);
        }
        finally
        {
            _watchedAfter = outer;
        }
    }

    private RecordedFunction Read(Level before, Value[] sample, Value[] results)
    {
        var sources = new Dictionary<long, RecordedOperand>();
        for (var i = 0; i < sample.Length; i++)
            sources.Add(sample[i].Offset, new RecordedOperand(OperandSource.Input, i));
        var wanted = new HashSet<long>();
        foreach (var result in results)
        {
            if (OffsetOf(result) <= before.Last || sources.ContainsKey(result.Offset) || RuleOf(result) == Rules.Leaf)
                throw new ArgumentException("The function must return what it computed, not an input, a number or a value from outside.");
            if (!wanted.Add(result.Offset))
                throw new ArgumentException("The function returned the same value twice.");
        }

        var offsets = OffsetsOf(wanted, before.Last);
        var nodes = new List<RecordedNode>();
        var outers = new List<Value>();
        foreach (var offset in offsets)
        {
            var cell = Cell.At(_arena.Base, offset);
            if (sources.ContainsKey(offset))
                continue;
            var rule = Cell.Rule(cell);
            if (rule == Rules.Leaf)
            {
                sources.Add(offset, new RecordedOperand(OperandSource.Number, 0, cell->Data));
                continue;
            }

            var operands = Array.ConvertAll(OperandOffsetsOf(cell, rule), operand => SourceOf(operand, before, sources, outers));
            var attributes = Rules.Kind(rule) == OperandKind.OneAndAttributes ? Cell.At(_arena.Base, Cell.Operand(cell->Code)) : null;
            nodes.Add(
                attributes == null
                    ? new RecordedNode(rule, operands, 0, 0)
                    : new RecordedNode(rule, operands, attributes->Data, ((Cell*)((byte*)attributes - Cell.ConstantBytes))->Data)
            );
            sources.Add(offset, new RecordedOperand(OperandSource.Node, nodes.Count - 1));
        }

        return new RecordedFunction(sample.Length, nodes, outers, [.. results.Select(result => sources[result.Offset].Index)]);
    }

    /// <summary>The offsets of all nodes recorded since a place from which the wanted ones were computed, in their order.</summary>
    private List<long> OffsetsOf(HashSet<long> wanted, long since)
    {
        var offsets = new List<long>();
        for (var node = Cell.At(_arena.Base, Head.Last); OffsetOf(node) > since; node = Cell.Previous(node))
        {
            if (!wanted.Contains(OffsetOf(node)))
                continue;
            offsets.Add(OffsetOf(node));
            foreach (var operand in OperandOffsetsOf(node, Cell.Rule(node)))
                wanted.Add(operand);
        }

        offsets.Reverse();
        return offsets;
    }

    private RecordedOperand SourceOf(long offset, Level before, Dictionary<long, RecordedOperand> sources, List<Value> outers)
    {
        if (sources.TryGetValue(offset, out var source))
            return source;
        if (offset < 0 && offset <= before.Constants)
        {
            source = new RecordedOperand(OperandSource.Number, 0, Cell.At(_arena.Base, offset)->Data);
        }
        else
        {
            source = new RecordedOperand(OperandSource.Outer, outers.Count);
            outers.Add(Handle(offset));
        }

        sources.Add(offset, source);
        return source;
    }
}
