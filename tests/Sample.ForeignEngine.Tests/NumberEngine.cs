using System.Diagnostics.CodeAnalysis;
using Micrograd.Parity.Engines;

namespace Sample.ForeignEngine.Tests;

/// <summary>How the harness sees the engine of <see cref="Number"/>.</summary>
public class NumberEngine : IForeignEngine<Number>
{
    public virtual string Name => "Number";

    public bool GradientsBeginAsZero => true;

    public Number Leaf(double number) => new(number);

    public virtual bool TryApply(string op, IReadOnlyList<Number> operands, IReadOnlyList<double> settings, [MaybeNullWhen(false)] out Number result)
    {
        var (a, b) = (operands[0], operands[^1]);
        result = op switch
        {
            "add" => a + b,
            "sub" => a - b,
            "mul" => a * b,
            "div" => a / b,
            "neg" => -a,
            "exp" => a.Exp(),
            "log" => a.Log(),
            "square" => a.Square(),
            "pow_number" when settings[0] == 2 => a.Square(),
            "tanh" => a.Tanh(),
            "relu" => a.Relu(),
            _ => null,
        };
        return result is not null;
    }

    public void Backward(Number root, double upstream) => root.Backward(upstream);

    public void ZeroGrad(Number node) => node.Grad = 0;

    public double Data(Number node) => node.Data;

    public double? Grad(Number node) => node.Grad;
}
