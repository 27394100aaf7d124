namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>A node of the model engine, so that a formula reads as one.</summary>
/// <param name="Tape">Where it is recorded.</param>
/// <param name="Index">Its index there.</param>
public readonly record struct ModelValue(ModelTape Tape, int Index)
{
    /// <summary>Its number.</summary>
    public double Data => Tape.Value(Index);

    /// <summary>a + b.</summary>
    public static ModelValue operator +(ModelValue a, ModelValue b) => a.Apply("add", b);

    /// <summary>a − b.</summary>
    public static ModelValue operator -(ModelValue a, ModelValue b) => a.Apply("sub", b);

    /// <summary>a − number.</summary>
    public static ModelValue operator -(ModelValue a, double b) => a - a.Constant(b);

    /// <summary>number − b.</summary>
    public static ModelValue operator -(double a, ModelValue b) => b.Constant(a) - b;

    /// <summary>−a.</summary>
    public static ModelValue operator -(ModelValue a) => a.Apply("neg");

    /// <summary>a · b.</summary>
    public static ModelValue operator *(ModelValue a, ModelValue b) => a.Apply("mul", b);

    /// <summary>number · b.</summary>
    public static ModelValue operator *(double a, ModelValue b) => b.Constant(a) * b;

    /// <summary>a / number.</summary>
    public static ModelValue operator /(ModelValue a, double b) => a.Apply("div", a.Constant(b));

    /// <summary>This to the power of a number.</summary>
    public ModelValue Pow(double exponent) => Apply("pow_number", exponent);

    /// <summary>An op with settings.</summary>
    public ModelValue Apply(string op, params double[] settings) => new(Tape, Tape.Apply(op, [Index], settings));

    /// <summary>An op of this and another.</summary>
    public ModelValue Apply(string op, ModelValue other) => new(Tape, Tape.Apply(op, [Index, other.Index], []));

    /// <summary>A number without gradient.</summary>
    public ModelValue Constant(double number) => new(Tape, Tape.Number(number, wantsGradient: false));
}
