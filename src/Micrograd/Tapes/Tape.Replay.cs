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
        if (program.Size(count) > Arena.LaneCount(Capacity) - _laneCount)
            Head.ThrowFull();
        var store = _arena.Lanes + _laneCount;
        program.Forward(samples, count, store);
        var entry = Head.Last;
        if (program.GradientsPerSample > 0)
        {
            if (_replayCount == _replays.Length)
                Array.Resize(ref _replays, Math.Max(4, 2 * _replayCount));
            entry = PushOther(Rules.Replay, _replayCount, 0, count).Offset;
            _replays[_replayCount++] = new Replayed(program, count, entry, _laneCount);
            _laneCount += program.Size(count);
        }

        for (int k = 0, own = 0; k < program.Results.Length; k++)
        {
            if (program.ResultWantsGradient[k])
                PushResults(program, store, count, k, entry, own++, results);
            else
                PushConstants(program, store, count, k, results);
        }

        Head.Last = Room(entry, count * (long)program.GradientsPerSample * Cell.MaximumBytes);
    }

    private static void PushResults(LaneProgram program, double* store, int count, int result, long entry, int own, Span<Value> results)
    {
        var start = Head.Base;
        var stamp = Head.Stamp;
        var (bytesPerSample, code) = (Cell.MaximumBytes * (long)program.GradientsPerSample, Cell.Encode(4L * result, Form.Other));
        Room(entry, count * bytesPerSample);
        var place = entry + Cell.MaximumBytes * (own + 1L);
        var at = result;
        for (var first = 0; first < count; first += LaneProgram.Block)
        {
            var numbers = program.Result(store, first, count, result);
            for (var i = 0; i < Math.Min(count - first, LaneProgram.Block); i++, place += bytesPerSample, at += program.Results.Length)
            {
                var cell = Cell.At(start, place);
                Cell.Word(cell, 1) = Rules.ReplayResult;
                Cell.Word(cell, 2) = (int)entry;
                cell->Data = numbers[i];
                cell->Grad = Cell.NoGradient;
                cell->Code = code;
                results[at] = new Value(numbers[i], stamp, place);
            }
        }
    }

    private static void PushConstants(LaneProgram program, double* store, int count, int result, Span<Value> results)
    {
        for (var sample = 0; sample < count; sample++)
        {
            var first = sample / LaneProgram.Block * LaneProgram.Block;
            results[sample * program.Results.Length + result] = PushConstant(program.Result(store, first, count, result)[sample - first]);
        }
    }

    /// <summary>The results of a replay have complete gradients, since none is computed from another: passes them on.</summary>
    /// <param name="arena">The tape.</param>
    /// <param name="last">The last result that is reached.</param>
    /// <returns>The replay's node, from which the sweep goes on.</returns>
    private Cell* PropagateReplay(in Arena arena, Cell* last)
    {
        var entry = Cell.At(arena.Base, Cell.Word(last, 2));
        ref readonly var replay = ref _replays[Cell.Word(entry, 2)];
        var program = replay.Program;
        var count = replay.Samples * program.GradientsPerSample;
        var results = new ResultCells(arena, (Cell*)((byte*)entry + Cell.MaximumBytes), last, count, program.GradientsPerSample);
        program.Backward(_arena.Lanes + replay.Lanes, replay.Samples, results);
        if (!results.IsEachReached)
            ReachOuters(arena, program, replay.Samples, results);
        if (arena.IsLater)
        {
            for (var result = 0; result < count; result++)
            {
                var cell = results[result];
                if (cell < last)
                    cell->Grad += *arena.Beside(cell); // the sweep has done it for the last one
                if (cell <= last)
                    *arena.Beside(cell) = Cell.NoGradient;
            }
        }

        return entry;
    }

    /// <summary>A result that was reached has reached the outer values that it was computed from, also where all they have is −0.</summary>
    private static void ReachOuters(in Arena arena, LaneProgram program, int samples, in ResultCells results)
    {
        for (int k = 0, own = 0; k < program.Results.Length; k++)
        {
            if (!program.ResultWantsGradient[k])
                continue;
            var sample = 0;
            while (sample < samples && !results.IsReached(sample, own))
                sample++;
            own++;
            if (sample < samples)
                Reach(arena, program.OutersOfResults[k]);
        }
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
