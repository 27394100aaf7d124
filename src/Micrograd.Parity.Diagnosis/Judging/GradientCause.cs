using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Programs;
using Share = Micrograd.Parity.Diagnosis.Judging.GraphJudge.Share;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>Decides whether an op's VJP or gradient accumulation caused a wrong gradient, and collects facts about it.</summary>
internal sealed class GradientCause(GraphTrace graph, Consumers consumers, GraphJudge judge, double?[] passed, bool isFloat32)
{
    /// <summary>Relative tolerance for stating a fact. Facts are hints: no verdict depends on them.</summary>
    private readonly double _near = isFloat32 ? 1e-5 : 1e-12;

    /// <summary>Causes found in the whole graph.</summary>
    /// <param name="Rules">VJP rules that are wrong themselves.</param>
    /// <param name="PassesOnWrongly">True if nodes backpropagate something other than their complete gradient, or do so more than once.</param>
    internal sealed record Culprits(HashSet<OperandRule> Rules, bool PassesOnWrongly);

    /// <summary>
    /// Finds the causes from the nodes that are used once, whose gradient is a single VJP. A wrong rule is wrong by itself; but if the VJPs of
    /// several ops are wrong, and one of these rules is right elsewhere or is trivial (add, sub), the rules are not the cause: nodes backpropagate
    /// something other than their gradient.
    /// </summary>
    /// <param name="mistakes">All findings of class <see cref="DifferenceClass.Mistake"/>.</param>
    /// <param name="right">Number of times each rule was right at such nodes with an upstream gradient other than 1.</param>
    internal Culprits Blame(IReadOnlyList<GraphFinding> mistakes, IReadOnlyDictionary<OperandRule, int> right)
    {
        var wrong = mistakes
            .Where(m => m.Quantity == Quantity.Gradient && consumers.Of(m.Node).Length == 1 && consumers.Reaches(m.Node))
            .GroupBy(m => OperandRule.From(graph, consumers.Of(m.Node)[0].Consumer, consumers.Of(m.Node)[0].Operand))
            .ToDictionary(g => g.Key, g => g.ToList());
        var explained = wrong.Where(w => !right.ContainsKey(w.Key) && w.Value.TrueForAll(IsOfRule)).Select(w => w.Key).ToHashSet();
        var open = wrong.Where(w => !explained.Contains(w.Key)).ToList();
        var severalOps = open.Select(w => w.Key.Op).Distinct().Count() > 1;
        var passesOnWrongly =
            open.Exists(w =>
                right.ContainsKey(w.Key) ? severalOps || w.Value.TrueForAll(HasSharedConsumer) : severalOps && w.Key.Op is "add" or "sub"
            ) || (open.Count > 0 && open.TrueForAll(w => w.Value.TrueForAll(m => OtherUpstream(m, consumers.Of(m.Node)[0].Consumer) is not null)));
        return new Culprits(passesOnWrongly ? explained : [.. wrong.Keys], passesOnWrongly);
    }

    internal GraphFinding Explain(GraphFinding mistake, Culprits blame)
    {
        if (!consumers.Reaches(mistake.Node) || mistake.Node == graph.Root)
            return mistake with { Facts = [.. Plain(mistake)] };
        var shares = judge.Shares(mistake.Node, passed, recomputed: false);
        var wrong = shares.Where(s => blame.Rules.Contains(OperandRule.From(graph, s.Consumer, s.Operand))).ToList();
        if (wrong.Count > 0)
        {
            return mistake with
            {
                Op = graph.Nodes[wrong[0].Consumer].Op,
                Operand = wrong[0].Operand,
                Facts = [.. Plain(mistake), .. shares.Count == 1 ? OfRule(mistake, shares[0]) : []],
            };
        }

        var facts = new List<Fact>();
        if (graph.EarlierGradients.TryGetValue(mistake.Node, out var earlier))
            facts.Add(new Fact(FactKind.AddsEarlier, "is the right one and what the graph before left: gradients were not cleared", earlier));
        if (shares.Count > 1)
            facts.AddRange(OfGathering(mistake, shares));
        else if (shares.Count == 1 && OtherUpstream(mistake, shares[0].Consumer) is { } upstream)
            facts.Add(upstream);
        facts.AddRange(Plain(mistake));
        var ops = shares.Select(s => graph.Nodes[s.Consumer].Op!).Distinct().ToList();
        return facts.Count == 0 && ops.Count == 1 && !blame.PassesOnWrongly ? mistake with { Op = ops[0] } : mistake with { Facts = facts };
    }

    internal bool Near(double a, double b) => a.Equals(b) || Math.Abs(a - b) <= _near * Math.Max(Math.Abs(a), Math.Abs(b));

    /// <summary>Finds facts from the two numbers alone, without the neighbouring nodes.</summary>
    internal IEnumerable<Fact> Plain(GraphFinding finding)
    {
        var (recorded, right) = (finding.Recorded, finding.Right);
        if (double.IsFinite(recorded) != double.IsFinite(right))
            yield return new Fact(FactKind.NotFinite, double.IsFinite(right) ? "is not finite" : "is finite, where PyTorch's is not");
        else if (finding.Quantity == Quantity.Gradient && recorded == 0)
            yield return new Fact(FactKind.NoneArrived, "is 0: nothing arrived");
        else if (right != 0 && Near(recorded, -right))
            yield return new Fact(FactKind.OppositeSign, "has the other sign", -1);
        else if (Math.Round(recorded / right) is var k && Math.Abs(k) is >= 2 and <= 64 && Near(recorded, k * right))
            yield return new Fact(FactKind.WholeMultiple, $"is {NumberText.Of(k)} times the right one", k);
    }

    private bool HasSharedConsumer(GraphFinding mistake) => consumers.Of(consumers.Of(mistake.Node)[0].Consumer).Length > 1;

    /// <summary>True if a single VJP is wrong the way a rule is wrong: opposite sign, or missing upstream gradient.</summary>
    private bool IsOfRule(GraphFinding mistake)
    {
        var upstream = passed[consumers.Of(mistake.Node)[0].Consumer];
        return mistake.Right != 0
            && (Near(mistake.Recorded, -mistake.Right) || (upstream is { } g && g != 1 && g != 0 && Near(mistake.Recorded, mistake.Right / g)));
    }

    private IEnumerable<Fact> OfRule(GraphFinding mistake, Share share)
    {
        if (passed[share.Consumer] is { } upstream && upstream != 1 && upstream != 0 && Near(mistake.Recorded, mistake.Right / upstream))
        {
            yield return new Fact(
                FactKind.OnlyWhereUpstreamIsNotOne,
                "is the derivative without the upstream gradient: right only where that is 1",
                upstream
            );
        }
    }

    private IEnumerable<Fact> OfGathering(GraphFinding mistake, List<Share> shares)
    {
        foreach (var share in shares)
        {
            if (Near(mistake.Recorded, share.Number))
            {
                yield return new Fact(
                    FactKind.OneShare,
                    $"is what {graph.Nodes[share.Consumer]} alone passes on: assigned in place of added",
                    share.Consumer
                );
                yield break;
            }
        }

        foreach (var share in shares)
        {
            if (shares.Count > 2 && Near(mistake.Recorded, mistake.Right - share.Number))
                yield return new Fact(FactKind.MissingShares, $"lacks what {graph.Nodes[share.Consumer]} passes on", share.Consumer);
        }

        foreach (var share in shares)
        {
            if (Near(mistake.Recorded, mistake.Right + share.Number) && share.Number != 0)
                yield return new Fact(FactKind.TwiceShare, $"has what {graph.Nodes[share.Consumer]} passes on twice", share.Consumer);
        }
    }

    /// <summary>
    /// Finds whether the only consumer backpropagated a gradient other than its recorded one: a partial sum of its own contributions,
    /// or every partial sum in turn. This can be computed because a VJP is proportional to the upstream gradient.
    /// </summary>
    private Fact? OtherUpstream(GraphFinding mistake, int consumer)
    {
        var (recorded, right) = (mistake.Recorded, mistake.Right);
        if (passed[consumer] is not { } whole || right == 0 || !double.IsFinite(recorded / right))
            return null;
        var upstream = whole * (recorded / right);
        var arrivals = judge.Shares(consumer, passed, recomputed: false).ConvertAll(s => s.Number);
        if (arrivals.Count < 2)
            return null;
        foreach (var order in new[] { arrivals, [.. Enumerable.Reverse(arrivals)] })
        {
            var (sum, sumOfSums) = (0.0, 0.0);
            for (var k = 0; k < order.Count; k++)
            {
                sum += order[k];
                sumOfSums += sum;
                if (Near(upstream, order[k]) || (k < order.Count - 1 && Near(upstream, sum)))
                {
                    return new Fact(
                        FactKind.OtherUpstream,
                        $"follows from a gradient of {TraceJson.Shown(upstream)} at {graph.Nodes[consumer]}: it passed on before all of it had arrived",
                        upstream
                    );
                }
            }

            if (Near(upstream, sumOfSums))
            {
                return new Fact(
                    FactKind.OtherUpstream,
                    $"follows from {graph.Nodes[consumer]} passing on what it had at each of {order.Count} arrivals: it did not wait for all of it",
                    upstream
                );
            }
        }

        var times = Math.Round(upstream / whole);
        return times >= 2 && times <= arrivals.Count && Near(upstream, times * whole)
            ? new Fact(
                FactKind.OtherUpstream,
                $"follows from {graph.Nodes[consumer]} passing on {NumberText.Of(times)} times: it was visited more than once",
                upstream
            )
            : null;
    }
}
