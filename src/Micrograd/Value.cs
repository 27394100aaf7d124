using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Micrograd.Tapes;

namespace Micrograd;

/// <summary>
/// A scalar that remembers how it was computed. <c>var o = (x1 * w1 + x2 * w2 + b).Tanh(); o.Backward();</c> leaves the derivative of
/// <c>o</c> with respect to each in its <see cref="Grad"/>, with the same bits as PyTorch's.
/// </summary>
/// <remarks>
/// A small handle into the thread's current <see cref="Tape"/>; copying it copies no graph. A plain number converts to a constant
/// Value, never the other way: read <see cref="Data"/>.
/// </remarks>
[SuppressMessage("Usage", "CA2231", Justification = "a == b would read as a comparison of numbers.")]
public readonly unsafe partial struct Value : IEquatable<Value>
{
    /// <summary>The number as it was when the handle was made; <see cref="Head.Read"/> knows when it still is.</summary>
    internal readonly double Remembered;
    internal readonly long Stamp;
    internal readonly long Offset;

    /// <summary>Makes a leaf: a number whose gradient is wanted.</summary>
    /// <param name="data">Its number.</param>
    /// <param name="label">A name for drawings and messages.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Value(double data, string? label = null)
    {
        Tape.EnsureCurrent();
        this = Tape.PushLeaf(data);
        if (label is not null)
            Label = label;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Value(double remembered, long stamp, long offset)
    {
        Remembered = remembered;
        Stamp = stamp;
        Offset = offset;
    }

    /// <summary>
    /// The number itself; may be assigned, as in <c>p.Data -= 0.1 * p.Grad</c>. What was computed from it is not computed anew; ops and
    /// backward passes that follow use the new number.
    /// </summary>
    /// <remarks>C# assigns to a property of a variable: of a local, a loop's variable or an array's element, but not of a list's, which is a copy.</remarks>
    /// <exception cref="StaleValueException">The value's step has ended, or another tape is current.</exception>
    public double Data
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Tape.Access(this)->Data;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set
        {
            Tape.Access(this)->Data = value;
            Head.StepOf(Head.Base, Stamp)->Trusted = Head.Nothing;
            if (Stamp == Head.Trusted)
                Head.Trusted = Head.Nothing;
        }
    }

    /// <summary>The derivative of what <see cref="Backward(double)"/> was called on, summed over all calls since it was cleared; 0 where none has arrived.</summary>
    /// <exception cref="StaleValueException">The value's step has ended, or another tape is current.</exception>
    public double Grad
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var cell = Head.CellOf(this);
            return Offset < 0 || Cell.IsNegativeZero(cell->Grad) ? Tape.Current.GradOf(this) ?? 0 : cell->Grad;
        }
        set => Tape.Current.SetGrad(this, value);
    }

    /// <summary>Whether a gradient has arrived since it was last cleared. PyTorch's <c>grad is not None</c>.</summary>
    public bool HasGrad => Tape.Current.GradOf(this) is not null;

    /// <summary>Whether gradients flow to this value: a leaf, or computed from one. Constants have none.</summary>
    public bool RequiresGrad => Tape.OffsetOf(this) >= 0;

    /// <summary>A name for drawings and messages; null where none was given.</summary>
    public string? Label
    {
        get => Tape.Current.LabelOf(this);
        set => Tape.Current.SetLabel(this, value);
    }

    /// <summary>The op that computed this value, by PyTorch's name; null for a leaf or constant.</summary>
    public string? Op => Tape.OpOf(this);

    /// <summary>The two numbers that set the op up, such as a slope or bounds, 0 where it has only one; empty for ops without.</summary>
    public IReadOnlyList<double> Settings => Tape.Current.SettingsOf(this);

    /// <summary>What this value was computed from, in the op's order; empty for a leaf or constant.</summary>
    public IReadOnlyList<Value> Operands => Tape.Current.OperandsOf(this);

    /// <summary>A plain number becomes a constant.</summary>
    public static implicit operator Value(double number) => Constant(number);

    /// <summary>Makes a number without gradient, such as an input of a network.</summary>
    public static Value Constant(double number)
    {
        Tape.EnsureCurrent();
        return Tape.PushConstant(number);
    }

    /// <summary>This value's number as a constant: no gradient flows through it.</summary>
    public Value Detach() => Constant(Data);

    /// <summary>
    /// Computes the gradient of this value with respect to every value it was computed from, and adds it to theirs. Gradients add up over
    /// calls until <see cref="ZeroGrad"/>; what one call left at values in between does not flow into the next.
    /// </summary>
    /// <param name="upstream">The gradient of this value itself.</param>
    /// <exception cref="InvalidOperationException">This value has no gradient.</exception>
    /// <exception cref="StaleValueException">The value's step has ended, or another tape is current.</exception>
    public void Backward(double upstream = 1) => Tape.Current.Backward(this, upstream);

    /// <summary>Clears the gradient, as PyTorch's <c>zero_grad(set_to_none)</c>: the next one to arrive is stored, not added.</summary>
    public void ZeroGrad() => Tape.Current.ClearGrad(this);

    /// <summary>Whether two handles mean the same value: the same place on the tape, not only the same number.</summary>
    public bool Equals(Value other) => Stamp == other.Stamp && Offset == other.Offset;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Value other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Stamp, Offset);

    /// <summary><c>Value(data=…, grad=…)</c>, with as many digits as the numbers need.</summary>
    public override string ToString() =>
        Tape.IsAlive(this) ? $"Value(data={NumberText.Of(Head.Read(this))}, grad={NumberText.Of(Grad)})" : "Value(stale)";
}
