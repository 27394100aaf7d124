using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Operands in the wrong order.</summary>
internal static class Exchange
{
    /// <summary>The op of its last two operands exchanged, or of its operand and its number; null where it has no two.</summary>
    internal static OpRule? Of(Op op) =>
        op switch
        {
            { Name: "number_sub" or "number_div" or "number_pow" or "div_number" or "pow_number" } => WithNumber(op.Name),
            { Arity: > 1 } => new OpRule(op.Name)
            {
                Value = call => Swapped(call).Result,
                Share = (call, k, g, _) => Swapped(call).Shares(g)[Other(op, k)],
            },
            _ => null,
        };

    /// <summary>VJPs exchanged: each of two operands receives the other's contribution.</summary>
    internal static ShareRule OfShares(Op op) => (call, k, g, _) => call.Shares(g)[Other(op, k)];

    private static OpRule WithNumber(string name)
    {
        var (value, derivative) = name switch
        {
            "number_sub" => ((Func<double, double, double>)((x, n) => x - n), (Func<double, double, double>)((_, _) => 1)),
            "number_div" => ((x, n) => x / n, (_, n) => 1 / n),
            "div_number" => ((x, n) => n / x, (x, n) => -n / (x * x)),
            "number_pow" => (Math.Pow, (x, n) => n * Math.Pow(x, n - 1)),
            _ => ((x, n) => Math.Pow(n, x), (x, n) => Math.Pow(n, x) * Math.Log(n)),
        };
        return new OpRule(name)
        {
            Value = call => value(call.Operands[0], call.Settings[0]),
            Share = (call, _, g, _) => g * derivative(call.Operands[0], call.Settings[0]),
        };
    }

    private static OpCall Swapped(OpCall call)
    {
        double[] operands = [.. call.Operands];
        var first = call.Op.Condition is null ? 0 : 1;
        (operands[first], operands[first + 1]) = (operands[first + 1], operands[first]);
        return OpCall.Create(call.Op, operands, call.Settings);
    }

    private static int Other(Op op, int operand)
    {
        var first = op.Condition is null ? 0 : 1;
        return operand == first ? first + 1
            : operand == first + 1 ? first
            : operand;
    }
}
