using System.Globalization;
using System.Text;

namespace Micrograd.Parity.Reports;

/// <summary>A measurement as Markdown.</summary>
internal static class BenchMarkdown
{
    private const int PlotWidth = 40;

    /// <summary>The document's text.</summary>
    public static string Write(BenchReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(report.Machine).AppendLine();
        foreach (var (name, about) in report.Peers)
            Line(text, $"* {name}: {about}");
        foreach (var missing in report.Missing)
            Line(text, $"* {missing}");
        text.AppendLine();
        AppendComparison(text, report, "", report.Ratio);
        text.AppendLine();
        AppendComparison(text, report, ", by least times", report.RatioOfLeast);
        text.AppendLine();
        Line(text, $"| work | peer | median | least | spread | times {BenchReport.Reference}'s speed | peak memory |");
        text.AppendLine("|---|---|--:|--:|--:|--:|--:|");
        foreach (var row in report.Rows)
        {
            var ratio = report.Ratio(row) is { } times ? times.ToString("0.00", CultureInfo.InvariantCulture) : "";
            var memory = row.PeakMemory is { } bytes ? (bytes / 1e6).ToString("0 MB", CultureInfo.InvariantCulture) : "";
            Line(text, $"| {row.Work} | {row.Peer} | {Time(row.Median)} | {Time(row.Least)} | {row.Spread:0 %} | {ratio} | {memory} |");
        }

        text.AppendLine();
        Line(text, $"Growth of the engine's time with the number of nodes: exponent {report.GrowthExponent:0.000}").AppendLine();
        text.AppendLine("```text");
        var slowest = report.Growth.Max(p => p.NanosecondsPerNode);
        foreach (var point in report.Growth)
        {
            var bar = new string('#', (int)Math.Round(PlotWidth * point.NanosecondsPerNode / slowest));
            Line(text, $"{point.Nodes, 12:N0} nodes  {point.NanosecondsPerNode, 6:0.00} ns each  {bar}");
        }

        text.AppendLine("```");
        if (report.Retaken > 0)
            Line(text.AppendLine(), $"Samples taken again since the driver had lost its core: {report.Retaken:N0}");
        if (report.Harness is { } harness)
            text.AppendLine().AppendLine(harness.Summary);
        foreach (var error in report.Errors)
            Line(text.AppendLine(), $"RESULTS DIFFER: {error}");
        return text.ToString();
    }

    /// <summary>The engine's works, each with how many times as fast as every peer it is.</summary>
    private static void AppendComparison(StringBuilder text, BenchReport report, string how, Func<BenchRow, string, string, double?> ratio)
    {
        var rivals = report.Rivals;
        Line(
            text,
            $"| {BenchReport.Engine}'s speed{how}, times that of | {string.Join(" | ", rivals.Select(r => r.Work.Length == 0 ? r.Peer : $"{r.Peer} ({r.Work})"))} |"
        );
        text.AppendLine($"|---|{string.Concat(rivals.Select(_ => "--:|"))}");
        foreach (var row in report.Rows.Where(r => r.Peer == BenchReport.Engine))
        {
            var ratios = rivals.Select(r => ratio(row, r.Peer, r.Work)?.ToString("#,0.00", CultureInfo.InvariantCulture));
            Line(text, $"| {row.Work} | {string.Join(" | ", ratios)} |");
        }
    }

    private static StringBuilder Line(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>A time in the unit that suits it.</summary>
    public static string Time(double nanoseconds) =>
        nanoseconds >= 1e7
            ? (nanoseconds / 1e6).ToString("N0", CultureInfo.InvariantCulture) + " ms"
            : (nanoseconds / 1e3).ToString("N0", CultureInfo.InvariantCulture) + " µs";
}
