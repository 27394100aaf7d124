using System.Runtime.CompilerServices;
using Micrograd.Tapes;

namespace Micrograd;

/// <summary>
/// The record of a computation: every value's number, gradient, op and operands, in one flat piece of memory in the order of creation.
/// Each thread has one current tape, on which its values are recorded; most programs never name it.
/// </summary>
/// <remarks>
/// A training loop keeps its parameters and drops what a step recorded:
/// <code>
/// var model = new Mlp(3, [4, 4, 1]);
/// for (var k = 0; k &lt; 20; k++)
/// {
///     using var step = Tape.Current.BeginStep();
///     var loss = Loss(model);
///     model.ZeroGrad();
///     loss.Backward();
///     foreach (var p in model.Parameters)
///         p.Data -= 0.1 * p.Grad;
/// }
/// </code>
/// A value that outlived its step, or that belongs to another tape or thread, raises <see cref="StaleValueException"/> when it is used.
/// </remarks>
public sealed unsafe partial class Tape : IDisposable
{
    /// <summary>Default capacity in nodes. Only address space is reserved for them.</summary>
    public const int DefaultCapacity = 1 << 25;

    private const int SmallestCapacity = 1 << 12;
    private const int DeepestStep = 255;
    private const int StampsTakenAtOnce = 1 << 16;

    [ThreadStatic]
    private static Tape? t_current;

    private static long s_stampsTaken;

    private readonly int _owner = Environment.CurrentManagedThreadId;
    private readonly AddressSpace _memory;
    private readonly Arena _arena;
    private Dictionary<int, string>? _labels;
    private byte* _base;
    private Level[] _levels = new Level[4];
    private int _depth;
    private int _operandCount;
    private long _lastSerial;
    private long _serialsEnd;

    /// <summary>The state of <see cref="Head"/> while this tape is not current.</summary>
    private long _last;
    private long _constants;

    /// <summary>Makes an empty tape owned by the calling thread. It becomes current by <see cref="Use"/>.</summary>
    /// <param name="capacity">Minimum number of nodes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1, or above <see cref="DefaultCapacity"/>.</exception>
    /// <exception cref="InsufficientMemoryException">The system grants no address space.</exception>
    public Tape(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, DefaultCapacity);
        AddressSpace? memory;
        while ((memory = AddressSpace.TryReserve(Arena.Bytes(capacity))) is null)
        {
            if (capacity <= SmallestCapacity)
                throw new InsufficientMemoryException("The system grants no address space for a tape.");
            capacity /= 2;
        }

        _memory = memory;
        _arena = new Arena(memory.Start, capacity);
        _base = _arena.Base;
        Cell.At(_arena.Base, Arena.First)->Code = Cell.Stop;
        _last = _graded = Arena.First;
        _constants = -Cell.ConstantBytes;
        Open();
    }

    /// <summary>The calling thread's current tape; made on first use.</summary>
    public static Tape Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_current ?? MakeCurrent();
    }

    /// <summary>Number of recorded nodes with a gradient: leaves and results of ops. Each call counts them anew.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            for (var node = Cell.At(_arena.Base, Position.Last); node->Code != Cell.Stop; node = Cell.Previous(node))
                count++;
            return count;
        }
    }

    /// <summary>Number of constants held.</summary>
    public int ConstantCount => (int)(-Position.Constants / Cell.ConstantBytes) - 1;

    /// <summary>Minimum number of nodes that the tape has room for.</summary>
    public int Capacity => _arena.Capacity;

    /// <summary>True if this is the calling thread's current tape, told by its address: one lookup less than by <see cref="t_current"/>.</summary>
    private bool IsCurrent => Head.Base == _base;

    private (long Last, long Constants) Position => IsCurrent ? (Head.Last, Head.Constants) : (_last, _constants);

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
            throw new InvalidOperationException($"Steps are nested more than {DeepestStep} deep: dispose each where it ends.");
        if (_depth == _levels.Length)
            Array.Resize(ref _levels, 2 * _depth);
        _levels[_depth++] = new Level(Head.Last, Head.Constants, _operandCount);
        var stamp = Open();
        Head.Outer = Head.Stamp;
        Head.Stamp = Head.Trusted = stamp;
        return new TapeStep(this, stamp);
    }

    /// <summary>Drops everything. Every value of this tape is stale afterwards.</summary>
    /// <exception cref="InvalidOperationException">A step is open.</exception>
    public void Clear()
    {
        if (_depth > 0)
            throw new InvalidOperationException("A tape cannot be cleared inside a step: dispose the step first.");
        using (Use())
        {
            Rewind(new Level(Arena.First, -Cell.ConstantBytes, 0));
            Head.Stamp = Head.Trusted = Open();
        }
    }

    /// <summary>Makes this the calling thread's current tape until the result is disposed.</summary>
    /// <exception cref="InvalidOperationException">Another thread owns the tape.</exception>
    public Scope Use()
    {
        ThrowIfForeignThread();
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
        var outer = t_current;
        Switch(this);
        return new Scope(outer);
    }

    /// <summary>Frees the tape's memory. Every value of this tape is stale afterwards.</summary>
    public void Dispose()
    {
        ThrowIfForeignThread();
        _depth = 0;
        if (IsCurrent)
            Switch(null);
        _base = (byte*)-1; // another tape's memory may come to lie where this one's was
        _memory.Dispose();
    }

    /// <summary>Gives the thread a tape where it has none yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void EnsureCurrent()
    {
        if (Head.Base == null)
            MakeCurrent();
    }

    internal void EndStep(long stamp)
    {
        if (IsCurrent && _depth > 0 && Step(_depth)->Stamp == stamp)
            CloseStep();
        else
            EndStepInAnyCase(stamp);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Tape MakeCurrent()
    {
        Switch(new Tape());
        return t_current!;
    }

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
    }

    /// <summary>Takes what the thread keeps of its current tape back into that, and puts another's there.</summary>
    private static void Switch(Tape? tape)
    {
        if (t_current is { _memory.IsClosed: false } outer)
            (outer._last, outer._constants) = (Head.Last, Head.Constants);
        t_current = tape is { _memory.IsClosed: true } ? null : tape;
        if (t_current is not null)
        {
            tape = t_current;
            Head.Base = tape._arena.Base;
            (Head.Last, Head.End) = (tape._last, Arena.End(tape.Capacity));
            (Head.Constants, Head.ConstantEnd) = (tape._constants, Arena.ConstantEnd(tape.Capacity));
            tape.ResumeStep();
        }
        else
        {
            Head.Base = null;
            Head.Last = Head.End = Head.Constants = Head.ConstantEnd = 0;
            Head.Stamp = Head.Trusted = Head.Outer = Head.Nothing;
        }
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

    private void ThrowIfForeignThread()
    {
        if (_owner != Environment.CurrentManagedThreadId)
            throw new InvalidOperationException("A tape belongs to the thread that made it; each thread has a tape of its own.");
    }

    /// <summary>Position of the tape when a step began.</summary>
    private readonly record struct Level(long Last, long Constants, int OperandCount);

    /// <summary>The time a tape is current; see <see cref="Use"/>.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly Tape? _outer;

        internal Scope(Tape? outer) => _outer = outer;

        /// <summary>Makes the tape that was current before current again.</summary>
        public void Dispose()
        {
            _outer?.ThrowIfForeignThread();
            Switch(_outer);
        }
    }
}
