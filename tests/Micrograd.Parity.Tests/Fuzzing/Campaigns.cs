using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Tests.Fuzzing;

/// <summary>Campaigns of random programs, with a mistake planted or without.</summary>
internal static class Campaigns
{
    private static readonly RunEnvironment s_environment = new("2.10.0", "0.107.0", "AVX2", "2024.2", "A processor", ".NET", "Linux", 1, 1);

    internal static ProgramGenerator Generator(params string[] ops) =>
        new(ParitySuite.Default.Ops, ops.Length == 0 ? ParitySuite.Default.Ops.All : [.. ops.Select(o => ParitySuite.Default.Ops[o])]);

    internal static FuzzResult Run(FuzzOptions options, ModelRules? fault = null, Corpus? corpus = null) =>
        new FuzzCampaign(options, ParitySuite.Default.Ops, Context(fault), corpus).Run();

    internal static RunContext Context(ModelRules? fault) =>
        fault is null ? SuiteFixture.Context : SuiteFixture.Context with { Ours = new ModelBackend(ParitySuite.Default.Ops, fault) };

    internal static string Json(FuzzResult result) =>
        FuzzJson.Write(result, s_environment with { Seed = result.Options.Seed }, ParitySuite.Default.Ops);
}
