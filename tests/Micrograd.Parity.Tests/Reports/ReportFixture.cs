using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Faults;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Running;

namespace Micrograd.Parity.Tests.Reports;

/// <summary>Runs to be reported: one of everything that agrees, one with planted mistakes and every kind of verdict there is.</summary>
public static class ReportFixture
{
    private static readonly RunContext s_context = SuiteFixture.Context with { Figures = true, Points = 20 };

    private static readonly RunEnvironment s_environment = new("1.13.0", "system", "NO AVX", ".NET 10.0", "Linux, X64", 2, 1.5)
    {
        Time = new DateTimeOffset(2025, 3, 4, 5, 6, 7, TimeSpan.Zero),
        Commit = "0123456789ab",
    };

    /// <summary>Everything, and it agrees.</summary>
    public static RunReport Green { get; } = new(s_environment, ParityRun.Run(ParitySuite.Default.Comparisons(), s_context));

    /// <summary>Mistakes in the value of exp, in backward, and an exception; a known difference; texts that look like markup.</summary>
    public static RunReport Red { get; } = MakeRed();

    public static TheoryData<string> Names => ["green", "red"];

    public static RunReport Report(string name) => name == "green" ? Green : Red;

    private static RunReport MakeRed()
    {
        var context = s_context with
        {
            Ours = new ModelBackend(ParitySuite.Default.Ops, Probe.NudgedValue("exp") with { Gather = (_, share) => share }),
            Known = [new KnownDifference("exp", "at 0.5", (point, _, _) => point[0] == 0.5, "Nudged | by *one* <ulp>.")],
        };
        string[] names = ["tanh", "exp", "relu6", "clamp(-1, 1)", "clamp(1, -1)", "sum", "where", "neuron", "neuron, tanh spelled out", "5 / x", "a · a"];
        var items = ParityRun.Run(
            [.. ParitySuite.Default.Comparisons().Where(c => names.Contains(c.Name) || c.Name.StartsWith("a chain", StringComparison.Ordinal))], context);
        return new RunReport(
            s_environment with { Filter = "some <of> them & \"others\"" },
            [
                .. items,
                new ItemResult("broken | <b>&\u0001", "training") { Errors = ["Exception: `bad` ]]> & worse\nsecond line"] },
                new ItemResult("no gradient", "op")
                {
                    Counts = new Counts(0, 0, 0, 0, 1),
                    GreatestUlp = ulong.MaxValue,
                    Failures = [new Difference("#0 leaf", Programs.Quantity.Gradient, null, -0.0, "NaN", Verdict.Mismatch, "Nothing arrived.") { Again = "./parity run \"x\"" }],
                },
            ]);
    }
}
