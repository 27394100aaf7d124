using System.Diagnostics.CodeAnalysis;
using Micrograd;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Engines;

namespace Sample.ForeignEngine.Tests;

/// <summary>
/// Micrograd itself with the C library's functions, seen as another engine: an honest one that has every op.
/// </summary>
public class MicrogradEngine : IForeignEngine<Value>
{
    [ThreadStatic]
    private static TapeStep? t_step;

    [ThreadStatic]
    private static bool t_isRead;

    public virtual string Name => "Micrograd with the C library's functions";

    public Value Leaf(double number)
    {
        DropWhatWasRead();
        return new Value(number);
    }

    public Value Constant(double number)
    {
        DropWhatWasRead();
        return Value.Constant(number);
    }

    public virtual bool TryApply(string op, IReadOnlyList<Value> operands, IReadOnlyList<double> settings, [MaybeNullWhen(false)] out Value result)
    {
        result = ParitySuite.Default.Ops[op].Ours([.. operands], [.. settings]);
        return true;
    }

    public void Backward(Value root, double upstream) => root.Backward(upstream);

    public void ZeroGrad(Value node) => node.ZeroGrad();

    public double Data(Value node)
    {
        t_isRead = true;
        return node.Data;
    }

    public double? Grad(Value node) => node.HasGrad ? node.Grad : null;

    /// <summary>A number that is made after others were read begins another graph. A backward pass looks through all that its tape holds.</summary>
    private static void DropWhatWasRead()
    {
        if (!t_isRead)
            return;
        t_step?.Dispose();
        t_step = Tape.Current.BeginStep();
        t_isRead = false;
    }
}
