using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Suites;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>Judges the runs of another engine as traces: its verdicts, classes and mistakes are those of <c>parity check</c>.</summary>
/// <param name="ops">The catalogue.</param>
/// <param name="faults">Names faults; asked for when one is to be named.</param>
internal sealed class EngineDiagnosis(Func<OpCatalogue> ops, Func<IDiagnosis> faults) : IEngineDiagnosis
{
    public EngineFinding? Judge(IComparison comparison, IReadOnlyList<EngineRun> runs, RunContext context)
    {
        if (runs.Any(r => r.Program.Passes.Count != 1))
            return null;
        var check = new GraphCheck(ops(), isFloat32: false);
        var reports = runs.Select(r => check.Check(GraphTraces.Create(r.Program, r.Trace, r.Input.Upstreams[0], ops()))).ToList();
        var rounding = reports.SelectMany(r => r.Honest).GroupBy(g => (g.Op, g.First.Quantity, g.Class)).Select(Words);
        List<EngineRun> mistaken =
        [
            .. runs.Where((run, i) => reports[i].Mistakes.Count > 0 || run.Differences.Any(d => d.Ours is null || d.Theirs is null)),
        ];
        if (mistaken.Count == 0)
            return new EngineFinding([], [.. rounding]);
        var diagnosis = comparison is OpComparison op
            ? OpFailure.Diagnose(op, context, faults())
            : ProgramFailure.Diagnose(mistaken[0].Program, mistaken[0].Input, ops(), context, faults());
        return new EngineFinding(mistaken, [.. diagnosis?.Lines().Select(l => $"{l.What, -8}{l.Text}") ?? [], .. rounding]);
    }

    private static string Words(IGrouping<(string? Op, Quantity Quantity, DifferenceClass Class), FindingGroup> group) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"benign  {group.Sum(g => g.Count):N0} {(group.Key.Op is { } op ? $"{op} " : "")}{group.Key.Quantity.ToString().ToLowerInvariant()}s: {LocatingWords.Of(group.Key.Class)}"
        ) + string.Concat(group.SelectMany(g => g.Facts).Select(f => f.Text).Distinct().Take(1).Select(fact => $"; {fact}"));
}
