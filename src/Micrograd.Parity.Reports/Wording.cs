using System.Globalization;
using Micrograd.Parity.Bounds;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Fuzzing.Oracles;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Reports;

/// <summary>Texts of reports: one wording for the terminal and for every format.</summary>
internal static class Wording
{
    /// <summary>A count: <c>2,102,312</c>.</summary>
    public static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number of things.</summary>
    public static string Count(long n, string what) => $"{Number(n)} {what}{(n == 1 ? "" : "s")}";

    /// <summary>A number in full: the shortest decimal that names this double; <c>none</c> where there is none.</summary>
    public static string Full(double? x) => Difference.Show(x);

    /// <summary>
    /// A greatest distance in ulps, for a table's cell; <c>NaN</c> where just one side was NaN or missing. One beyond a million reads as relative
    /// error, one in which no digit agrees as <c>all digits</c>.
    /// </summary>
    public static string Ulp(ulong ulp) =>
        ulp == ulong.MaxValue ? "NaN"
        : ulp <= Ulps.Told ? Number((long)ulp)
        : ulp < 1UL << 52 ? string.Create(CultureInfo.InvariantCulture, $"rel. {Math.ScaleB(ulp, -53):G2}")
        : "all digits";

    /// <summary>A distance between two numbers in words: <c>3 ulp apart</c>.</summary>
    public static string Apart(double? ours, double? theirs) => Ulps.Apart(ours, theirs);

    /// <summary>A verdict in words.</summary>
    public static string Of(Verdict verdict) =>
        verdict switch
        {
            Verdict.SameBits => "same bits",
            Verdict.WithinBound => "within bound",
            Verdict.KnownDifference => "known difference",
            _ => "MISMATCH",
        };

    /// <summary>Number of items by kind: <c>82 ops under 112 settings, 36 programs</c>.</summary>
    public static string Size(IEnumerable<ItemResult> items) => string.Join(", ", items.GroupBy(i => i.Kind).Select(Size));

    /// <summary>Number of compared values and gradients by verdict: <c>12 with the same bits, 3 MISMATCHES</c>.</summary>
    public static string Of(Counts counts) =>
        string.Join(
            ", ",
            new[]
            {
                $"{Number(counts.SameBits)} with the same bits",
                counts.WithinBound > 0 ? $"{Number(counts.WithinBound)} within bound" : "",
                counts.Known > 0 ? $"{Number(counts.Known)} known differences" : "",
                counts.Mismatch > 0 ? $"{Number(counts.Mismatch)} MISMATCHES" : "",
            }.Where(t => t.Length > 0)
        );

    /// <summary>Histogram of how much of their bounds the differences used: each bin in words, and its count.</summary>
    public static IEnumerable<(string Share, long Count)> Of(BoundUse use)
    {
        for (var i = 0; i < use.Bins.Count; i++)
        {
            var end = BoundUse.BinEnds[i].ToString("0.###", CultureInfo.InvariantCulture);
            yield return (i == 0 ? "none" : $"up to {end}", use.Bins[i]);
        }

        yield return ("no bound", use.Unbounded);
    }

    /// <summary>A fraction with two decimals: <c>0.42</c>.</summary>
    public static string Share(double share) => share.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>Total use of bounds over all items that have bounds; null if none has.</summary>
    public static BoundUse? UseOf(IEnumerable<ItemResult> items) =>
        items.Select(i => i.BoundUse).OfType<BoundUse>().ToList() is { Count: > 0 } uses ? BoundUse.Total(uses) : null;

    /// <summary>Environment of a run, with its seed and duration.</summary>
    public static string Of(RunEnvironment environment) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{environment.TorchSummary}, {environment.Processor}, {environment.Runtime}, seed {environment.Seed}, {environment.Seconds:0.0} s"
        );

    /// <summary>The reason why differences of elementary functions do not count against parity.</summary>
    public const string WhyFunctionsDiffer =
        "PyTorch's elementary functions give other last bits on other processors, and so the engine is given PyTorch's own; by default it has the C library's.";

    /// <summary>The verdict of a run in one sentence.</summary>
    public static string Answer(RunReport report)
    {
        if (report.Summary.Mismatch > 0)
            return $"{Number(report.Summary.Mismatch)} of {Number(report.Summary.Compared)} numbers differ from PyTorch's.";
        if (report.Functions.Any(f => f.IsExceeded))
            return $"further from the exact value than their libraries state: {string.Join(", ", report.Functions.Where(f => f.IsExceeded).Select(f => f.Name))}.";
        return report.Summary.SameBits == report.Summary.Compared
            ? "given PyTorch's elementary functions (its exp, tanh, sqrt, …, whose last bits depend on the processor), every number has PyTorch's bits."
            : "every number has PyTorch's bits or lies within the bound that is derived for it.";
    }

    /// <summary>Summary of the elementary functions: agreement of both libraries, and their greatest distance.</summary>
    public static string Of(IReadOnlyList<FunctionAgreement> functions)
    {
        var (points, same) = (functions.Sum(f => (long)f.Points), functions.Sum(f => (long)f.SameBits));
        var exceeded = functions.Where(f => f.IsExceeded).Select(f => f.Name).ToList();
        return $"Of {Number(points)} values of {functions.Count} elementary function{(functions.Count == 1 ? "" : "s")} the C library has PyTorch's bits in {Number(same)}; "
            + $"the others are at most {Ulps.Words(functions.Max(f => f.GreatestUlp))} apart. "
            + (
                exceeded.Count > 0 ? $"Further from the exact value than stated: {string.Join(", ", exceeded)}."
                : functions.Any(f => f.OfC.Met is null) ? "Their distances from the exact values are not known: GNU MPFR is not installed."
                : "Both are as near to the exact values as they state."
            );
    }

    /// <summary>Library that PyTorch's function comes from.</summary>
    public static string Of(FunctionSource source) =>
        source switch
        {
            FunctionSource.Mkl => "MKL",
            FunctionSource.CLibrary => "C library",
            _ => "PyTorch",
        };

    /// <summary>Summary of a fuzzing campaign.</summary>
    public static string Of(FuzzSummary fuzz) =>
        $"{Number(fuzz.Programs)} random programs{(fuzz.Replayed > 0 ? $" and {Number(fuzz.Replayed)} kept ones" : "")}, {Number(fuzz.Nodes)} nodes over {fuzz.Ops.Count} ops: "
        + $"{Number(fuzz.Counts.Compared)} numbers compared, {Of(fuzz.Counts)}. "
        + $"{(fuzz.Parity ? "No program differs" : $"{Number(fuzz.Differing)} programs differ")}{(fuzz.Finished ? "" : "; the campaign was interrupted")}.";

    /// <summary>Summary of a campaign of planted faults.</summary>
    public static string Of(FaultsSummary faults) =>
        $"{Number(faults.All.Planted)} mistakes planted, {(faults.All.Caught == faults.All.Planted ? "all" : Number(faults.All.Caught))} caught; "
        + $"{Number(faults.FaultFree)} programs and trainings without one, {(faults.Alarms.Count == 0 ? "none" : Number(faults.Alarms.Count))} reported. "
        + $"The diagnosis names {Number(faults.All.NamedFirst)} first, {Number(faults.All.NamedFirstOrTied)} first or tied.";

    /// <summary>Summary of the oracles' results.</summary>
    public static string Of(OpinionsReport opinions)
    {
        var (differences, truths) = (opinions.Items.Select(o => o.Differences).ToList(), opinions.Items.Select(o => o.Truth).ToList());
        return $"{Number(differences.Sum(d => d.Checked))} gradients of {Number(opinions.Items.Count)} items against finite differences: "
            + $"{Number(differences.Sum(d => d.Refused.Count))} refused, {Number(opinions.Items.Sum(o => o.Unexplained.Count()))} without a known reason; "
            + $"of {Number(differences.Sum(d => d.Undecided))} more they say nothing. "
            + $"{Number(truths.Sum(t => t.Numbers))} numbers against exact ones; {Number(truths.Sum(t => t.Differing))} differ between ours and PyTorch's vectors: "
            + $"ours nearer {Number(truths.Sum(t => t.OursNearer))} times, the vectors' {Number(truths.Sum(t => t.VectorNearer))} times.";
    }

    /// <summary>Result of the oracles for one item, for its entry in a report.</summary>
    public static string Of(ItemOpinion opinion)
    {
        var (d, t) = (opinion.Differences, opinion.Truth);
        var refused = d.Refused.Count > 0 ? $"refuse {Number(d.Refused.Count)} of {Number(d.Checked)} gradients" : "";
        var digits = double.IsNaN(d.LeastDigits)
            ? refused.Length > 0
                ? refused
                : "say nothing of its gradients"
            : $"agree with its gradients in {Digits(d.LeastDigits)} digits at least, {Digits(d.MedianDigits)} in the median of {Number(d.Checked - d.Refused.Count)}"
                + (d.Undecided > 0 ? $" ({Number(d.Undecided)} undecided)" : "")
                + (refused.Length > 0 ? $", and {refused}" : "");
        return $"Finite differences {digits}"
            + $". From the exact numbers at most {Error(t.Ours.Value)} ulp in values, {Error(t.Ours.Gradient)} in gradients"
            + (t.Vector is { } v ? $"; PyTorch's vectors {Error(v.Value)} and {Error(v.Gradient)}." : ".");
    }

    /// <summary>A gradient that finite differences refuse.</summary>
    public static string Of(RefusedGradient refused) =>
        $"{refused.At}: gradient {Full(refused.Ours)}{(refused.Shared ? " on both sides" : $", PyTorch's {Full(refused.Theirs)}")}; "
        + $"slope {Full(refused.Slope)}, whose error is at most about {refused.Error.ToString("G3", CultureInfo.InvariantCulture)}";

    /// <summary>Decimal digits that agree: <c>12.3</c>; empty where there are none.</summary>
    public static string Digits(double digits) => double.IsNaN(digits) ? "" : digits.ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>A distance from an exact number: <c>0.512</c>; empty where there is none.</summary>
    public static string Error(double? ulp) =>
        ulp switch
        {
            null => "",
            < 1e6 => ulp.Value.ToString("0.###", CultureInfo.InvariantCulture),
            _ => ulp.Value.ToString("G3", CultureInfo.InvariantCulture),
        };

    /// <summary>A one-sided derivative; <c>jump</c> where there is none.</summary>
    public static string Slope(double? slope) => slope is { } s ? s.ToString("G6", CultureInfo.InvariantCulture) : "jump";

    /// <summary>The quantity at a special point: <c>value</c>, <c>gradient 2</c>.</summary>
    public static string Of(SpecialPoint point) =>
        point.Quantity == Quantity.Value ? "value" : string.Create(CultureInfo.InvariantCulture, $"gradient {point.Operand}");

    /// <summary>Message for a failure that no known fault explains.</summary>
    public const string NoCause = FailureDiagnosis.NoCause;

    /// <summary>A fault that explains the numbers, with its evidence.</summary>
    public static string Of(Explanation cause) => cause.Words;

    /// <summary>Lines of a failed item: errors, numbers in full, diagnosis.</summary>
    public static IEnumerable<string> Lines(ItemResult item) => Numbers(item).Concat(Diagnosis(item));

    /// <summary>Errors of a failed item, and its numbers in full with the commands that repeat them.</summary>
    public static IEnumerable<string> Numbers(ItemResult item) =>
        item.Errors.Concat(item.Failures.SelectMany(f => f.ToString().ReplaceLineEndings("\n").Split('\n')));

    /// <summary>Diagnosis of a failed item, a line each.</summary>
    public static IEnumerable<string> Diagnosis(ItemResult item) =>
        item.Diagnosis is { } diagnosis ? diagnosis.Lines().Select(line => $"{line.What, -8}{line.Text}") : [];

    /// <summary>Start time of a run, to the minute in UTC; <c>unknown</c> if it is not recorded.</summary>
    public static string When(RunEnvironment environment) =>
        environment.Time is { } time ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) : "unknown";

    /// <summary>A node as it is computed: <c>mul(x1, #3)</c>, <c>leaf</c> or <c>constant</c>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="graph">Its program, whose labels name operands.</param>
    public static string Of(NodeResult node, ProgramGraph graph)
    {
        if (node.Op is null)
            return node.IsLeaf ? "leaf" : "constant";
        var operands = node.Operands.Select(o => graph.Nodes.FirstOrDefault(n => n.Index == o)?.Label ?? $"#{o}");
        return $"{node.Op}({string.Join(", ", operands.Concat(node.Settings.Select(s => Full(s))))})";
    }

    private static string Size(IGrouping<ItemKind, ItemResult> kind)
    {
        var items = kind.Count();
        var distinct = kind.Key == ItemKind.Op ? kind.DistinctBy(i => i.Ours).Count() : items;
        return $"{distinct} {kind.Key.Word}{(distinct == 1 ? "" : "s")}{(distinct == items ? "" : $" under {items} settings")}";
    }
}
