using Micrograd.Parity.Engines;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>
/// The rules by which the model engine computes. <see cref="Right"/> gives the engine's bits; a mistake is planted by replacing one rule.
/// </summary>
public sealed record ModelRules
{
    /// <summary>No mistake.</summary>
    public static ModelRules Right { get; } = new();

    /// <summary>A wrong rule of one op; null where all are the engine's.</summary>
    public OpRule? Op { get; init; }

    /// <summary>
    /// What a gradient becomes, from what it was and the share that arrives; null where shares are added in the engine's order.
    /// </summary>
    public Func<double, double, double>? Gather { get; init; }

    /// <summary>How a backward pass goes through the graph; null for the reverse order of creation.</summary>
    public ModelSweep? Sweep { get; init; }
}

/// <summary>A backward pass over a graph.</summary>
/// <param name="tape">The graph.</param>
/// <param name="root">The node it starts from.</param>
/// <param name="upstream">The root's own gradient.</param>
public delegate void ModelSweep(ModelTape tape, int root, double upstream);

/// <summary>A wrong rule of an op.</summary>
/// <param name="Op">The op's name in the catalogue.</param>
public sealed record OpRule(string Op)
{
    /// <summary>The op's number; null where it is right.</summary>
    public Func<OpCall, double>? Value { get; init; }

    /// <summary>What an operand receives; null where it is right.</summary>
    public ShareRule? Share { get; init; }

    /// <summary>Whether the rule holds for a call; elsewhere the op is right.</summary>
    public Func<OpCall, bool> Where { get; init; } = _ => true;
}

/// <summary>What an operand receives.</summary>
/// <param name="call">The op's call.</param>
/// <param name="operand">Which operand, from 0.</param>
/// <param name="upstream">The gradient of the op's result.</param>
/// <param name="right">What PyTorch passes on.</param>
public delegate double ShareRule(OpCall call, int operand, double upstream, double right);

/// <summary>One call of an op.</summary>
/// <param name="Op">The op's row.</param>
/// <param name="Operands">Its operands' numbers.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Result">Its right result.</param>
public readonly record struct OpCall(Op Op, double[] Operands, double[] Settings, double Result)
{
    /// <summary>A call, computed by the engine's rule.</summary>
    public static OpCall Of(Op op, double[] operands, double[] settings)
    {
        ArgumentNullException.ThrowIfNull(op);
        using var step = HarnessTape.BeginStep();
        return new OpCall(op, operands, settings, op.Ours(Array.ConvertAll(operands, Value.Constant), settings).Data);
    }

    /// <summary>What each operand receives by the engine's rule; 0 where nothing arrives.</summary>
    public double[] Shares(double upstream)
    {
        using var step = HarnessTape.BeginStep();
        var condition = Op.Condition;
        var leaves = new Value[Operands.Length];
        for (var k = 0; k < leaves.Length; k++)
            leaves[k] = k == condition ? Value.Constant(Operands[k]) : new Value(Operands[k]);
        Op.Ours(leaves, Settings).Backward(upstream);
        return Array.ConvertAll(leaves, leaf => leaf.HasGrad ? leaf.Grad : 0);
    }
}
