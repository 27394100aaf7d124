using Micrograd.Parity.Comparing;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Reports;

/// <summary>A section of the report, which each format writes in its own way.</summary>
/// <param name="Id">Its anchor on the page.</param>
/// <param name="Title">Its title.</param>
/// <param name="Blocks">Blocks of the section for a run; null where the run has nothing for it.</param>
public sealed record Section(string Id, string Title, Func<RunReport, IReadOnlyList<Block>?> Blocks)
{
    /// <summary>True if it stands before the items.</summary>
    public bool IsFirst { get; init; }
}

/// <summary>A paragraph, table or other part of a section.</summary>
public abstract record Block
{
    /// <summary>True if formats other than the page leave it out, as too long for them.</summary>
    public bool OnlyOnPage { get; init; }
}

/// <summary>Emphasis of a text.</summary>
public enum Tone
{
    /// <summary>None.</summary>
    Plain,

    /// <summary>The section's answer.</summary>
    Lead,

    /// <summary>Good news.</summary>
    Good,

    /// <summary>News that need a look.</summary>
    Odd,

    /// <summary>Bad news.</summary>
    Bad,

    /// <summary>The engine's own among others'.</summary>
    Own,

    /// <summary>Zero, where zero is the rule.</summary>
    Nil,
}

/// <summary>A paragraph.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Tone">Its emphasis.</param>
public sealed record Paragraph(string Text, Tone Tone = Tone.Plain) : Block;

/// <summary>A heading within the section.</summary>
/// <param name="Text">The heading.</param>
public sealed record Subheading(string Text) : Block;

/// <summary>A list.</summary>
/// <param name="Entries">Its entries.</param>
public sealed record Bullets(IReadOnlyList<SectionEntry> Entries) : Block;

/// <summary>An entry of a list.</summary>
/// <param name="Head">The word that it is about; empty for none.</param>
/// <param name="Text">Its text.</param>
public sealed record SectionEntry(string Head, string Text)
{
    /// <summary>The item that the head names; null if it names none.</summary>
    public ItemResult? Item { get; init; }
}

/// <summary>A difference with all its numbers.</summary>
/// <param name="Difference">The difference.</param>
/// <param name="IsFirst">True if it is the first divergence.</param>
public sealed record Divergence(Difference Difference, bool IsFirst) : Block;

/// <summary>Source code.</summary>
/// <param name="Title">Language or use of the code.</param>
/// <param name="Text">The code.</param>
public sealed record Code(string Title, string Text) : Block;

/// <summary>A table.</summary>
/// <param name="Caption">Its caption.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Its rows, a cell for each column.</param>
public sealed record SectionTable(string Caption, IReadOnlyList<SectionColumn> Columns, IReadOnlyList<IReadOnlyList<SectionCell>> Rows) : Block
{
    /// <summary>Text that opens the table, which is folded; null for one that is open.</summary>
    public string? Summary { get; init; }

    /// <summary>A row for each of some things.</summary>
    internal static SectionTable Create<T>(string caption, IEnumerable<T> rows, params IEnumerable<SectionColumn<T>?> columns)
    {
        var shown = columns.OfType<SectionColumn<T>>().ToList();
        return new SectionTable(caption, shown, [.. rows.Select(row => shown.ConvertAll(column => column.Cell(row)))]);
    }
}

/// <summary>A column of a table.</summary>
/// <param name="Title">Its title.</param>
/// <param name="IsNumber">True if it holds numbers.</param>
public record SectionColumn(string Title, bool IsNumber)
{
    /// <summary>True if narrow terminals leave it out.</summary>
    public bool OnlyWide { get; init; }

    /// <summary>True if it holds source code.</summary>
    public bool IsCode { get; init; }
}

/// <summary>A column of a table whose rows are things of a type.</summary>
/// <param name="Title">Its title.</param>
/// <param name="IsNumber">True if it holds numbers.</param>
/// <param name="Cell">The cell of a row.</param>
internal sealed record SectionColumn<T>(string Title, bool IsNumber, Func<T, SectionCell> Cell) : SectionColumn(Title, IsNumber);

/// <summary>A cell of a table.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Tone">Its emphasis.</param>
public sealed record SectionCell(string Text, Tone Tone = Tone.Plain)
{
    /// <summary>The item that the text names; null if it names none.</summary>
    public ItemResult? Item { get; init; }

    /// <summary>Length of a bar that is drawn in place of the text, from 0 to 1; null for none.</summary>
    public double? Bar { get; init; }

    /// <summary>The cell where nothing can be drawn: its text, or the bar in characters.</summary>
    internal string Plain => Bar is { } bar ? new string('▬', (int)Math.Round(BarLength * Math.Clamp(bar, 0, 1))) : Text;

    private const int BarLength = 40;

    /// <summary>A text without emphasis.</summary>
    public static implicit operator SectionCell(string? text) => new(text ?? "");

    /// <summary>A count; soft where it is 0.</summary>
    internal static SectionCell Count(long n) => new(Wording.Number(n), n == 0 ? Tone.Nil : Tone.Plain);

    /// <summary>Both sides' numbers: one if they are the same.</summary>
    internal static SectionCell Both(double? ours, double? theirs) =>
        ours is { } a && theirs is { } b && Ulps.Same(a, b) || ours is null && theirs is null
            ? Wording.Full(ours)
            : new SectionCell($"ours {Wording.Full(ours)}, theirs {Wording.Full(theirs)}, {Wording.Apart(ours, theirs)}", Tone.Bad);
}
