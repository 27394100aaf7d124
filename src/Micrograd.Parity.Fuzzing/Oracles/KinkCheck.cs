using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing.Oracles;

/// <summary>One-sided derivatives where an op of one or two operands has a kink or a jump, beside the gradients there.</summary>
internal static class KinkCheck
{
    /// <summary>The other operand of two; where the varied one equals it, they tie.</summary>
    private const double Other = 0.5;

    internal static IReadOnlyList<KinkSlopes> Check(Op op, IReadOnlyList<double> settings, OpCatalogue ops, RunContext context)
    {
        if (op.Arity is not (1 or 2))
            return [];
        var program = Program.OfOp(op.Name, op.Name, op.Arity, settings);
        var candidates = op
            .Kinks.Concat(settings)
            .Concat(settings.Select(s => -s))
            .Concat(op.Arity == 2 ? [0, Other, -Other] : [])
            .Where(double.IsFinite)
            .Select(x => x + 0.0)
            .Distinct()
            .Order();
        var kinks = new List<KinkSlopes>();
        foreach (var x in candidates)
        {
            for (var k = 0; k < op.Arity; k++)
            {
                double[] point =
                    op.Arity == 1 ? [x]
                    : k == 0 ? [x, Other]
                    : [Other, x];
                if (At(program, new ProgramInput(point, [1]), k, ops, context) is { } slopes)
                    kinks.Add(slopes);
            }
        }

        return kinks;
    }

    /// <summary>Returns null if the one-sided derivatives agree within their errors, or if the op has no values on one side.</summary>
    private static KinkSlopes? At(Program program, ProgramInput input, int operand, OpCatalogue ops, RunContext context)
    {
        var differences = new FiniteDifferences(context.Ours, ops, program, input, operand);
        var left = differences.OneSided(-1, out var jumpsLeft);
        var right = differences.OneSided(1, out var jumpsRight);
        if (left is not { } l || right is not { } r)
            return null;
        if (!jumpsLeft && !jumpsRight && Math.Abs(l.Value - r.Value) <= l.Error + r.Error)
            return null;
        var ours = context.Ours.Run(program, input).Gradients[operand];
        var theirs = context.Theirs.Run(program, input).Gradients[operand];
        var at = string.Join(", ", input.Numbers.Select(x => Difference.Show(x)));
        return new KinkSlopes(
            input.Numbers.Length == 1 ? at : string.Create(CultureInfo.InvariantCulture, $"{at}, operand {operand + 1}"),
            jumpsLeft ? null : l.Value,
            jumpsRight ? null : r.Value,
            ours,
            theirs
        );
    }
}
