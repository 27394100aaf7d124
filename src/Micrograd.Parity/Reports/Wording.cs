using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Running;

namespace Micrograd.Parity.Reports;

/// <summary>How reports say things: one wording for the terminal and for every format.</summary>
public static class Wording
{
    /// <summary>A count: <c>2,102,312</c>.</summary>
    public static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number in full: the shortest decimal that names this double; <c>none</c> where there is none.</summary>
    public static string Full(double? x) => Difference.Show(x);

    /// <summary>A greatest distance; <c>NaN</c> where just one side was NaN or missing.</summary>
    public static string Ulp(ulong ulp) => ulp == ulong.MaxValue ? "NaN" : ulp.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A distance between two numbers in words: <c>3 ulp apart</c>.</summary>
    public static string Apart(double? ours, double? theirs) => ours is { } a && theirs is { } b && Ulps.Distance(a, b) is var ulp and not ulong.MaxValue
        ? $"{Ulp(ulp)} ulp apart"
        : "one is no number";

    /// <summary>A verdict in words.</summary>
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.SameBits => "same bits",
        Verdict.WithinBound => "within bound",
        Verdict.KnownDifference => "known difference",
        Verdict.PyTorchDisagreesWithItself => "PyTorch disagrees with itself",
        _ => "MISMATCH",
    };

    /// <summary>How many items there are, by kind: <c>82 ops under 112 settings, 36 programs</c>.</summary>
    public static string Size(IEnumerable<ItemResult> items) => string.Join(", ", items.GroupBy(i => i.Kind).Select(Size));

    /// <summary>What the numbers came to: <c>12 with the same bits, 3 MISMATCHES</c>.</summary>
    public static string Of(Counts counts) => string.Join(", ", new[]
    {
        $"{Number(counts.SameBits)} with the same bits",
        counts.WithinBound > 0 ? $"{Number(counts.WithinBound)} within bound" : "",
        counts.Known > 0 ? $"{Number(counts.Known)} known differences" : "",
        counts.Ambiguous > 0 ? $"{Number(counts.Ambiguous)} where PyTorch disagrees with itself" : "",
        counts.Mismatch > 0 ? $"{Number(counts.Mismatch)} MISMATCHES" : "",
    }.Where(t => t.Length > 0));

    /// <summary>What the run ran against, with its seed and duration.</summary>
    public static string Of(RunEnvironment environment) => string.Create(
        CultureInfo.InvariantCulture,
        $"PyTorch {environment.Torch} ({environment.Road}, kernels {environment.Kernels}), {environment.Runtime}, seed {environment.Seed}, {environment.Seconds:0.0} s");

    /// <summary>What a campaign of random programs came to.</summary>
    public static string Of(FuzzSummary fuzz) =>
        $"{Number(fuzz.Programs)} random programs{(fuzz.Replayed > 0 ? $" and {Number(fuzz.Replayed)} kept ones" : "")}, {Number(fuzz.Nodes)} nodes over {fuzz.Ops.Count} ops: "
        + $"{Number(fuzz.Counts.Compared)} numbers compared, {Of(fuzz.Counts)}. "
        + $"{(fuzz.Parity ? "No program differs" : $"{Number(fuzz.Differing)} programs differ")}{(fuzz.Finished ? "" : "; the campaign was interrupted")}.";

    /// <summary>What a campaign of planted mistakes came to.</summary>
    public static string Of(FaultsSummary faults) =>
        $"{Number(faults.All.Planted)} mistakes planted, {(faults.All.Caught == faults.All.Planted ? "all" : Number(faults.All.Caught))} caught; "
        + $"{Number(faults.FaultFree)} programs and trainings without one, {(faults.Alarms.Count == 0 ? "none" : Number(faults.Alarms.Count))} reported. "
        + $"The diagnosis names {Number(faults.All.NamedFirst)} first, {Number(faults.All.NamedFirstOrTied)} first or tied.";

    /// <summary>When the run began, to the minute in UTC; <c>unknown</c> where it does not tell.</summary>
    public static string When(RunEnvironment environment) => environment.Time is { } time
        ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)
        : "unknown";

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

    private static string Size(IGrouping<string, ItemResult> kind)
    {
        var items = kind.Count();
        var distinct = kind.Key == "op" ? kind.DistinctBy(i => i.Ours).Count() : items;
        return $"{distinct} {kind.Key}{(distinct == 1 ? "" : "s")}{(distinct == items ? "" : $" under {items} settings")}";
    }
}
