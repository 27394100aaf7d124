using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Reports;

/// <summary>
/// A campaign of random programs as one JSON document, in the envelope of a run's (format, version, environment, summary, items) with what
/// was asked for in <c>campaign</c>. An item is a program that differs.
/// </summary>
internal static class FuzzJson
{
    /// <summary>The document's name.</summary>
    public const string Format = "micrograd-parity-fuzz";

    /// <summary>The document's version; grows when a reader must change.</summary>
    public const int Version = 3;

    /// <summary>The document's text.</summary>
    public static string Write(FuzzResult result, RunEnvironment environment, OpCatalogue ops) =>
        JsonReport.TextWithNulls(
            new
            {
                Format,
                Version,
                Environment = JsonReport.Write(environment),
                Campaign = new
                {
                    result.Options.Programs,
                    result.Options.Only,
                    result.Options.Ops,
                    Shards = new[] { $"{result.Options.Shard}" },
                    result.Finished,
                },
                Summary = new
                {
                    result.Tally.Counts.Compared,
                    result.Tally.Counts.SameBits,
                    result.Tally.Counts.WithinBound,
                    result.Tally.Counts.Known,
                    result.Tally.Counts.Mismatch,
                    result.Tally.Programs,
                    result.Replayed,
                    result.Tally.Differing,
                    result.Tally.Nodes,
                    result.Tally.Ops,
                },
                Items = result.Failures.Select(f => new
                {
                    f.Name,
                    f.Kind,
                    f.Index,
                    Verdict = JsonReport.Name(f.Check.Counts.Worst),
                    FoundInNodes = f.FoundIn,
                    Failures = f.Check.Differences.Select(d => JsonReport.Write(d with { Again = f.Again })),
                    Errors = new[] { f.Check.Error }.OfType<string>(),
                    Program = ProgramWriter.Node(f.Program),
                    Csharp = CSharpSource.TestOf(f.Program),
                    Python = PythonSource.ScriptOf(f.Program, ops, f.Ours),
                    f.Again,
                }),
            }
        );
}
