using System.Runtime.CompilerServices;
using Micrograd.Tapes;

namespace Micrograd;

public sealed unsafe partial class Tape
{
    private const int DeepestStep = 255;
    private const int StampsTakenAtOnce = 1 << 16;

    private static long s_stampsTaken;

    private Level[] _levels = new Level[4];
    private int _depth;
    private long _lastSerial;
    private long _serialsEnd;

    /// <summary>
    /// Begins a step: what is recorded until it is disposed is dropped then, and the room used again. Values made before stay valid.
    /// Steps may be nested, and end in reverse order.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another thread owns the tape, or steps are nested more than 255 deep.</exception>
    public TapeStep BeginStep()
    {
        if (!IsCurrent)
            return BeginStepInUse();
        if (_depth == DeepestStep)
            ThrowTooDeep();
        if (_depth == _levels.Length)
            Array.Resize(ref _levels, 2 * _depth);
        _levels[_depth++] = new Level(Head.Last, Head.Constants, _operandCount);
        var stamp = Open();
        Head.Outer = Head.Stamp;
        Head.Stamp = Head.Trusted = stamp;
        return new TapeStep(this, stamp);
    }

    internal void EndStep(long stamp)
    {
        if (IsCurrent && _depth > 0 && Step(_depth)->Stamp == stamp)
            CloseStep();
        else
            EndStepInAnyCase(stamp);
    }

    private static void ThrowTooDeep() =>
        throw new InvalidOperationException($"Steps are nested more than {DeepestStep} deep: dispose each where it ends.");

    private TapeStep BeginStepInUse()
    {
        using (Use())
            return BeginStep();
    }

    /// <summary>Ends a step of a tape that may not be current; or one that has ended, or that is not the innermost.</summary>
    private void EndStepInAnyCase(long stamp)
    {
        if (_depth == 0)
            return;
        ThrowIfForeignThread();
        if (Step(_depth)->Stamp == stamp)
        {
            using (Use())
                CloseStep();
        }
        else if (Head.StepOf(_arena.Base, stamp)->Stamp == stamp)
        {
            throw new InvalidOperationException("Steps end in reverse order: a step inside this one is still open.");
        }

        GC.KeepAlive(this);
    }

    private OpenStep* Step(int depth) => (OpenStep*)_arena.Base + depth;

    /// <summary>Gives the innermost step a stamp. Stamps are never used twice in a process, so that no handle of one tape or step is valid in another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Open()
    {
        if (_lastSerial == _serialsEnd)
            TakeSerials();
        var stamp = Head.StampOf(++_lastSerial, _depth);
        var step = Step(_depth);
        step->Stamp = step->Trusted = stamp;
        return stamp;
    }

    private void TakeSerials()
    {
        _serialsEnd = Interlocked.Add(ref s_stampsTaken, StampsTakenAtOnce);
        _lastSerial = _serialsEnd - StampsTakenAtOnce;
    }

    /// <summary>Makes the innermost open step, or what lies outside of every one, the thread's again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ResumeStep()
    {
        var step = Step(_depth);
        (Head.Stamp, Head.Trusted) = (step->Stamp, step->Trusted);
        Head.Outer = _depth == 0 ? Head.Nothing : Step(_depth - 1)->Stamp;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CloseStep()
    {
        Step(_depth)->Stamp = 0;
        Rewind(_levels[--_depth]);
        ResumeStep();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Rewind(Level level)
    {
        var last = Head.Last;
        TellUse(last);
        Head.Last = level.Last;
        Head.Constants = level.Constants;
        _operandCount = level.OperandCount;
        _graded = Math.Min(_graded, level.Last);
        if (_arena.NegativeZeros.Any || _replayCount > 0 || _labels is not null)
            DropNotes(last);
    }

    /// <summary>Drops what is noted of nodes behind the present last one.</summary>
    private void DropNotes(long last)
    {
        _arena.NegativeZeros.RemoveBehind(Cell.At(Head.Base, Head.Last), Cell.At(Head.Base, last));
        DropReplays();
        if (_labels is { Count: > 0 })
        {
            foreach (var offset in _labels.Keys)
            {
                if (IsDropped(offset))
                    _labels.Remove(offset);
            }
        }
    }

    private static bool IsDropped(int offset) => offset > Head.Last || offset <= Head.Constants;

    /// <summary>Position of the tape when a step began.</summary>
    private readonly record struct Level(long Last, long Constants, int OperandCount);
}
