using Micrograd.Parity.Comparing;
using Micrograd.Parity.Suites;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>Tests that the harness can fail: plants faults and checks that the items that they belong to fail.</summary>
internal static class Sensitivity
{
    /// <summary>Outcome of planting one kind of fault.</summary>
    /// <param name="Mistake">The planted fault, in words.</param>
    /// <param name="Planted">Number of places it was planted in, one at a time.</param>
    /// <param name="Unseen">Places where the run did not fail.</param>
    /// <param name="SeenIn">Items that failed.</param>
    public sealed record Proof(string Mistake, int Planted, IReadOnlyList<string> Unseen, string SeenIn)
    {
        /// <summary>True if every planted fault was caught.</summary>
        public bool Holds => Planted > 0 && Unseen.Count == 0;
    }

    /// <summary>Plants every fault.</summary>
    /// <param name="suite">The compared items.</param>
    /// <param name="context">Context of the comparison; its engine is replaced by the model engine.</param>
    /// <param name="inPrograms">Faults that some program must catch.</param>
    /// <param name="progress">Receives a name at the start of each kind of fault.</param>
    /// <param name="cancellation">Cancels the runs.</param>
    public static IReadOnlyList<Proof> Run(
        Suite suite,
        RunContext context,
        IReadOnlyList<Fault> inPrograms,
        IProgress<string>? progress = null,
        CancellationToken cancellation = default
    )
    {
        context = context with { Points = 40 };
        var ops = suite.Ops.All.Select(op => new OpComparison(op, op.Settings[0])).ToList();
        var programs = suite.Programs.Select(p => new ProgramComparison(p)).ToList();
        return
        [
            NoMistake(),
            PerOp("value nudged by one ulp", Probe.NudgedValue),
            PerOp("gradient nudged by one part in 10^12", Probe.NudgedGradient),
            .. inPrograms.Select(InPrograms),
        ];

        RunContext With(ModelRules rules) => context with { Ours = new ModelBackend(suite.Ops, rules) };

        Proof NoMistake()
        {
            progress?.Report("no mistake");
            var items = ParityRun.Run([.. ops, .. programs], With(ModelRules.Right), cancellation: cancellation);
            return new Proof(
                "no mistake: everything stays green",
                items.Count,
                [.. items.Where(i => i.Verdict == Verdict.Mismatch).Select(i => i.Name)],
                ""
            );
        }

        Proof PerOp(string mistake, Func<string, ModelRules> plant)
        {
            progress?.Report(mistake);
            var unseen = ops.AsParallel()
                .AsOrdered()
                .WithCancellation(cancellation)
                .Where(op => op.Run(With(plant(op.Op.Name))).Verdict != Verdict.Mismatch)
                .Select(op => op.Name)
                .ToList();
            return new Proof(mistake, ops.Count, unseen, "its own op");
        }

        Proof InPrograms(Fault fault)
        {
            progress?.Report(fault.Title);
            var red = ParityRun
                .Run([.. programs], With(fault.Model), cancellation: cancellation)
                .Where(i => i.Verdict == Verdict.Mismatch)
                .Select(i => i.Name)
                .ToList();
            return new Proof(fault.Title, 1, red.Count > 0 ? [] : [fault.Title], string.Join("; ", red.Take(3)));
        }
    }
}
