using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Collects facts about a wrong value.</summary>
internal static class ValueFacts
{
    internal static GraphFinding Add(GraphTrace graph, GraphFinding finding, GradientCause cause, LocalRules rules)
    {
        var node = graph.Nodes[finding.Node];
        var facts = cause.Plain(finding).ToList();
        if (node.Operands.Count == 2)
        {
            var exchanged = rules.Value(node, [.. node.Inputs().Reverse()]);
            if (cause.Near(finding.Recorded, exchanged))
                facts.Add(new Fact(FactKind.OperandsExchanged, "is the op's value with the operands exchanged"));
        }

        return finding with
        {
            Facts = facts,
        };
    }
}

/// <summary>Collects facts that hold for a whole group of findings.</summary>
internal static class GroupFacts
{
    private const double Constant = 1e-9;

    internal static IEnumerable<Fact> Find(IReadOnlyList<GraphFinding> found)
    {
        if (found.Count < 2)
            yield break;
        var ratios = found.Where(f => f.Right != 0 && double.IsFinite(f.Recorded / f.Right)).Select(f => f.Recorded / f.Right).ToList();
        if (ratios.Count == found.Count && ratios.Max() - ratios.Min() <= Constant * Math.Abs(ratios[0]))
            yield return new Fact(FactKind.ConstantRatio, $"recorded over right is {ratios[0]:G6} at all {found.Count}", ratios[0]);
        var upstreams = found.Count(f => f.Facts.Any(x => x.Kind == FactKind.OnlyWhereUpstreamIsNotOne));
        if (found[0].Quantity == Quantity.Gradient && found[0].Op is not null && upstreams == found.Count)
            yield return new Fact(FactKind.OnlyWhereUpstreamIsNotOne, $"all {found.Count} are the derivative without the upstream gradient");
    }
}
