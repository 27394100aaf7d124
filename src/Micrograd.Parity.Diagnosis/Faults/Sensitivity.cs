using Micrograd.Parity.Comparing;
using Micrograd.Parity.Suites;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>Shows that the harness can fail: plants mistakes and sees whether the items they belong to turn red.</summary>
public static class Sensitivity
{
    /// <summary>One kind of mistake, planted.</summary>
    /// <param name="Mistake">What was planted, in words.</param>
    /// <param name="Planted">In how many places, each by itself.</param>
    /// <param name="Unseen">The places where the run stayed green.</param>
    /// <param name="SeenIn">An item that turned red.</param>
    public sealed record Proof(string Mistake, int Planted, IReadOnlyList<string> Unseen, string SeenIn)
    {
        /// <summary>Whether every planted mistake was seen.</summary>
        public bool Holds => Planted > 0 && Unseen.Count == 0;
    }

    /// <summary>Plants every mistake there is.</summary>
    /// <param name="suite">What is compared.</param>
    /// <param name="context">How; its engine is replaced by the model engine.</param>
    /// <param name="inPrograms">Mistakes that some program must show.</param>
    /// <param name="progress">Told of each kind of mistake as it is begun.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static IReadOnlyList<Proof> Run(
        Suite suite,
        RunContext context,
        IReadOnlyList<Fault> inPrograms,
        Action<string>? progress = null,
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
            progress?.Invoke("no mistake");
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
            progress?.Invoke(mistake);
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
            progress?.Invoke(fault.Title);
            var red = ParityRun
                .Run([.. programs], With(fault.Model), cancellation: cancellation)
                .Where(i => i.Verdict == Verdict.Mismatch)
                .Select(i => i.Name)
                .ToList();
            return new Proof(fault.Title, 1, red.Count > 0 ? [] : [fault.Title], string.Join("; ", red.Take(3)));
        }
    }
}
