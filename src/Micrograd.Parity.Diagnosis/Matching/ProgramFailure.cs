using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>
/// Diagnoses a program on which the two sides differ. First each op by itself: PyTorch computes it at our operands and for our upstream
/// gradient. If its numbers are ours, the ops are right, and gradient accumulation is wrong.
/// </summary>
internal sealed class ProgramFailure
{
    /// <summary>Largest number of nodes of a program that is diagnosed.</summary>
    private const int MostNodes = 2_000;

    private readonly Program _program;
    private readonly Trace _ours;
    private readonly RunContext _context;
    private readonly OpCatalogue _ops;
    private readonly bool _hasOnePass;
    private readonly int[] _uses;

    private ProgramFailure(Program program, Trace ours, OpCatalogue ops, RunContext context)
    {
        (_program, _ours, _ops, _context) = (program, ours, ops, context);
        _hasOnePass = program.Passes.Count == 1;
        _uses = new int[program.Nodes.Count];
        foreach (var operand in program.Nodes.SelectMany(n => n.Operands))
            _uses[operand]++;
    }

    /// <summary>Diagnoses a program at an input; null if it is too large.</summary>
    internal static FailureDiagnosis? Diagnose(Program program, ProgramInput input, OpCatalogue ops, RunContext context, IDiagnosis diagnosis)
    {
        if (program.Nodes.Count > MostNodes)
            return null;
        var failure = new ProgramFailure(program, context.Ours.Run(program, input), ops, context);
        return failure.InAnOp(diagnosis) ?? failure.InTheGraph(input, diagnosis);
    }

    /// <summary>Diagnoses the ops whose numbers differ from PyTorch's at our operands, in the order of the program; null if all are right.</summary>
    private FailureDiagnosis? InAnOp(IDiagnosis diagnosis)
    {
        var calls = new List<(int Node, OpObservation Call)>();
        for (var i = 0; i < _program.Nodes.Count; i++)
        {
            if (_program.Nodes[i].Op is not null)
                calls.Add((i, Observe(i)));
        }

        var findings = new List<FailureFinding>();
        var causes = new List<Explanation>();
        foreach (var ofOp in calls.GroupBy(c => _program.Nodes[c.Node].Op!))
        {
            var op = _ops[ofOp.Key];
            List<OpObservation> observed = [.. ofOp.Select(c => c.Call)];
            var found = OpFailure.Findings(op, observed);
            if (found.Count == 0)
                continue;
            var first = ofOp.First(c => OpFailure.Findings(op, [c.Call]).Count > 0).Node;
            findings.AddRange(
                found.Select(
                    (f, i) =>
                        i > 0
                            ? f
                            : f with
                            {
                                Facts = [$"the first is {TraceComparer.Describe(_program, first)}, at our operands and for our gradient", .. f.Facts],
                            }
                )
            );
            causes.AddRange(diagnosis.Explain(op, observed));
        }

        return findings.Count == 0 ? null : new FailureDiagnosis(findings, causes);
    }

    /// <summary>Findings of a check of the graph, and the faults that reproduce our numbers.</summary>
    private FailureDiagnosis InTheGraph(ProgramInput input, IDiagnosis diagnosis)
    {
        if (!_hasOnePass)
            return new FailureDiagnosis(
                [new FailureFinding("every value is what PyTorch gives at our operands; the gradients of several passes are not told apart", [])],
                []
            );
        var trace = GraphTraces.Create(_program, _ours, input.Upstreams[0], _ops);
        var check = new GraphCheck(_ops, isFloat32: false);
        var report = check.Check(trace);
        var findings = report
            .Groups.Concat(report.Honest)
            .Select(group => new FailureFinding(
                LocatingWords.Title(trace, group),
                [
                    $"the first is {TraceComparer.Describe(_program, group.First.Node)}",
                    .. group.Class == DifferenceClass.Mistake ? Array.Empty<string>() : [LocatingWords.Of(group.Class)],
                    .. group.Facts.Select(f => f.Text),
                ]
            ));
        return new FailureDiagnosis([.. findings], diagnosis.Explain(trace, report.Mistakes));
    }

    /// <summary>Describes a node as a call of its op. A VJP is known if the operand receives no other contribution.</summary>
    private OpObservation Observe(int index)
    {
        var node = _program.Nodes[index];
        var upstream = _hasOnePass ? _ours.Gradients[index] : null;
        double[] operands = [.. node.Operands.Select(o => _ours.Values[o])];
        var theirs = _context.Theirs.Run(
            Program.OfOp(node.Op!, node.Op!, operands.Length, node.Settings),
            new ProgramInput(operands, [upstream ?? 1])
        );
        var isKnown = node
            .Operands.Select(o => upstream is not null && _uses[o] == 1 && _ours.Gradients[o] is not null && _program.Passes[0].Root != o)
            .ToArray();
        return new OpObservation(
            operands,
            [.. node.Settings],
            upstream ?? 1,
            new OpNumbers(_ours.Values[index], [.. node.Operands.Select((o, k) => isKnown[k] ? _ours.Gradients[o] : null)]),
            new OpNumbers(theirs.Values[^1], [.. node.Operands.Select((_, k) => isKnown[k] ? theirs.Gradients[k] : null)])
        );
    }
}
