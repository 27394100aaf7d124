using Micrograd.Batching;
using Micrograd.Tapes;

namespace Micrograd;

public sealed unsafe partial class Tape
{
    private Replayed[] _replays = [];
    private int _replayCount;
    private long _laneCount;

    /// <summary>
    /// Computes a recorded function for samples. On the tape that is one node that has the function's part in a backward pass, and after
    /// it the results, sample by sample; what lies between is kept beside.
    /// </summary>
    internal void Replay(LaneProgram program, ReadOnlySpan<double> samples, int count, Span<Value> results)
    {
        var flags = (count * (long)program.GradientsPerSample + sizeof(double) - 1) / sizeof(double);
        if (program.Size(count) + flags > Arena.LaneCount(Capacity) - _laneCount)
            Head.ThrowFull();
        var store = _arena.Lanes + _laneCount;
        program.Forward(samples, count, store);
        var entry = Head.Last;
        if (program.GradientsPerSample > 0)
        {
            new Span<double>(store + program.Size(count), (int)flags).Clear();
            if (_replayCount == _replays.Length)
                Array.Resize(ref _replays, Math.Max(4, 2 * _replayCount));
            entry = PushOther(Rules.Replay, _replayCount, 4 * (_laneCount + program.Size(count)), count).Offset;
            _replays[_replayCount++] = new Replayed(program, count, entry, _laneCount);
            _laneCount += program.Size(count) + flags;
        }

        for (var i = 0; i < count; i++)
        {
            for (var k = 0; k < program.Results.Length; k++)
            {
                var y = program.Result(store, i, k);
                results[i * program.Results.Length + k] = program.ResultWantsGradient[k]
                    ? PushOther(Rules.ReplayResult, entry, 4L * k, y)
                    : PushConstant(y);
            }
        }
    }

    /// <summary>A result's gradient is complete: notes that it is, for the node that all results of its replay belong to.</summary>
    internal static void PropagateReplayResult(in Arena arena, Cell* node, double g)
    {
        var entry = Cell.At(arena.Base, Cell.Word(node, 2));
        var flags = (bool*)(arena.Lanes + Cell.Operand(entry->Code) / 4);
        flags[((byte*)node - (byte*)entry) / Cell.MaximumBytes - 1] = true;
        *arena.Gradient(entry) = 1; // any number but −0: it is to be visited
    }

    private void PropagateReplay(in Arena arena, Cell* entry)
    {
        ref readonly var replay = ref _replays[Cell.Word(entry, 2)];
        var program = replay.Program;
        var flags = new Span<bool>(_arena.Lanes + Cell.Operand(entry->Code) / 4, replay.Samples * program.GradientsPerSample);
        var first = (Cell*)((byte*)entry + Cell.MaximumBytes);
        var results = new ResultCells(arena, first, flags, program.GradientsPerSample);
        program.Backward(_arena.Lanes + replay.Lanes, replay.Samples, results);

        // A result that was reached has reached the outer values that it was computed from, also where all they have is −0.
        if (results.IsEachReached)
        {
            Reach(arena, program.OutersOfAll);
        }
        else
        {
            var result = 0;
            for (var k = 0; k < program.Results.Length; k++)
            {
                if (program.ResultWantsGradient[k] && results.IsReachedInAnySample(result++))
                    Reach(arena, program.OutersOfResults[k]);
            }
        }

        if (arena.IsLater)
        {
            for (var result = 0; result < flags.Length; result++)
                *arena.Beside(results[result]) = Cell.NoGradient;
        }

        flags.Clear();
    }

    private static void Reach(in Arena arena, Value[] outers)
    {
        foreach (ref readonly var outer in outers.AsSpan())
            arena.Give(Cell.At(arena.Base, outer.Offset), Cell.NoGradient);
    }

    /// <summary>The operands of a result: the replay's node, so that it is found, then the outer values behind it.</summary>
    private long[] OperandsOfReplayResult(Cell* node)
    {
        var entry = Cell.Word(node, 2);
        var program = _replays[Cell.Word(Cell.At(_arena.Base, entry), 2)].Program;
        return [entry, .. program.OutersOfResults[Cell.Operand(node->Code) / 4].Select(outer => outer.Offset)];
    }

    private void DropReplays()
    {
        while (_replayCount > 0 && _replays[_replayCount - 1].Entry > Head.Last)
            _laneCount = _replays[--_replayCount].Lanes;
    }

    /// <summary>A replay on the tape: its program, how many samples, its node, and where its numbers begin.</summary>
    private readonly record struct Replayed(LaneProgram Program, int Samples, long Entry, long Lanes);
}
