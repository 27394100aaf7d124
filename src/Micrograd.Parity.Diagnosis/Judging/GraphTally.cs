using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Collects the findings of a graph: mistakes one by one, benign rounding by class and op.</summary>
internal sealed class GraphTally(GraphTrace graph, Consumers consumers, LocalRules rules)
{
    private readonly List<GraphFinding> _mistakes = [];
    private readonly Dictionary<(Quantity, DifferenceClass, string?), FindingGroup> _honest = [];
    private readonly Dictionary<(Quantity, string), int> _compared = [];
    private readonly Dictionary<OperandRule, int> _right = [];
    private readonly Dictionary<(string Op, int Operand), bool> _rules = [];
    private long _values;
    private long _gradients;
    private long _same;

    internal void AddValue(int node, GraphFinding? finding)
    {
        _values++;
        Count(Quantity.Value, graph.Nodes[node].Op!);
        Add(finding);
    }

    /// <param name="node">The node.</param>
    /// <param name="finding">The judgement of its gradient; null for the same bits.</param>
    /// <param name="passed">Gradient that each node backpropagates.</param>
    internal void AddGradient(int node, GraphFinding? finding, double?[] passed)
    {
        _gradients++;
        var uses = consumers.Of(node);
        if (uses.Length == 1 && finding is not { Class: DifferenceClass.Mistake } && graph.Nodes[node].Gradient != 0 && passed[uses[0].Consumer] != 1)
        {
            var rule = OperandRule.From(graph, uses[0].Consumer, uses[0].Operand);
            _right[rule] = _right.GetValueOrDefault(rule) + 1;
        }

        foreach (var use in uses)
        {
            var rule = (graph.Nodes[use.Consumer].Op!, use.Operand);
            _rules[rule] = _rules.GetValueOrDefault(rule) || (passed[use.Consumer] is not (null or 0 or 1) && graph.Nodes[node].Gradient != 0);
        }

        if (uses.Length == 1)
            Count(Quantity.Gradient, graph.Nodes[uses[0].Consumer].Op!);
        else
            CountOnce(uses);

        Add(finding);
    }

    internal GraphReport Report(GradientCause cause, TorchWitness witness, bool isFloat32)
    {
        var mistakes = new List<GraphFinding>(_mistakes.Count);
        var blame = cause.Blame(_mistakes, _right);
        foreach (var mistake in _mistakes)
            mistakes.Add(mistake.Quantity == Quantity.Value ? ValueFacts.Add(graph, mistake, cause, rules) : cause.Explain(mistake, blame));
        var groups = mistakes
            .GroupBy(m =>
                (m.Quantity, m.Op, Kind: blame.PassesOnWrongly || m.Op is not null || m.Facts.Count == 0 ? null : (FactKind?)m.Facts[0].Kind)
            )
            .Select(g => Group(g.Key.Quantity, g.Key.Op, [.. g], witness))
            .OrderBy(g => g.First.Quantity)
            .ThenBy(g => g.First.Quantity == Quantity.Value ? g.First.Node : -g.First.Node)
            .ToList();
        var honest = _honest.Values.OrderBy(g => g.First.Quantity).ThenBy(g => g.Class).ThenByDescending(g => g.Count).ToList();
        return new GraphReport(graph, isFloat32, _values, _gradients, _same, mistakes, groups, honest) { Rules = _rules };
    }

    private FindingGroup Group(Quantity quantity, string? op, List<GraphFinding> found, TorchWitness witness)
    {
        var confirmed = found[0] with { Right = witness.Compute(found[0]) };
        return new FindingGroup(DifferenceClass.Mistake, op, found.Count, op is null ? 0 : _compared.GetValueOrDefault((quantity, op)), confirmed)
        {
            GreatestUlp = found.Max(f => Ulps.Distance(f.Recorded, f.Right)),
            Facts = [.. GroupFacts.Find(found), .. confirmed.Facts],
        };
    }

    private void Add(GraphFinding? finding)
    {
        if (finding is null)
        {
            _same++;
            return;
        }

        if (finding.Class == DifferenceClass.Mistake)
        {
            _mistakes.Add(finding);
            return;
        }

        var op = finding.Op;
        var ulp =
            finding.Class == DifferenceClass.Float32Rounding
                ? FloatDistance((float)finding.Recorded, (float)finding.Right)
                : Ulps.Distance(finding.Recorded, finding.Right);
        var key = (finding.Quantity, finding.Class, op);
        _honest[key] = _honest.TryGetValue(key, out var group)
            ? group with
            {
                Count = group.Count + 1,
                GreatestUlp = Math.Max(group.GreatestUlp, ulp),
            }
            : new FindingGroup(finding.Class, op, 1, 0, finding) { GreatestUlp = ulp, Facts = finding.Facts };
    }

    private static ulong FloatDistance(float a, float b)
    {
        return (ulong)Math.Abs(Order(a) - Order(b));

        static long Order(float x)
        {
            var bits = BitConverter.SingleToInt32Bits(x);
            return bits >= 0 ? bits : int.MinValue - (long)bits;
        }
    }

    private void CountOnce(ReadOnlySpan<Consumers.Use> uses)
    {
        var ops = new HashSet<string>();
        foreach (var use in uses)
        {
            if (ops.Add(graph.Nodes[use.Consumer].Op!))
                Count(Quantity.Gradient, graph.Nodes[use.Consumer].Op!);
        }
    }

    private void Count(Quantity quantity, string op) => _compared[(quantity, op)] = _compared.GetValueOrDefault((quantity, op)) + 1;
}
