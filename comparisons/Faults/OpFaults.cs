using System.Globalization;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>
/// Faults in the rule of one operation, generated for every op of the catalogue: each general kind of fault for each operand, and those
/// that <see cref="Derivatives"/> lists. One is kept where it changes a number at the op's points (<see cref="OpFaultPoints"/>) and differs
/// there from those before it: two that agree everywhere are one fault.
/// </summary>
internal static class OpFaults
{
    private static readonly Lazy<IReadOnlyList<GraphFault>> s_all = new(() =>
        [.. ParitySuite.Default.Ops.All.AsParallel().AsOrdered().SelectMany(op => Distinct(op, Candidates(op)))]
    );

    public static IReadOnlyList<GraphFault> All => s_all.Value;

    private static IEnumerable<GraphFault> Distinct(Op op, IEnumerable<(OpFaultText Text, OpRule Rule)> candidates)
    {
        var points = OpFaultPoints.Of(op);
        var program = OpFaultPoints.Program(op, points);
        var met = new List<double[]> { OpFaultPoints.Numbers(op, points, new OpRule(op.Name)) };
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (text, rule) in candidates)
        {
            var numbers = OpFaultPoints.Numbers(op, points, rule);
            if (met.Exists(m => OpFaultPoints.Same(m, numbers)))
                continue;
            met.Add(numbers);
            var count = names[text.Name] = names.GetValueOrDefault(text.Name) + 1;
            var name = count == 1 ? text.Name : string.Create(CultureInfo.InvariantCulture, $"{text.Name}-{count}");
            yield return new GraphFault(name, FaultLevel.Op, text.Title, program)
            {
                Model = new ModelRules { Op = rule },
                What = text.What,
                Effect = text.Effect,
                Example = OpFaultPoints.Example(op, points, rule),
                Repair = text.Repair,
            };
        }
    }

    private static IEnumerable<(OpFaultText Text, OpRule Rule)> Candidates(Op op)
    {
        var rows = Derivatives.Of(op);
        var text = new OpFaultText.Writer(op, rows);
        var operands = op.Arity == Op.Any ? 1 : op.Arity;
        for (var k = 0; k < operands; k++)
        {
            if (k == op.Condition)
                continue;
            var operand = k;
            yield return (text.Sign(k), Share((_, _, right) => -right));
            yield return (text.MissingUpstream(k), Share((call, _, _) => call.Shares(1)[operand]));
            yield return (text.MissingDerivative(k), Share((_, g, _) => g));
            yield return (text.MissingShare(k), Share((_, _, _) => 0));
            foreach (var wrong in rows.Wrong.Where(w => w.Operand == operand))
                yield return (
                    text.Listed(wrong.Kind, k, wrong.Text),
                    Share((call, g, _) => wrong.Code(g, call.Operands, call.Result, call.Settings))
                );
            yield return (text.Constant(k), Share((_, _, _) => 1));

            OpRule Share(Func<OpCall, double, double, double> share) =>
                new(op.Name) { Share = (call, at, g, right) => at == operand || op.Arity == Op.Any ? share(call, g, right) : right };
        }

        if (operands == 1 && op.Arity == 1)
        {
            yield return (
                text.AtOutput(),
                new OpRule(op.Name) { Share = (call, _, g, _) => OpCall.Create(op, [call.Result], call.Settings).Shares(g)[0] }
            );
            if (rows.FromOutput is { } output)
            {
                yield return (
                    text.OutputFormulaAtInput(output.Text),
                    new OpRule(op.Name) { Share = (call, _, g, _) => g * output.Code(call.Operands[0], call.Settings) }
                );
            }

            foreach (var below in new[] { true, false })
            {
                yield return (
                    text.Branch(below),
                    new OpRule(op.Name)
                    {
                        Where = call => OpFaultPoints.Kinks(op, call.Settings).Contains(call.Operands[0]),
                        Share = (call, _, g, _) => OpCall.Create(op, [Beside(call.Operands[0], below)], call.Settings).Shares(g)[0],
                    }
                );
            }
        }

        foreach (var tie in rows.Ties)
        {
            yield return (
                text.Tie(tie.Text),
                new OpRule(op.Name)
                {
                    Where = call => call.Operands[0] == call.Operands[1],
                    Share = (_, k, g, _) => g * (k == 0 ? tie.First : tie.Second),
                }
            );
        }

        foreach (var special in OpSpecialFaults.Of(op))
            yield return special;
        if (Exchange.Of(op) is { } exchanged)
        {
            yield return (text.OperandsExchanged(), exchanged);
            if (operands > 1)
                yield return (text.SharesExchanged(), new OpRule(op.Name) { Share = Exchange.OfShares(op) });
        }
    }

    private static double Beside(double x, bool below) => below ? Math.BitDecrement(x) : Math.BitIncrement(x);
}
