using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>Replays a recorded graph with each fault of a catalogue planted, and with two of them together.</summary>
/// <param name="trace">The graph.</param>
/// <param name="ops">The ops.</param>
/// <param name="faults">The catalogue of faults.</param>
internal sealed class GraphMatches(GraphTrace trace, OpCatalogue ops, IReadOnlyList<Fault> faults)
{
    /// <summary>Largest number of nodes of a graph that is replayed as a whole.</summary>
    private const int GreatestReplayed = 200_000;

    /// <summary>Largest number of nodes of a graph in which op faults are replayed as a whole; in larger ones op by op.</summary>
    private const int GreatestReplayedByOp = 5_000;

    /// <summary>Largest number of nodes of all graphs that are replayed with two faults.</summary>
    private const long MostPairedNodes = 3_000_000;

    private readonly HashSet<string?> _used = [.. trace.Nodes.Select(n => n.Op)];

    /// <summary>Replays of the whole graph with each fault that may be in it.</summary>
    internal IReadOnlyList<Replay> Whole()
    {
        if (trace.Nodes.Count > GreatestReplayed)
            return [];
        var graph = new GraphReplay(trace, ops);
        var replays = new Replays(graph.Recorded, graph.Run(ModelRules.Right));
        if (replays.Wrong == 0)
            return [];
        return
        [
            .. faults
                .AsParallel()
                .AsOrdered()
                .Select(fault =>
                    fault switch
                    {
                        GraphFault { Forms: { } forms } f => trace.Nodes.Count > GreatestReplayedByOp
                            ? null
                            : BestForm(f, forms(trace, ops), replays, graph),
                        GraphFault { Level: FaultLevel.Graph } f => FaultDiagnosis.Best(f, rules => replays.Of(f, graph.Run(rules))),
                        GraphFault { Model.Op: { } rule } when trace.Nodes.Count <= GreatestReplayedByOp && _used.Contains(rule.Op) =>
                            FaultDiagnosis.Try(() => replays.Of(fault, graph.Run(fault.Model))),
                        { Name: NotCleared } when trace.EarlierGradients.Count > 0 => FaultDiagnosis.Try(() =>
                            replays.Of(fault, graph.Run(ModelRules.Right, earlier: true))
                        ),
                        _ => null,
                    }
                )
                .OfType<Replay>(),
        ];
    }

    /// <summary>
    /// Replays with two faults together that give all recorded numbers, one for each of the two; empty if no two do. One is in an op, the other in
    /// the way through the graph or in what was left in it.
    /// </summary>
    internal IReadOnlyList<Replay> Pair()
    {
        var inOps = faults.OfType<GraphFault>().Where(f => f.Model.Op is { } rule && _used.Contains(rule.Op)).ToList();
        var others = Others().ToList();
        if ((long)inOps.Count * others.Count * trace.Nodes.Count > MostPairedNodes)
            return [];
        var graph = new GraphReplay(trace, ops);
        var replays = new Replays(graph.Recorded, graph.Run(ModelRules.Right));
        var best = inOps
            .AsParallel()
            .AsOrdered()
            .SelectMany(op =>
                others.Select(other =>
                    (
                        Other: other.Fault,
                        Replay: FaultDiagnosis.Try(() => replays.Of(op, graph.Run(other.Rules with { Op = op.Model.Op }, other.Earlier)))
                    )
                )
            )
            .Where(p => p.Replay is { Fit: 1 })
            .OrderByDescending(p => p.Replay!.SameBits)
            .FirstOrDefault();
        return best.Replay is { } found ? [found, found with { Fault = best.Other }] : [];

        IEnumerable<(Fault Fault, ModelRules Rules, bool Earlier)> Others()
        {
            foreach (var fault in faults)
            {
                if (fault.Name == NotCleared && trace.EarlierGradients.Count > 0)
                    yield return (fault, ModelRules.Right, true);
                foreach (var rules in fault is GraphFault { Level: FaultLevel.Graph, Forms: null } f ? f.Variants.Prepend(f.Model) : [])
                    yield return (fault, rules, false);
            }
        }
    }

    /// <summary>Replays of each op that was found wrong, from the recorded numbers around it.</summary>
    internal IEnumerable<Replay> Local(IReadOnlyList<GraphFinding> findings)
    {
        var local = new LocalReplay(trace, ops);
        var suspects = findings.Select(f => f.Op).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (suspects.Count == 0)
            suspects = trace.Nodes.Select(n => n.Op).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var op in suspects)
        {
            var near = local.Near(op, findings.Select(f => f.Node).ToHashSet());
            var replays = new Replays(local.Recorded(near), local.Run(near, null));
            if (replays.Wrong == 0)
                continue;
            foreach (var fault in faults)
            {
                if (fault is GraphFault { Model.Op: { } rule } && rule.Op == op)
                    yield return replays.Of(fault, local.Run(near, rule)) with
                    {
                        Among = $" looked at around {op}",
                    };
            }
        }
    }

    private static Replay? BestForm(GraphFault fault, IEnumerable<GraphForm> forms, Replays replays, GraphReplay graph) =>
        forms
            .Select(form => FaultDiagnosis.Try(() => replays.Of(fault, graph.Run(form.Rules, leaves: form.Leaves)) with { Says = form.Says }))
            .OfType<Replay>()
            .MaxBy(r => r.Fit);

    private const string NotCleared = "gradients-not-cleared";
}
