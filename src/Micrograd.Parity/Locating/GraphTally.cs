using Micrograd.Parity.Comparing;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Traces;

namespace Micrograd.Parity.Locating;

/// <summary>Gathers what was found in a graph: mistakes one by one, honest differences by class and op.</summary>
internal sealed class GraphTally(GraphTrace graph, Consumers consumers, LocalRules rules)
{
    private readonly List<GraphFinding> _mistakes = [];
    private readonly Dictionary<(Quantity, DifferenceClass, string?), FindingGroup> _honest = [];
    private readonly Dictionary<(Quantity, string), int> _compared = [];
    private readonly Dictionary<(string Op, int Operand), RuleCount> _counts = [];
    private long _values;
    private long _gradients;
    private long _same;

    internal void AddValue(int node, GraphFinding? finding)
    {
        _values++;
        Count(Quantity.Value, graph.Nodes[node].Op!);
        Add(finding);
    }

    internal void AddGradient(int node, GraphFinding? finding)
    {
        _gradients++;
        var uses = consumers.Of(node);
        if (uses.Length == 1)
        {
            var rule = (graph.Nodes[uses[0].Consumer].Op!, uses[0].Operand);
            var count = _counts.GetValueOrDefault(rule) ?? (_counts[rule] = new RuleCount());
            count.Add(finding is not { Class: DifferenceClass.Mistake }, consumers.Of(uses[0].Consumer).Length > 1, graph.Nodes[node].Gradient != 0);
        }

        foreach (var op in uses.ToArray().Select(u => graph.Nodes[u.Consumer].Op!).Distinct())
            Count(Quantity.Gradient, op);
        Add(finding);
    }

    internal GraphReport Report(GradientCause cause, TorchWitness witness, bool isFloat32)
    {
        var mistakes = new List<GraphFinding>(_mistakes.Count);
        var blamed = cause.BlamedRules(_mistakes, _counts);
        foreach (var mistake in _mistakes)
            mistakes.Add(mistake.Quantity == Quantity.Value ? ValueFacts.Of(graph, mistake, cause, rules) : cause.Of(mistake, blamed));
        var groups = mistakes
            .GroupBy(m => (m.Quantity, m.Op, Kind: m is { Op: null, Facts: [var fact, ..] } ? (FactKind?)fact.Kind : null))
            .Select(g => Group(g.Key.Quantity, g.Key.Op, [.. g], witness))
            .OrderBy(g => g.First.Quantity)
            .ThenBy(g => g.First.Quantity == Quantity.Value ? g.First.Node : -g.First.Node)
            .ToList();
        var honest = _honest.Values.OrderBy(g => g.First.Quantity).ThenBy(g => g.Class).ThenByDescending(g => g.Count).ToList();
        return new GraphReport(graph, isFloat32, _values, _gradients, _same, mistakes, groups, honest);
    }

    private FindingGroup Group(Quantity quantity, string? op, List<GraphFinding> found, TorchWitness witness)
    {
        var confirmed = found[0] with { Right = witness.Of(found[0]) };
        return new FindingGroup(DifferenceClass.Mistake, op, found.Count, op is null ? 0 : _compared.GetValueOrDefault((quantity, op)), confirmed)
        {
            GreatestUlp = found.Max(f => Ulps.Distance(f.Recorded, f.Right)),
            Facts = [.. GroupFacts.Of(found), .. confirmed.Facts],
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
        var ulp = Ulps.Distance(finding.Recorded, finding.Right);
        var key = (finding.Quantity, finding.Class, op);
        _honest[key] = _honest.TryGetValue(key, out var group)
            ? group with { Count = group.Count + 1, GreatestUlp = Math.Max(group.GreatestUlp, ulp) }
            : new FindingGroup(finding.Class, op, 1, 0, finding) { GreatestUlp = ulp, Facts = finding.Facts };
    }

    private void Count(Quantity quantity, string op) => _compared[(quantity, op)] = _compared.GetValueOrDefault((quantity, op)) + 1;
}

/// <summary>How often a rule's share was seen alone at a node, right or wrong.</summary>
internal sealed class RuleCount
{
    /// <summary>How often it was right, at consumers that are used once.</summary>
    internal int RightUnshared { get; private set; }

    /// <summary>How often it was wrong at consumers that are used once.</summary>
    internal int WrongUnshared { get; private set; }

    /// <summary>How often it was wrong at consumers that are used more than once.</summary>
    internal int WrongShared { get; private set; }

    internal void Add(bool right, bool isConsumerShared, bool isTelling)
    {
        if (right)
            RightUnshared += isConsumerShared || !isTelling ? 0 : 1;
        else if (isConsumerShared)
            WrongShared++;
        else
            WrongUnshared++;
    }
}
