using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>Minimal faults, which test the sensitivity of the comparison.</summary>
internal static class Probe
{
    /// <summary>Fault: the op's values are one ulp too high.</summary>
    public static ModelRules NudgedValue(string op) =>
        new() { Op = new OpRule(op) { Value = call => Ulps.Step(call.Result, double.IsPositiveInfinity(call.Result) ? -1 : 1) } };

    /// <summary>Fault: the op's gradients are off by one part in 10¹², by 10⁻¹² where they are 0.</summary>
    public static ModelRules NudgedGradient(string op) =>
        new() { Op = new OpRule(op) { Share = (_, _, _, right) => right == 0 ? 1e-12 : right * (1 + 1e-12) } };

    /// <summary>
    /// Fault: the op's gradient is wrong where its first operand has a given value: 0, or where 0 is right, the upstream gradient.
    /// </summary>
    public static ModelRules WrongGradientAt(string op, double operand) =>
        new()
        {
            Op = new OpRule(op)
            {
                Where = call => Ulps.Same(call.Operands[0], operand),
                Share = (_, _, upstream, right) => right == 0 ? upstream : 0,
            },
        };
}
