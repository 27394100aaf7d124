using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Micrograd;

/// <summary>
/// The record of a computation: every value's number, gradient, op and operands, in flat arrays in the order of creation. Each thread
/// has one current tape, on which its values are recorded; most programs never name it.
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
    /// <summary>The greatest number of nodes a tape holds unless told otherwise. Only address space is reserved for them.</summary>
    public const int DefaultCapacity = 1 << 27;

    private const int SmallestCapacity = 1 << 12;

    [ThreadStatic]
    private static Tape? t_current;

    private static long s_lastStamp;

    private readonly int _owner = Environment.CurrentManagedThreadId;
    private readonly AddressSpace _memory;
    private readonly Arena _arena;
    private Dictionary<int, string>? _labels;
    private Level[] _levels = new Level[4];
    private int _depth;

    /// <summary>The stamp of values recorded now, and that of values recorded outside every step.</summary>
    private long _stamp;
    private long _baseStamp;

    private int _count;
    private int _limit;
    private int _constantCount;
    private int _constantLimit;
    private int _operandCount;
    private int _operandLimit;

    /// <summary>One more than the greatest node that an earlier backward pass may have left a gradient at.</summary>
    private int _graded;

    /// <summary>Makes an empty tape owned by the calling thread. It becomes current by <see cref="Use"/>.</summary>
    /// <param name="capacity">The greatest number of nodes it may hold.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1.</exception>
    /// <exception cref="InsufficientMemoryException">The system grants no address space.</exception>
    public Tape(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        AddressSpace? memory;
        while ((memory = AddressSpace.TryReserve(Arena.Bytes(capacity))) is null)
        {
            if (capacity <= SmallestCapacity)
                throw new InsufficientMemoryException("The system grants no address space for a tape.");
            capacity /= 2;
        }

        _memory = memory;
        _arena = new Arena(memory.Start, capacity);
        if (!AddressSpace.NeedsCommit)
            _limit = _constantLimit = _operandLimit = capacity;
        _stamp = _baseStamp = NextStamp();
    }

    /// <summary>The calling thread's current tape; made on first use.</summary>
    public static Tape Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_current ?? MakeCurrent();
    }

    /// <summary>How many nodes with a gradient are recorded: leaves and results of ops.</summary>
    public int Count => _count;

    /// <summary>How many numbers without a gradient are held.</summary>
    public int ConstantCount => _constantCount;

    /// <summary>The greatest number of nodes the tape may hold.</summary>
    public int Capacity => _arena.Capacity;

    /// <summary>
    /// Begins a step: what is recorded until it is disposed is dropped then, and the room used again. Values made before stay valid.
    /// Steps may be nested, and end in reverse order.
    /// </summary>
    public TapeStep BeginStep()
    {
        ThrowIfForeignThread();
        if (_depth == _levels.Length)
            Array.Resize(ref _levels, 2 * _depth);
        _levels[_depth++] = new Level(_stamp, _count, _constantCount, _operandCount);
        _stamp = NextStamp();
        return new TapeStep(this, _stamp);
    }

    /// <summary>Drops everything. Every value of this tape is stale afterwards.</summary>
    /// <exception cref="InvalidOperationException">A step is open.</exception>
    public void Clear()
    {
        ThrowIfForeignThread();
        if (_depth > 0)
            throw new InvalidOperationException("A tape cannot be cleared inside a step: dispose the step first.");
        Rewind(new Level(0, 0, 0, 0));
        _stamp = _baseStamp = NextStamp();
    }

    /// <summary>Makes this the calling thread's current tape until the result is disposed.</summary>
    /// <exception cref="InvalidOperationException">Another thread owns the tape.</exception>
    public Scope Use()
    {
        ThrowIfForeignThread();
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
        var outer = t_current;
        t_current = this;
        return new Scope(outer);
    }

    /// <summary>Frees the tape's memory. Every value of this tape is stale afterwards.</summary>
    public void Dispose()
    {
        ThrowIfForeignThread();
        _stamp = _baseStamp = -1;
        _depth = 0;
        _limit = _constantLimit = _operandLimit = 0;
        if (t_current == this)
            t_current = null;
        _memory.Dispose();
    }

    internal void EndStep(long stamp)
    {
        if (_stamp == stamp && _depth > 0)
        {
            ThrowIfForeignThread();
            var level = _levels[--_depth];
            Rewind(level);
            _stamp = level.Stamp;
        }
        else if (IsOpen(stamp))
        {
            throw new InvalidOperationException("Steps end in reverse order: a step inside this one is still open.");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Tape MakeCurrent() => t_current = new Tape();

    /// <summary>Stamps are never used twice in a process, so that a handle of one tape or step is never valid in another.</summary>
    private static long NextStamp() => Interlocked.Increment(ref s_lastStamp);

    private bool IsOpen(long stamp)
    {
        for (var i = 0; i < _depth; i++)
        {
            if (_levels[i].Stamp == stamp)
                return true;
        }

        return stamp == _stamp && stamp > 0;
    }

    private void Rewind(Level level)
    {
        _count = level.Count;
        _constantCount = level.ConstantCount;
        _operandCount = level.OperandCount;
        _graded = Math.Min(_graded, level.Count);
        if (_labels is not { Count: > 0 })
            return;
        foreach (var index in _labels.Keys)
        {
            if (index >= _count || ~index >= _constantCount)
                _labels.Remove(index);
        }
    }

    private void ThrowIfForeignThread()
    {
        if (_owner != Environment.CurrentManagedThreadId)
            throw new InvalidOperationException("A tape belongs to the thread that made it; each thread has a tape of its own.");
    }

    /// <summary>Raises the error for a full tape, or where pages must be committed commits some more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int needed)
    {
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
        if (!AddressSpace.NeedsCommit || needed > _arena.Capacity)
        {
            throw new InvalidOperationException(
                $"The tape is full ({_arena.Capacity:N0} nodes). Wrap each training step in `using var step = Tape.Current.BeginStep();` "
                + "so that its nodes are dropped, or make a larger Tape.");
        }

        const int Chunk = 1 << 16;
        var limit = (int)Math.Min(_arena.Capacity, Math.Max((long)needed + Chunk, 2L * _limit));
        _arena.Commit(limit);
        _limit = _constantLimit = _operandLimit = limit;
    }

    [DoesNotReturn]
    private static void ThrowStale(Value value) => throw new StaleValueException(
        value.Stamp == 0
            ? "A default(Value) belongs to no tape: make values with new Value(…) or Value.Constant(…)."
            : "The value belongs to a step that has ended, or to another tape or thread. Values made in a step live until its end.");

    private readonly record struct Level(long Stamp, int Count, int ConstantCount, int OperandCount);

    /// <summary>The time a tape is current; see <see cref="Use"/>.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly Tape? _outer;

        internal Scope(Tape? outer) => _outer = outer;

        /// <summary>Makes the tape that was current before current again.</summary>
        public void Dispose() => t_current = _outer;
    }
}
