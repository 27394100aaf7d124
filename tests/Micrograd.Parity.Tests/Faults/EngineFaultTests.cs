using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Matching;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Tests.Faults;

/// <summary>
/// Every fault of an op planted into the engine itself: the run names it, and a check of a trace that such a build recorded finds and names it, although
/// the build that checks has the same mistake.
/// </summary>
public class EngineFaultTests
{
    public static TheoryData<string> Ops => [.. ParitySuite.Default.Ops.All.Select(o => o.Name)];

    [Theory]
    [MemberData(nameof(Ops))]
    public void A_mistake_in_the_engines_own_rule_is_named(string name)
    {
        var context = SuiteFixture.Context with { Theirs = new Remembered(SuiteFixture.Context.Theirs), Points = 30 };
        foreach (var fault in OpFaults.All.Where(f => f.Model.Op!.Op == name))
        {
            var ops = PlantedInEngine.Catalogue(fault.Model.Op!);
            var diagnosis = new FaultDiagnosis(ops, FaultCatalogue.All, AnyMlp.Model);
            Names(fault, ByRun(fault, ops, diagnosis, context with { Ours = new Remembered(new MicrogradBackend(ops)) }), "run");
            Names(fault, ByCheck(fault, ops, diagnosis), "check");
        }
    }

    /// <summary>Causes that a run names in the first failed item that names the fault, or in the last.</summary>
    private static IReadOnlyList<Explanation> ByRun(GraphFault fault, OpCatalogue ops, FaultDiagnosis diagnosis, RunContext context)
    {
        var op = ops[fault.Model.Op!.Op];
        IReadOnlyList<Explanation> causes = [];
        foreach (var item in op.Settings.Select(settings => new OpComparison(op, settings)))
        {
            if (new RunDiagnosis(ops, diagnosis).Diagnose([item], [item.Run(context)], context)[0].Diagnosis is { } failure)
                causes = failure.Causes;
            if (IsNamed(fault, causes))
                break;
        }

        return causes;
    }

    private static IReadOnlyList<Explanation> ByCheck(GraphFault fault, OpCatalogue ops, FaultDiagnosis diagnosis)
    {
        var program = fault.PlantedIn;
        var trace = GraphTraces.Create(program, new MicrogradBackend(ops).Run(program, program.DefaultInput), program.Passes[0].Upstream, ops);
        var report = new GraphCheck(ops, isFloat32: false).Check(trace);
        return report.Mistakes.Count > 0 ? diagnosis.Explain(trace, report.Mistakes) : [];
    }

    private static void Names(Fault fault, IReadOnlyList<Explanation> causes, string command) =>
        Assert.True(IsNamed(fault, causes), $"{command} of {fault.Name} names {string.Join("; ", causes)}");

    /// <summary>True if a fault is named first, or cannot be told from the first.</summary>
    private static bool IsNamed(Fault fault, IReadOnlyList<Explanation> causes) =>
        causes is [var first, ..] && (first.Fault == fault.Name || first.Evidence.Contains(fault.Name, StringComparison.Ordinal));

    /// <summary>A backend that computes the same program on the same numbers once: a run and its diagnosis ask for them, fault after fault.</summary>
    private sealed class Remembered(IBackend backend) : IBackend
    {
        private readonly Dictionary<string, Trace[]> _traces = [];

        public string Name => backend.Name;

        public Trace Run(Program program, ProgramInput input) => backend.Run(program, input);

        public Trace[] RunAll(Program program, IReadOnlyList<ProgramInput> inputs)
        {
            double[] numbers = [.. inputs.SelectMany(input => input.Numbers.Concat(input.Upstreams))];
            var key = $"{program.Name} {Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<double>(numbers)))}";
            if (!_traces.TryGetValue(key, out var traces))
                _traces.Add(key, traces = backend.RunAll(program, inputs));
            return traces;
        }
    }
}
