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
        var sections = Sections.Of(report).ToLookup(s => s.Section.IsFirst);
        foreach (var (section, blocks) in sections[true])
            Write(text, section, blocks);
        Items(text, report);
        foreach (var (section, blocks) in sections[false])
            Write(text, section, blocks);
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
        var causes = RootCause.Group(report.Items);
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

            text.AppendLine(CultureInfo.InvariantCulture, $"### {item.Kind.Word} {Escape(item.Name)}");
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

    private static void Items(StringBuilder text, RunReport report)
    {
        foreach (var kind in report.Items.GroupBy(i => i.Kind))
        {
            var hasSource = kind.Any(i => i.Ours.Length > 0) && !kind.Any(i => i.Ours.Contains('\n') || i.Theirs.Contains('\n'));
            Heading(text, $"{kind.Key}s");
            Write(text, Sections.OfItems(kind.Key, kind, hasSource));
        }
    }

    /// <summary>The blocks of a section as a document of their own.</summary>
    public static string Write(IReadOnlyList<Block> blocks)
    {
        var text = new StringBuilder();
        Write(text, blocks);
        return PlainText.Lines(text.ToString());
    }

    private static void Write(StringBuilder text, Section section, IReadOnlyList<Block> blocks)
    {
        Heading(text, section.Title);
        Write(text, blocks);
    }

    private static void Write(StringBuilder text, IReadOnlyList<Block> blocks)
    {
        foreach (var block in blocks.Where(b => !b.OnlyOnPage))
        {
            _ = block switch
            {
                Paragraph { Tone: Tone.Bad } bad => text.AppendLine($"**{Escape(bad.Text)}**"),
                Paragraph paragraph => text.AppendLine(Escape(paragraph.Text)),
                Subheading heading => text.AppendLine($"### {Escape(heading.Text)}"),
                Bullets list => text.AppendJoin(
                    "",
                    list.Entries.Select(e => $"* {(e.Head.Length > 0 ? $"{Escape(e.Head)}: " : "")}{Escape(e.Text)}\n")
                ),
                Divergence found => text.AppendJoin("", $"{found.Difference}".ReplaceLineEndings("\n").Split('\n').Select(l => $"    {Short(l)}\n")),
                Code code => text.AppendLine("```").AppendLine(code.Text).AppendLine("```"),
                SectionTable table => Write(text, table),
                _ => throw new ArgumentOutOfRangeException(nameof(blocks), block, null),
            };
            text.AppendLine();
        }
    }

    private static StringBuilder Write(StringBuilder text, SectionTable table)
    {
        text.AppendLine($"| {string.Join(" | ", table.Columns.Select(c => Escape(c.Title)))} |");
        text.AppendLine($"|{string.Concat(table.Columns.Select(c => c.IsNumber ? "---:|" : "---|"))}");
        foreach (var row in table.Rows)
            text.AppendLine(
                $"| {string.Join(" | ", row.Zip(table.Columns, (cell, column) => column.IsCode ? Code(cell.Text) : Escape(cell.Plain)))} |"
            );
        return text;
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
