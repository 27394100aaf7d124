using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// Checks recorded graphs node by node: each value against the op's result at the operands' recorded values, each gradient against
/// the sum of the consumers' VJPs at their recorded gradients. A wrong number therefore shows where it arises, not where it spreads.
/// </summary>
internal sealed class GraphCheck
{
    private const int BetweenLooks = 1024;

    private readonly OpCatalogue _ops;
    private readonly LocalRules _rules;
    private readonly bool? _isFloat32;
    private readonly PrecisionEvidence _evidence = new([]);

    /// <summary>Creates a check for the graphs of one file.</summary>
    /// <param name="ops">The catalogue.</param>
    /// <param name="isFloat32">True if the engine computes in float32; null to infer it from the recorded numbers.</param>
    public GraphCheck(OpCatalogue ops, bool? isFloat32)
    {
        (_ops, _isFloat32) = (ops, isFloat32);
        _rules = new LocalRules(ops);
    }

    /// <summary>True if the engine computes in float32: declared by the file, or inferred from all graphs checked so far.</summary>
    internal bool IsFloat32 => _isFloat32 ?? _evidence.IsFloat32;

    /// <summary>True if <see cref="IsFloat32"/> is settled: the file declares it, or enough numbers have been seen.</summary>
    internal bool KnowsPrecision => _isFloat32 is not null || _evidence.IsFirm;

    /// <summary>Sentence on the precision: what it is taken for, and why.</summary>
    internal string Precision => _evidence.Says(_isFloat32);

    /// <summary>Checks a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="progress">Called from time to time with the fraction done (0 to 1).</param>
    /// <param name="cancellation">Cancels the check.</param>
    public GraphReport Check(GraphTrace graph, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        var seen = new PrecisionEvidence(Given(graph));
        var report = Check(graph, IsFloat32 || (!KnowsPrecision && LooksLikeFloat32(graph)), seen, progress, cancellation);
        _evidence.Add(seen);
        return report.IsFloat32 == IsFloat32 ? report : CheckAgain(graph, cancellation);
    }

    /// <summary>Checks a graph again after other graphs have settled the engine's precision.</summary>
    internal GraphReport CheckAgain(GraphTrace graph, CancellationToken cancellation) => Check(graph, IsFloat32, new([]), null, cancellation);

    private static IEnumerable<double> Given(GraphTrace graph) => graph.Nodes.Where(n => n.Op is null).Select(n => n.Value).Append(graph.Upstream);

    /// <summary>Guesses the precision up front, so that few graphs are checked twice.</summary>
    private static bool LooksLikeFloat32(GraphTrace graph)
    {
        var seen = new PrecisionEvidence(Given(graph));
        foreach (var node in graph.Nodes)
        {
            if (node.Op is not null)
                seen.Add(node.Value);
            if (node.Gradient is { } gradient)
                seen.Add(gradient);
        }

        return seen.IsFloat32;
    }

    private GraphReport Check(GraphTrace graph, bool isFloat32, PrecisionEvidence seen, Action<double>? progress, CancellationToken cancellation)
    {
        var consumers = new Consumers(graph, _ops);
        var judge = new GraphJudge(graph, consumers, _rules, isFloat32);
        var tally = new GraphTally(graph, consumers, _rules);
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            Look(i);
            if (graph.Nodes[i].Op is null)
                continue;
            var finding = judge.Value(i);
            tally.AddValue(i, finding);
            seen.Add(graph.Nodes[i].Value, finding?.Right ?? graph.Nodes[i].Value);
        }

        var passed = Backward(graph, consumers, judge, tally, seen, i => Look((2 * graph.Nodes.Count) - i));
        var cause = new GradientCause(graph, consumers, judge, passed, isFloat32);
        return tally.Report(cause, new TorchWitness(graph, consumers, passed, _ops), isFloat32) with
        {
            Wiring = graph.Meant is null ? null : WiringCheck.Check(graph, _ops, isFloat32),
        };

        void Look(int done)
        {
            if (done % BetweenLooks != 0)
                return;
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(done / (2.0 * graph.Nodes.Count));
        }
    }

    /// <summary>Judges every gradient, and returns the gradient that each node backpropagates: as recorded, or as it should be.</summary>
    private double?[] Backward(GraphTrace graph, Consumers consumers, GraphJudge judge, GraphTally tally, PrecisionEvidence seen, Action<int> look)
    {
        var gradients = new double?[graph.Nodes.Count];
        if (!graph.Nodes.Any(n => n.Gradient is not null))
            return gradients;
        gradients[graph.Root] = graph.Upstream;
        for (var i = gradients.Length - 1; i >= 0; i--)
        {
            look(i);
            var node = graph.Nodes[i];
            var right = gradients[i];
            gradients[i] = node.Gradient ?? right;
            if (node.Gradient is { } recorded)
            {
                var finding = judge.Gradient(i, consumers.Reaches(i) ? right : null, gradients);
                tally.AddGradient(i, finding, gradients);
                seen.Add(recorded, finding?.Right ?? recorded);
            }

            if (node.Op is not null && consumers.Reaches(i) && gradients[i] is { } upstream)
                _rules.Add(node, upstream, gradients);
        }

        return gradients;
    }
}
