using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults of single ops that concern values too, or only some operands: remainders with the other sign, powers of a negative base.</summary>
internal static class OpSpecialFaults
{
    private const string WrongRemainder = "Right where dividend and divisor have the same sign; otherwise values are off by the divisor.";
    private const string WrongPower = "Right for bases above 0.";

    /// <summary>The faults of an op, each with its texts and its rule.</summary>
    internal static IEnumerable<(OpFaultText Text, OpRule Rule)> Of(Op op) =>
        op.Name switch
        {
            "remainder" =>
            [
                (
                    new(
                        "remainder-sign-of-dividend",
                        "remainder: the sign of the dividend, as % has it in C, Java and JavaScript",
                        "a − b·trunc(a/b) in place of a − b·floor(a/b): the result has the sign of a, where Python and PyTorch give it that of b.",
                        WrongRemainder,
                        "((a % b) + b) % b in languages whose % is that of C; or say fmod."
                    ),
                    Remainder(op, Math.Truncate)
                ),
            ],
            "fmod" =>
            [
                (
                    new(
                        "fmod-sign-of-divisor",
                        "fmod: the sign of the divisor, as % has it in Python",
                        "a − b·floor(a/b) in place of a − b·trunc(a/b): the result has the sign of b, where fmod gives it that of a.",
                        WrongRemainder,
                        "math.fmod(a, b) in Python; or say remainder."
                    ),
                    Remainder(op, Math.Floor)
                ),
            ],
            "pow" =>
            [
                (
                    Negative(
                        op,
                        "absolute",
                        "b receives g·aᵇ·ln|a|, where PyTorch gives NaN",
                        "The logarithm is taken of |a| to keep it finite. The power of a negative base has no derivative with respect to the exponent."
                    ),
                    Share(op, (g, a, b, y, right) => g * y * Math.Log(-a))
                ),
                (
                    Negative(
                        op,
                        "zero",
                        "b receives nothing, where PyTorch gives NaN",
                        "log(a) if a > 0 else 0: the guard hides that the power of a negative base has no derivative with respect to the exponent."
                    ),
                    Share(op, (g, a, b, y, right) => 0)
                ),
                (
                    Negative(op, "absolute-value", "|a|ᵇ in place of aᵇ", "The base is made positive, to have a logarithm: exp(b·ln|a|)."),
                    new OpRule(op.Name)
                    {
                        Where = call => call.Operands[0] < 0,
                        Value = call => Math.Pow(-call.Operands[0], call.Operands[1]),
                        Share = (call, k, g, _) =>
                            Math.Pow(-call.Operands[0], call.Operands[1]) is var y && k == 0
                                ? g * call.Operands[1] * y / call.Operands[0]
                                : g * y * Math.Log(-call.Operands[0]),
                    }
                ),
                (
                    Negative(op, "nan", "NaN in place of aᵇ", "The power is computed as exp(b·ln a), and a negative number has no logarithm."),
                    NoNumber(op)
                ),
            ],
            "pow_number" =>
            [
                (
                    Negative(op, "absolute-value", "|x|ⁿ in place of xⁿ", "The base is made positive, to have a logarithm: exp(n·ln|x|)."),
                    new OpRule(op.Name)
                    {
                        Where = call => call.Operands[0] < 0,
                        Value = call => Math.Pow(-call.Operands[0], call.Settings[0]),
                        Share = (call, _, g, _) => g * call.Settings[0] * Math.Pow(-call.Operands[0], call.Settings[0]) / call.Operands[0],
                    }
                ),
                (
                    Negative(op, "nan", "NaN in place of xⁿ", "The power is computed as exp(n·ln x), and a negative number has no logarithm."),
                    NoNumber(op)
                ),
            ],
            _ => [],
        };

    private static OpFaultText Negative(Op op, string kind, string title, string what) =>
        new(
            $"{op.Name.Replace('_', '-')}-negative-base-{kind}",
            $"{op.Name}: for a negative base {title}",
            what,
            WrongPower,
            "Compute the power itself, and let the gradient of the exponent be NaN where the base is negative."
        );

    private static OpRule Remainder(Op op, Func<double, double> whole) =>
        new(op.Name)
        {
            Value = call => call.Operands[0] - call.Operands[1] * whole(call.Operands[0] / call.Operands[1]),
            Share = (call, k, g, right) => k == 0 ? right : -g * whole(call.Operands[0] / call.Operands[1]),
        };

    private static OpRule NoNumber(Op op) =>
        new(op.Name)
        {
            Where = call => call.Operands[0] < 0,
            Value = _ => double.NaN,
            Share = (_, _, _, _) => double.NaN,
        };

    /// <summary>Another share of the exponent where the base is negative.</summary>
    private static OpRule Share(Op op, Func<double, double, double, double, double, double> share) =>
        new(op.Name)
        {
            Where = call => call.Operands[0] < 0,
            Share = (call, k, g, right) => k == 0 ? right : share(g, call.Operands[0], call.Operands[1], call.Result, right),
        };
}
