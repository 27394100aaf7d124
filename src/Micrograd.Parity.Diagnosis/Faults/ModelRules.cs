using Micrograd.Parity.Engines;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>
/// The rules by which the model engine computes. <see cref="Right"/> gives the engine's bits; a fault is planted by replacing one rule.
/// </summary>
internal sealed record ModelRules
{
    /// <summary>Rules without a planted fault.</summary>
    public static ModelRules Right { get; } = new();

    /// <summary>Faulty rule of one op; null if all are the engine's.</summary>
    public OpRule? Op { get; init; }

    /// <summary>An op's value by another composition of operations; null if all are the engine's.</summary>
    public Func<OpCall, double>? Composition { get; init; }

    /// <summary>Rounds every number that is computed, to an engine's format; null for doubles.</summary>
    public Func<double, double>? Rounding { get; init; }

    /// <summary>
    /// Accumulates a contribution into a gradient, from the gradient so far and the contribution; null to add in the engine's order.
    /// </summary>
    public Func<double, double, double>? Gather { get; init; }

    /// <summary>Traversal of the graph in a backward pass; null for the reverse order of creation.</summary>
    public ModelSweep? Sweep { get; init; }
}

/// <summary>A backward pass over a graph.</summary>
/// <param name="tape">The graph.</param>
/// <param name="root">The node it starts from.</param>
/// <param name="upstream">The root's own gradient.</param>
internal delegate void ModelSweep(ModelTape tape, int root, double upstream);

/// <summary>A faulty rule of an op.</summary>
/// <param name="Op">The op's name in the catalogue.</param>
internal sealed record OpRule(string Op)
{
    /// <summary>Faulty value of the op; null if the value is right.</summary>
    public Func<OpCall, double>? Value { get; init; }

    /// <summary>Faulty VJP of the op; null if the VJP is right.</summary>
    public ShareRule? Share { get; init; }

    /// <summary>True for the calls that the rule applies to; for others the op is right.</summary>
    public Func<OpCall, bool> Where { get; init; } = _ => true;
}

/// <summary>Computes an op's contribution to the gradient of one operand (its VJP).</summary>
/// <param name="call">The op's call.</param>
/// <param name="operand">Index of the operand, from 0.</param>
/// <param name="upstream">The gradient of the op's result.</param>
/// <param name="right">The right contribution.</param>
internal delegate double ShareRule(OpCall call, int operand, double upstream, double right);

/// <summary>One call of an op.</summary>
/// <param name="Op">The op's row.</param>
/// <param name="Operands">Its operands' numbers.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Result">Its right result.</param>
internal readonly record struct OpCall(Op Op, double[] Operands, double[] Settings, double Result)
{
    /// <summary>Creates a call, computed by the right rule.</summary>
    public static OpCall Create(Op op, double[] operands, double[] settings)
    {
        return new OpCall(op, operands, settings, VerifiedRules.Value(op, operands, settings));
    }

    /// <summary>Contributions to the gradients of the operands by the right rule; 0 where there is none.</summary>
    public double[] Shares(double upstream) => Array.ConvertAll(VerifiedRules.Shares(Op, Operands, Settings, upstream), share => share ?? 0);
}
