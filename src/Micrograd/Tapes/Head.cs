using System.Runtime.CompilerServices;

namespace Micrograd.Tapes;

/// <summary>
/// Thread-local write cursor of the current tape. Fields of the thread itself, so that an operator reads them without a
/// pointer in between; a <see cref="Tape"/> puts them here while it is current. All are 0 on a thread without a tape.
/// </summary>
internal static unsafe class Head
{
    /// <summary>Value of <see cref="Trusted"/> while no handle's remembered number may be used. No handle has this stamp.</summary>
    internal const long Nothing = -1;

    private const int StampSlotMask = 0xFF0;
    private const int StampSlotBits = 12;

    /// <summary>The address that offsets count from.</summary>
    [ThreadStatic]
    internal static byte* Base;

    /// <summary>Offset of the last recorded node, and limit of nodes.</summary>
    [ThreadStatic]
    internal static long Last;

    [ThreadStatic]
    internal static long End;

    /// <summary>Offset of the next constant (they grow downwards from the base), and their limit.</summary>
    [ThreadStatic]
    internal static long Constants;

    [ThreadStatic]
    internal static long ConstantEnd;

    /// <summary>The stamp of what is recorded now.</summary>
    [ThreadStatic]
    internal static long Stamp;

    /// <summary>
    /// The stamp of handles whose remembered number is the one on the tape: <see cref="Stamp"/>, until a number of this step is assigned.
    /// </summary>
    [ThreadStatic]
    internal static long Trusted;

    /// <summary>The stamp of what was recorded before the innermost step began, as parameters are; <see cref="Nothing"/> outside of steps.</summary>
    [ThreadStatic]
    internal static long Outer;

    /// <summary>A stamp: a serial number, and where the step's state lies.</summary>
    internal static unsafe long StampOf(long serial, int depth) => serial << StampSlotBits | (uint)(depth * sizeof(OpenStep));

    /// <summary>The state of an open step, at the address that its stamps name.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static OpenStep* StepOf(byte* start, long stamp) => (OpenStep*)(start + (stamp & StampSlotMask));

    /// <summary>The number of an operand, from the handle itself where it can be trusted; raises an error for a stale handle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Read(Value value) => Read(Base, value);

    /// <summary>As <see cref="Read(Value)"/>, with the base of the current tape.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Read(byte* start, Value value)
    {
        if (value.Stamp == Trusted)
            return value.Remembered;
        if (value.Stamp != Outer && (start == null || StepOf(start, value.Stamp)->Stamp != value.Stamp))
            ThrowStale(value.Stamp);
        return *(double*)(start + value.Offset);
    }

    /// <summary>The cell of a handle; raises an error for a stale handle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Cell* CellOf(Value value) => CellOf(Base, value);

    /// <summary>As <see cref="CellOf(Value)"/>, with the base of the current tape.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Cell* CellOf(byte* start, in Value value)
    {
        if (start == null || StepOf(start, value.Stamp)->Stamp != value.Stamp)
            ThrowStale(value.Stamp);
        return Cell.At(start, value.Offset);
    }

    // Throw helpers. They never return, so callers need not spill registers around the call.
    internal static void ThrowStale(long stamp) =>
        throw new StaleValueException(
            stamp == 0
                ? "A default(Value) belongs to no tape: make values with new Value(…) or Value.Constant(…)."
                : "The value belongs to a step that has ended, or to another tape or thread. Values made in a step live until its end."
        );

    internal static void ThrowFull() => throw (Base == null ? new StaleValueException() : Tape.Current.Full());
}

/// <summary>A step that is open, or what lies outside of every step. They lie at the tape's base, where handles' stamps point to.</summary>
internal struct OpenStep
{
    /// <summary>The stamp of the values made in it.</summary>
    internal long Stamp;

    /// <summary>The same, until one of its numbers is assigned; then <see cref="Head.Nothing"/>.</summary>
    internal long Trusted;
}
