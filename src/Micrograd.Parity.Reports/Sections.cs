using System.Globalization;
using Micrograd.Parity.Bounds;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Reports;

/// <summary>The sections of the report beside the items.</summary>
internal static class Sections
{
    /// <summary>Anchor of the known differences.</summary>
    internal const string Known = "known";

    /// <summary>Anchor of the elementary functions.</summary>
    internal const string Functions = "functions";

    /// <summary>Anchor of the shares of bounds.</summary>
    internal const string Bounds = "bounds";

    /// <summary>Anchor of PyTorch's differences from itself.</summary>
    internal const string Torch = "torch";

    /// <summary>All sections, in the order in which reports have them.</summary>
    internal static IReadOnlyList<Section> All { get; } =
    [
        new(Known, "Known differences", OfKnownDifferences) { IsFirst = true },
        new(Functions, "Elementary functions by themselves", report => report.Functions.Count > 0 ? OfFunctions(report.Functions) : null),
        new(Bounds, "Share of the bounds used", report => Wording.UseOf(report.Items) is { } use ? OfBounds(use) : null),
        new(Torch, "PyTorch against itself", OfTorch),
        new("opinions", "Third opinions", report => report.Beside.Opinions is { } opinions ? OpinionsSection.Blocks(opinions) : null),
        new("faults", "Planted mistakes", report => report.Beside.Faults is { } faults ? OfFaults(faults) : null),
        new("fuzz", "Random programs", report => report.Beside.Fuzz is { } fuzz ? OfFuzz(fuzz) : null),
        new("speed", "Speed", report => report.Beside.Bench is { } bench ? BenchSection.Blocks(bench) : null),
    ];

    /// <summary>The section of an anchor.</summary>
    internal static Section Find(string id) => All.Single(section => section.Id == id);

    /// <summary>The sections that a run has, with their blocks.</summary>
    internal static IReadOnlyList<(Section Section, IReadOnlyList<Block> Blocks)> Of(RunReport report) =>
        [.. from section in All let blocks = section.Blocks(report) where blocks is not null select (section, blocks)];

    /// <summary>A line for each item of a kind.</summary>
    internal static SectionTable OfItems(ItemKind kind, IEnumerable<ItemResult> items, bool hasSource)
    {
        var trains = kind == ItemKind.Training;
        return SectionTable.Create(
            "",
            items,
            new(kind.Word, false, i => i.Name),
            hasSource ? new("ours", false, i => i.Ours) { IsCode = true } : null,
            hasSource ? new("theirs", false, i => i.Theirs) { IsCode = true } : null,
            new(trains ? "steps" : "points", true, i => Wording.Number(i.Points)),
            new("numbers", true, i => Wording.Number(i.Counts.Compared)),
            new("greatest ulp", true, i => Wording.Ulp(i.GreatestUlp)),
            trains ? new("relative", true, i => (i.Training?.GreatestRelative ?? 0).ToString("G2", CultureInfo.InvariantCulture)) : null,
            new("verdict", false, i => new(Wording.Of(i.Verdict), ToneOf(i.Verdict)))
        );
    }

    /// <summary>Emphasis of a verdict.</summary>
    internal static Tone ToneOf(Verdict verdict) =>
        verdict switch
        {
            Verdict.SameBits or Verdict.WithinBound => Tone.Good,
            Verdict.Mismatch => Tone.Bad,
            _ => Tone.Odd,
        };

    private static Block[]? OfKnownDifferences(RunReport report) =>
        report.Items.SelectMany(item => item.Known.Select(reason => new SectionEntry(item.Name, reason) { Item = item })).ToList()
            is { Count: > 0 } known
            ? [new Bullets(known)]
            : null;

    private static Block[] OfFunctions(IReadOnlyList<FunctionAgreement> functions)
    {
        return
        [
            new Paragraph($"{Wording.WhyFunctionsDiffer} {Wording.Of(functions)}"),
            SectionTable.Create(
                "The C library's functions beside PyTorch's, errors in ulps of the exact value",
                functions,
                new("function", false, f => f.Name),
                new("PyTorch's from", false, f => Wording.Of(f.Source)) { OnlyWide = true },
                new("points", true, f => Wording.Number(f.Points)) { OnlyWide = true },
                new("same bits", true, f => Wording.Number(f.SameBits)),
                new("ulp", true, f => Wording.Ulp(f.GreatestUlp)),
                new("C error", true, f => Met(f.OfC)),
                new("stated", true, f => Wording.Error(f.OfC.Stated)),
                new("PyTorch's", true, f => Met(f.OfTorch)),
                new("stated", true, f => Wording.Error(f.OfTorch.Stated))
            ),
        ];

        static SectionCell Met(StatedError error) => new(Wording.Error(error.Met), error.IsExceeded ? Tone.Bad : Tone.Plain);
    }

    private static Block[] OfBounds(BoundUse use) =>
        [
            new Paragraph(
                "Where PyTorch rounds in another way, both sides must lie within a bound that is derived from the errors of each operation. "
                    + "A bound of which differences use little would be too loose to find anything. "
                    + $"The greatest share is {Wording.Share(use.Greatest)}; what has no bound lies next to a singularity, a jump or an overflow."
            ),
            SectionTable.Create(
                "Numbers by the share of their bound",
                Wording.Of(use),
                new("share", false, bin => bin.Share),
                new("numbers", true, bin => SectionCell.Count(bin.Count)),
                new("of all", true, bin => ((double)bin.Count / Math.Max(1, use.Count)).ToString("0.0000 %", CultureInfo.InvariantCulture)),
                new("by powers of ten", false, bin => new("") { Bar = Math.Log10(bin.Count + 1) / Math.Log10(use.Count + 1) })
            ),
        ];

    private static Block[]? OfTorch(RunReport report) =>
        report.Items.Where(i => i.TorchAgainstItself.Count > 0).ToList() is { Count: > 0 } items
            ?
            [
                new Paragraph(
                    "PyTorch computes some operations on a tensor without dimensions in another way than on a long one. Where the same numbers gave "
                        + "other bits, this is shown; it excuses nothing, for ours is compared with the tensor without dimensions."
                ),
                SectionTable.Create(
                    "Numbers on which PyTorch differs from PyTorch",
                    items,
                    new("operation", false, i => new(i.Name) { Item = i }),
                    new("numbers", true, i => Wording.Number(i.TorchAgainstItself.Count)),
                    new("for example", false, i => i.TorchAgainstItself.Examples[0])
                ),
            ]
            : null;

    private static Block[] OfFaults(FaultsSummary faults) =>
        [
            new Paragraph(Wording.Of(faults), faults.Holds ? Tone.Lead : Tone.Bad),
            SectionTable.Create(
                "Mistakes by level",
                faults.Levels,
                new("level", false, l => l.Level),
                new("planted", true, l => Wording.Number(l.Planted)),
                new("caught", true, l => new(Wording.Number(l.Caught), l.Caught == l.Planted ? Tone.Plain : Tone.Bad)),
                new("named first", true, l => Wording.Number(l.NamedFirst)),
                new("named first or tied", true, l => Wording.Number(l.NamedFirstOrTied))
            ),
            .. faults.Faults.Where(f => !f.Caught).Select(f => new Paragraph($"Not caught: {f.Name}, {f.Title}", Tone.Bad)),
            .. faults.Alarms.Select(alarm => new Paragraph($"Reported without a mistake: {alarm}", Tone.Bad)),
            SectionTable.Create(
                "Where each was caught, and what the diagnosis named first",
                faults.Faults,
                new("mistake", false, f => f.Name),
                new("what it is", false, f => f.Title),
                new("caught at", false, f => f.Caught ? f.Place : "not caught"),
                new("named first", false, f => f.Named == f.Name ? "this one" : f.Named)
            ) with
            {
                Summary = $"All {Wording.Number(faults.Faults.Count)} mistakes",
                OnlyOnPage = true,
            },
        ];

    private static Block[] OfFuzz(FuzzSummary fuzz) =>
        [
            new Paragraph(Wording.Of(fuzz), fuzz.Parity ? Tone.Lead : Tone.Bad),
            new Paragraph($"{Wording.Of(fuzz.Environment)}."),
            .. fuzz.Findings.SelectMany(finding =>
                (IEnumerable<Block>)
                    [
                        new Subheading($"{finding.Name}, found in {Wording.Number(finding.FoundIn)} nodes, shrunk"),
                        .. finding.Errors.Select(error => new Paragraph(error, Tone.Bad)),
                        .. finding.Differences.Select((difference, i) => new Divergence(difference, i == 0)),
                        new Code("As a test", finding.CSharp) { OnlyOnPage = true },
                        new Code("In Python", finding.Python) { OnlyOnPage = true },
                    ]
            ),
            SectionTable.Create(
                "Nodes of each operation",
                fuzz.Ops,
                new("operation", false, op => op.Op),
                new("nodes", true, op => Wording.Number(op.Nodes))
            ) with
            {
                Summary = $"Nodes of each of the {fuzz.Ops.Count} operations",
                OnlyOnPage = true,
            },
        ];
}
