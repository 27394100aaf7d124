using System.Globalization;
using System.Text;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Reports;

/// <summary>
/// A run as Markdown, made to be appended to a CI step's summary, which takes a megabyte: the answer, failures, then a line an item.
/// </summary>
internal static class MarkdownReport
{
    /// <summary>Length of the failures in characters, beyond which further failures are only counted.</summary>
    private const int FailuresRoom = 600_000;

    /// <summary>Maximum length of a line of a failure, such as the operands of a long sum.</summary>
    private const int LongestLine = 2_000;

    /// <summary>The document's text.</summary>
    public static string Write(RunReport report)
    {
        var text = new StringBuilder();
        Head(text, report);
        Failures(text, report);
        KnownDifferences(text, report);
        Items(text, report);
        Functions(text, report.Functions);
        BoundsUsed(text, report);
        TorchAgainstItself(text, report);
        Opinions(text, report.Beside.Opinions);
        if (report.Beside.Faults is { } faults)
        {
            Heading(text, "Planted mistakes");
            text.AppendLine(Wording.Of(faults));
        }

        Fuzz(text, report.Beside.Fuzz);
        if (report.Beside.Bench is { } bench)
        {
            Heading(text, "Speed");
            text.Append(BenchMarkdown.Write(bench));
        }

        return PlainText.Lines(text.ToString());
    }

    private static void Head(StringBuilder text, RunReport report)
    {
        var e = report.Environment;
        text.AppendLine(report.Parity ? "# Parity: the same bits" : "# MISMATCH");
        text.AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{Escape(Wording.Size(report.Items))}: **{Wording.Number(report.Summary.Compared)}** numbers compared, {Wording.Of(report.Summary)}."
        );
        text.AppendLine();
        text.AppendLine("| | |");
        text.AppendLine("|---|---|");
        Row("against", e.TorchSummary);
        Row("processor", e.Processor);
        Row("engine", e.Runtime);
        Row("system", e.System);
        Row("commit", e.Commit.Length == 0 ? "unknown" : e.Commit);
        Row("when", $"{Wording.When(e)}, {e.Seconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
        Row("seed", e.Seed.ToString(CultureInfo.InvariantCulture));
        if (e.Filter.Length > 0)
            Row("only", e.Filter);

        void Row(string what, string found) => text.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {Escape(found)} |");
    }

    private static void Failures(StringBuilder text, RunReport report)
    {
        var causes = RootCause.Of(report.Items);
        var failed = causes.SelectMany(c => c.Items.Select((item, i) => (Item: item, Cause: c, IsFirst: i == 0))).ToList();
        if (failed.Count == 0)
            return;
        Heading(text, $"Failures ({failed.Count})");
        foreach (var cause in causes)
            text.AppendLine(CultureInfo.InvariantCulture, $"* **{Escape(cause.What)}**{Escape(cause.Sentence[cause.What.Length..])}");
        text.AppendLine();
        var end = text.Length + FailuresRoom;
        foreach (var (index, (item, cause, isFirst)) in failed.Index())
        {
            if (isFirst && index > 0 && failed[index - 1].Cause.Items.Count > 1)
                text.AppendLine("</details>").AppendLine();
            if (!isFirst && cause.Items[1] == item)
                text.AppendLine(CultureInfo.InvariantCulture, $"<details><summary>{cause.Items.Count - 1} that follow</summary>").AppendLine();
            if (text.Length > end)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{failed.Count - index} more items fail; there is no room for them here.")
                    .AppendLine();
                if (!isFirst)
                    text.AppendLine("</details>").AppendLine();
                return;
            }

            text.AppendLine(CultureInfo.InvariantCulture, $"### {Escape(item.Kind)} {Escape(item.Name)}");
            text.AppendLine();
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{Wording.Number(item.Counts.Mismatch)} of {Wording.Number(item.Counts.Compared)} numbers mismatch."
            );
            text.AppendLine();
            foreach (var line in Wording.Lines(item))
                text.Append("    ").AppendLine(Short(PlainText.OneLine(line)));
            text.AppendLine();
        }

        if (failed[^1].Cause.Items.Count > 1)
            text.AppendLine("</details>").AppendLine();
    }

    private static void KnownDifferences(StringBuilder text, RunReport report)
    {
        var known = report.Items.Where(i => i.Known.Count > 0).ToList();
        if (known.Count == 0)
            return;
        Heading(text, "Known differences");
        foreach (var item in known)
        {
            foreach (var reason in item.Known)
                text.AppendLine(CultureInfo.InvariantCulture, $"* {Escape(item.Name)}: {Escape(reason)}");
        }
    }

    private static void Items(StringBuilder text, RunReport report)
    {
        foreach (var kind in report.Items.GroupBy(i => i.Kind))
        {
            var hasSource = kind.Any(i => i.Ours.Length > 0) && !kind.Any(i => i.Ours.Contains('\n') || i.Theirs.Contains('\n'));
            Heading(text, Escape($"{char.ToUpperInvariant(kind.Key[0])}{kind.Key[1..]}s"));
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {Escape(kind.Key)} |{(hasSource ? " ours | theirs |" : "")} points | numbers | greatest ulp | verdict |"
            );
            text.AppendLine(CultureInfo.InvariantCulture, $"|---|{(hasSource ? "---|---|" : "")}---:|---:|---:|---|");
            foreach (var i in kind)
            {
                var source = hasSource ? $" {Code(i.Ours)} | {Code(i.Theirs)} |" : "";
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {Escape(i.Name)} |{source} {Wording.Number(i.Points)} | {Wording.Number(i.Counts.Compared)} | {Wording.Ulp(i.GreatestUlp)} | {Wording.Of(i.Verdict)} |"
                );
            }
        }
    }

    private static void Functions(StringBuilder text, IReadOnlyList<FunctionAgreement> functions)
    {
        if (functions.Count == 0)
            return;
        Heading(text, "Elementary functions by themselves");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Wording.WhyFunctionsDiffer} {Wording.Of(functions)} Errors are in ulps of the exact value.");
        text.AppendLine();
        text.AppendLine("| function | PyTorch's from | points | same bits | greatest ulp | C library's error | stated | PyTorch's error | stated |");
        text.AppendLine("|---|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var f in functions)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {Escape(f.Name)} | {Wording.Of(f.Source)} | {Wording.Number(f.Points)} | {Wording.Number(f.SameBits)} | {Wording.Ulp(f.GreatestUlp)} | {Wording.Error(f.OfC.Met)} | {Wording.Error(f.OfC.Stated)} | {Wording.Error(f.OfTorch.Met)} | {Wording.Error(f.OfTorch.Stated)} |"
            );
        }
    }

    private static void BoundsUsed(StringBuilder text, RunReport report)
    {
        if (Wording.UseOf(report.Items) is not { } use)
            return;
        Heading(text, "Share of the bound used");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Of {Wording.Number(use.Count)} numbers; the greatest share is {Wording.Share(use.Greatest)}."
        );
        text.AppendLine();
        text.AppendLine("| share | numbers |");
        text.AppendLine("|---|---:|");
        foreach (var (share, count) in Wording.Of(use))
            text.AppendLine(CultureInfo.InvariantCulture, $"| {share} | {Wording.Number(count)} |");
    }

    private static void TorchAgainstItself(StringBuilder text, RunReport report)
    {
        var self = report.Items.Where(i => i.TorchAgainstItself.Count > 0).ToList();
        if (self.Count == 0)
            return;
        Heading(text, "PyTorch against itself");
        text.AppendLine("A 0-dim tensor and a vector of the same numbers give different bits. Shown beside; ours is compared with the 0-dim tensor.");
        text.AppendLine();
        foreach (var item in self)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"* {Escape(item.Name)}: {Wording.Number(item.TorchAgainstItself.Count)} numbers, such as {Escape(item.TorchAgainstItself.Examples[0])}"
            );
    }

    private static void Opinions(StringBuilder text, OpinionsReport? opinions)
    {
        if (opinions is null)
            return;
        Heading(text, "Third opinions");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Wording.Of(opinions)}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Wording.Of(opinions.Environment)}.").AppendLine();
        foreach (var item in opinions.Items)
        {
            foreach (var refused in item.Unexplained)
                text.AppendLine(CultureInfo.InvariantCulture, $"* REFUSED {Escape(item.Name)}, {Escape(Wording.Of(refused))}");
        }

        var plain = opinions.HasPlain;
        var header =
            $"| item | gradients | least digits | median digits | ulp of values: ours | vectors |{(plain ? " vectors, plain |" : "")} ulp of gradients: ours | vectors |{(plain ? " vectors, plain |" : "")}";
        text.AppendLine().AppendLine(header);
        text.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(Enumerable.Repeat("---:|", plain ? 9 : 7))}");
        foreach (var item in opinions.Items)
        {
            var (d, t) = (item.Differences, item.Truth);
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {Escape(item.Name)} | {Wording.Number(d.Checked)} | {Wording.Digits(d.LeastDigits)} | {Wording.Digits(d.MedianDigits)} | {Errors([t.Ours.Value, t.Vector?.Value, t.PlainVector?.Value])} | {Errors([t.Ours.Gradient, t.Vector?.Gradient, t.PlainVector?.Gradient])} |"
            );
        }

        string Errors(double?[] sides) => string.Join(" | ", sides[..(plain ? 3 : 2)].Select(Wording.Error));
    }

    private static void Fuzz(StringBuilder text, FuzzSummary? fuzz)
    {
        if (fuzz is null)
            return;
        Heading(text, "Random programs");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Wording.Of(fuzz)}");
        foreach (var finding in fuzz.Findings)
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"* {Escape(finding.Name)}: {Code(finding.Again)}");
    }

    private static string Short(string line) =>
        line.Length <= LongestLine ? line : $"{line[..LongestLine]}… ({Wording.Number(line.Length)} characters, in full in the JSON)";

    private static void Heading(StringBuilder text, string heading) =>
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {heading}").AppendLine();

    private static string Code(string source) =>
        source.Length == 0 ? "" : $"`{PlainText.OneLine(source).Replace("|", "\\|", StringComparison.Ordinal).Replace('`', '\'')}`";

    /// <summary>Text in which nothing is taken for markup.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in PlainText.OneLine(text.ReplaceLineEndings(" ")))
        {
            if (c is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '#' or '|' or '~')
                escaped.Append('\\');
            escaped.Append(c);
        }

        return escaped.ToString();
    }
}
