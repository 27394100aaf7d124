using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Reports;

/// <summary>Results of other commands that are reported beside a run. No part of the run's own document.</summary>
public sealed record Companions
{
    /// <summary>None.</summary>
    public static Companions None { get; } = new();

    /// <summary>Summary of a fuzzing campaign; null for none.</summary>
    public FuzzSummary? Fuzz { get; init; }

    /// <summary>A measurement of speed; null for none.</summary>
    public BenchReport? Bench { get; init; }

    /// <summary>Summary of a campaign of planted faults; null for none.</summary>
    public FaultsSummary? Faults { get; init; }

    /// <summary>Results of the oracles; null for none.</summary>
    public OpinionsReport? Opinions { get; init; }

    /// <summary>Adds one more document, whose format field says what it is.</summary>
    /// <exception cref="InvalidDataException">It is none of the documents that go beside a run, or is broken; the message says how.</exception>
    public Companions With(string text)
    {
        var document = JsonPlace.Parse(text);
        var format = document.Find("format")?.AsText() ?? "";
        return format switch
        {
            FuzzJson.Format => this with { Fuzz = Fuzz is null ? FuzzSummary.Read(document) : throw Twice(format) },
            BenchJson.Format => this with { Bench = Bench is null ? BenchJson.Read(document) : throw Twice(format) },
            FaultsJson.Format => this with { Faults = Faults is null ? FaultsSummary.Read(document) : throw Twice(format) },
            OpinionsJson.Format => this with { Opinions = Opinions is null ? OpinionsJson.Read(document) : throw Twice(format) },
            _ => throw Unknown(format.Length == 0 ? "it has no format" : $"its format is '{PlainText.Short(format)}'"),
        };
    }

    private static InvalidDataException Twice(string format) =>
        new($"line 1: there is a {format} document already{(format == FuzzJson.Format ? ": 'parity merge' adds up the shards of a campaign" : "")}.");

    private static InvalidDataException Unknown(string why) =>
        new(
            $"line 1: {why}. Beside a run go {FuzzJson.Format} (parity fuzz --json), {BenchJson.Format} (parity bench --json), "
                + $"{FaultsJson.Format} (parity faults --json) and {OpinionsJson.Format} (parity opinions --json)."
        );
}
