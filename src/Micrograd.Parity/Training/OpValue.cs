using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Ops;
using static TorchSharp.torch;

namespace Micrograd.Parity.Training;

/// <summary>Something that computes ops one by one: a tape, or PyTorch.</summary>
internal interface IOpTape
{
    /// <summary>A number without gradient.</summary>
    int Constant(double number);

    /// <summary>Computes an op.</summary>
    int Apply(string op, int[] operands, double[] settings);

    /// <summary>The number of a node.</summary>
    double Value(int node);
}

/// <summary>A number that ops are applied to, so that a formula of ops reads as one.</summary>
/// <param name="Tape">The tape that computes it.</param>
/// <param name="Index">Its index there.</param>
internal readonly record struct OpValue(IOpTape Tape, int Index)
{
    /// <summary>Its number.</summary>
    public double Data => Tape.Value(Index);

    /// <summary>a + b.</summary>
    public static OpValue operator +(OpValue a, OpValue b) => a.Apply("add", b);

    /// <summary>a − b.</summary>
    public static OpValue operator -(OpValue a, OpValue b) => a.Apply("sub", b);

    /// <summary>a − number.</summary>
    public static OpValue operator -(OpValue a, double b) => a - a.Constant(b);

    /// <summary>number − b.</summary>
    public static OpValue operator -(double a, OpValue b) => b.Constant(a) - b;

    /// <summary>−a.</summary>
    public static OpValue operator -(OpValue a) => a.Apply("neg");

    /// <summary>a · b.</summary>
    public static OpValue operator *(OpValue a, OpValue b) => a.Apply("mul", b);

    /// <summary>number · b.</summary>
    public static OpValue operator *(double a, OpValue b) => b.Constant(a) * b;

    /// <summary>a / number.</summary>
    public static OpValue operator /(OpValue a, double b) => a.Apply("div", a.Constant(b));

    /// <summary>The sum from the first to the last.</summary>
    public static OpValue Fold(IEnumerable<OpValue> terms) => terms.Aggregate((a, b) => a + b);

    /// <summary>This to the power of a number.</summary>
    public OpValue Pow(double exponent) => Apply("pow_number", exponent);

    /// <summary>An op with settings.</summary>
    public OpValue Apply(string op, params double[] settings) => new(Tape, Tape.Apply(op, [Index], settings));

    /// <summary>An op of this and another.</summary>
    public OpValue Apply(string op, OpValue other) => new(Tape, Tape.Apply(op, [Index, other.Index], []));

    /// <summary>A number without gradient.</summary>
    public OpValue Constant(double number) => new(Tape, Tape.Constant(number));
}

/// <summary>PyTorch's 0-dim tensors, op by op.</summary>
/// <param name="ops">The ops.</param>
internal sealed class TorchOps(OpCatalogue ops) : IOpTape
{
    private readonly List<Tensor> _tensors = [];

    /// <summary>The tensor of a node.</summary>
    public Tensor this[OpValue value] => _tensors[value.Index];

    /// <summary>A tensor to apply ops to.</summary>
    public OpValue Of(Tensor tensor) => new(this, Add(tensor));

    public int Constant(double number) => Add(tensor(number, float64));

    public int Apply(string op, int[] operands, double[] settings) => Add(ops[op].Theirs(Array.ConvertAll(operands, o => _tensors[o]), settings));

    public double Value(int node) => _tensors[node].Number();

    private int Add(Tensor tensor)
    {
        _tensors.Add(tensor);
        return _tensors.Count - 1;
    }
}
