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
    /// <summary>The number as it was when the handle was made; <see cref="Head.Read(Value)"/> knows when it still is.</summary>
    internal readonly double Remembered;
    internal readonly long Stamp;
    internal readonly long Offset;

    /// <summary>Makes a leaf: a value whose gradient is computed.</summary>
    /// <param name="data">Its value.</param>
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
            Tape.NoteAssigned(Stamp);
        }
    }

    /// <summary>Gradient accumulated by <see cref="Backward(double)"/> since it was last cleared; 0 if there is none.</summary>
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

    /// <summary>True if a gradient was accumulated since the last <see cref="ZeroGrad"/>. PyTorch's <c>grad is not None</c>.</summary>
    public bool HasGrad => Tape.Current.GradOf(this) is not null;

    /// <summary>True for a leaf and for what is computed from one; false for constants. PyTorch's <c>requires_grad</c>.</summary>
    public bool RequiresGrad => Tape.OffsetOf(this) >= 0;

    /// <summary>A name for drawings and messages; null where none was given.</summary>
    public string? Label
    {
        get => Tape.Current.LabelOf(this);
        set => Tape.Current.SetLabel(this, value);
    }

    /// <summary>The op that computed this value, by PyTorch's name; null for a leaf or constant.</summary>
    public string? Op => Tape.OpOf(this);

    /// <summary>Op attributes, such as a slope or bounds: two numbers, the second 0 where the op has one; empty for ops without.</summary>
    public IReadOnlyList<double> Attributes => Tape.Current.AttributesOf(this);

    /// <summary>Operands of the op that computed this value, in its order; empty for a leaf or constant.</summary>
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
    /// Backpropagates: computes the gradient of this value with respect to every value it depends on, and accumulates it into their
    /// <see cref="Grad"/> until <see cref="ZeroGrad"/>. Gradients of earlier calls at intermediate values do not flow into later calls.
    /// </summary>
    /// <param name="upstream">Upstream gradient: that of this value itself.</param>
    /// <exception cref="InvalidOperationException">This value is a constant.</exception>
    /// <exception cref="StaleValueException">The value's step has ended, or another tape is current.</exception>
    public void Backward(double upstream = 1) => Tape.Current.Backward(this, upstream);

    /// <summary>Clears the gradient, as PyTorch's <c>zero_grad(set_to_none=True)</c>: the next one is assigned, not accumulated.</summary>
    public void ZeroGrad() => Tape.Current.ClearGrad(this);

    /// <summary>True if both handles name the same node of the tape, not only an equal number.</summary>
    public bool Equals(Value other) => Stamp == other.Stamp && Offset == other.Offset;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Value other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Stamp, Offset);

    /// <summary><c>Value(data=…, grad=…)</c>, with as many digits as the numbers need.</summary>
    public override string ToString() =>
        Tape.IsAlive(this) ? $"Value(data={NumberText.Of(Head.Read(this))}, grad={NumberText.Of(Grad)})" : "Value(stale)";
}
