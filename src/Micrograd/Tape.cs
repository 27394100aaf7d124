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

    /// <summary>Milliseconds to wait for finalizers, which may wait for this thread.</summary>
    private const int LongestWait = 200;

    /// <summary>Bytes that a tape is taken to use before it has grown.</summary>
    private const long SmallestUse = 1 << 16;

    [ThreadStatic]
    private static Tape? t_current;

    private readonly Thread _owner = Thread.CurrentThread; // ids are given out again
    private readonly AddressSpace _memory;
    private readonly Arena _arena;
    private readonly Arena _laterArena;
    private readonly bool _couldBeLarger;
    private Dictionary<int, string>? _labels;
    private byte* _base;
    private int _operandCount;

    /// <summary>The state of <see cref="Head"/> while this tape is not current.</summary>
    private long _last;
    private long _constants;

    /// <summary>Makes an empty tape owned by the calling thread. It becomes current by <see cref="Use"/>.</summary>
    /// <param name="capacity">Minimum number of nodes; fewer where addresses are scarce (<c>ulimit -v</c>), as <see cref="Capacity"/> then says.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1, or above <see cref="DefaultCapacity"/>.</exception>
    /// <exception cref="InsufficientMemoryException">The system grants no address space.</exception>
    public Tape(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, DefaultCapacity);
        var wanted = capacity;
        _memory = AddressSpace.TryReserve(Arena.Bytes(capacity)) ?? ReserveLess(ref capacity);
        _memory.Tell(capacity < wanted ? (long)Arena.Bytes(capacity) : SmallestUse);
        _couldBeLarger = capacity == wanted && capacity < DefaultCapacity;
        _arena = new Arena(_memory.Start, capacity);
        _arena.UseHugePages();
        _laterArena = _arena with { IsLater = true };
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
    /// <exception cref="InvalidOperationException">Another thread owns the tape.</exception>
    /// <exception cref="ObjectDisposedException">The tape was disposed.</exception>
    public int Count
    {
        get
        {
            ThrowIfUnusable();
            var count = 0;
            for (var node = Cell.At(_arena.Base, Position.Last); node->Code != Cell.Stop; node = Cell.Previous(node))
                count++;
            GC.KeepAlive(this);
            return count;
        }
    }

    /// <summary>Number of constants held.</summary>
    /// <inheritdoc cref="Count"/>
    public int ConstantCount
    {
        get
        {
            ThrowIfUnusable();
            return (int)(-Position.Constants / Cell.ConstantBytes) - 1;
        }
    }

    /// <summary>Minimum number of nodes that the tape has room for.</summary>
    public int Capacity => _arena.Capacity;

    /// <summary>True if this is the calling thread's current tape, told by its address: one lookup less than by <see cref="t_current"/>.</summary>
    private bool IsCurrent => Head.Base == _base;

    private (long Last, long Constants) Position => IsCurrent ? (Head.Last, Head.Constants) : (_last, _constants);

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
    /// <inheritdoc cref="Count"/>
    public Scope Use()
    {
        ThrowIfUnusable();
        var outer = t_current;
        Switch(this);
        return new Scope(this, outer);
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Tape MakeCurrent()
    {
        Switch(new Tape());
        return t_current!;
    }

    /// <summary>Reserves what there are addresses for, after those of tapes that nobody refers to any longer were given back.</summary>
    private static AddressSpace ReserveLess(ref int capacity)
    {
        GC.Collect();
        Task.Run(GC.WaitForPendingFinalizers).Wait(LongestWait);
        while (true)
        {
            var isLeast = capacity <= SmallestCapacity;
            if (AddressSpace.TryReserve(Arena.Bytes(capacity), isLeast) is { } memory)
                return memory;
            if (isLeast)
                throw new InsufficientMemoryException("The system grants no address space for a tape.");
            capacity /= 2;
        }
    }

    /// <summary>Takes what the thread keeps of its current tape back into that, and puts another's there.</summary>
    private static void Switch(Tape? tape)
    {
        if (t_current is { _memory.IsClosed: false } outer)
        {
            (outer._last, outer._constants) = (Head.Last, Head.Constants);
            outer.TellUse(Head.Last);
        }

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

    /// <summary>The error that there is no room for one more.</summary>
    internal InvalidOperationException Full() =>
        new(
            $"The tape is full: it has room for {Capacity} nodes. Wrap each training step in `using var step = Tape.Current.BeginStep();` so that "
                + (_couldBeLarger ? "its nodes are dropped, or make a larger Tape." : "its nodes are dropped.")
        );

    /// <summary>Tells the garbage collector how much memory the tape uses, if that has doubled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TellUse(long last)
    {
        if (last > _memory.Told)
            _memory.Tell(2 * last);
    }

    private void ThrowIfForeignThread()
    {
        if (_owner != Thread.CurrentThread)
            throw new InvalidOperationException("A tape belongs to the thread that made it; each thread has a tape of its own.");
    }

    private void ThrowIfUnusable()
    {
        ThrowIfForeignThread();
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
    }

    /// <summary>The time a tape is current; see <see cref="Use"/>.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly Tape? _tape;
        private readonly Tape? _outer;

        internal Scope(Tape tape, Tape? outer) => (_tape, _outer) = (tape, outer);

        /// <summary>Makes the tape that was current before current again.</summary>
        public void Dispose()
        {
            if (_tape is null)
                return;
            _tape.ThrowIfForeignThread();
            Switch(_outer);
        }
    }
}
