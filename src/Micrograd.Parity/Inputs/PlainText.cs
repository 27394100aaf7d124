using System.Globalization;
using System.Text;

namespace Micrograd.Parity.Inputs;

/// <summary>Text from files, made fit for a terminal and for reports: what would move the cursor, change the order of letters or hide is escaped.</summary>
internal static class PlainText
{
    /// <summary>Number of characters after which <see cref="Short"/> cuts, unless told otherwise.</summary>
    public const int ReadableLength = 80;

    /// <summary>A text as one line: control and format characters, line breaks and halves of surrogate pairs as <c>\u001b</c> or <c>\n</c>.</summary>
    public static string OneLine(string text) => Escaped(text, keepsLines: false);

    /// <summary>A text of several lines, each as <see cref="OneLine"/> gives it, with line feeds between them.</summary>
    public static string Lines(string text) => Escaped(text.Replace("\r\n", "\n", StringComparison.Ordinal), keepsLines: true);

    /// <summary>A name or a value as it is quoted: one line, runs of spaces as one space, cut at a length.</summary>
    public static string Short(string text, int length = ReadableLength)
    {
        var line = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) && !char.IsControl(c) && line.Length > 0 && line[^1] == ' ')
                continue;
            if (line.Length == length)
                return OneLine($"{line}… ({text.Length.ToString("N0", CultureInfo.InvariantCulture)} characters)");
            line.Append(char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator ? ' ' : c);
        }

        return OneLine(line.ToString());
    }

    private static string Escaped(string text, bool keepsLines)
    {
        StringBuilder? escaped = null;
        for (var i = 0; i < text.Length; )
        {
            var whole = Rune.TryGetRuneAt(text, i, out var rune);
            var length = whole ? rune.Utf16SequenceLength : 1;
            var plain = whole && (IsPlain(Rune.GetUnicodeCategory(rune)) || (keepsLines && text[i] == '\n'));
            if (!plain)
            {
                escaped ??= new StringBuilder(text, 0, i, text.Length + 16);
                foreach (var c in text.AsSpan(i, length))
                    escaped.Append(Escape(c));
            }
            else
            {
                escaped?.Append(text, i, length);
            }

            i += length;
        }

        return escaped?.ToString() ?? text;
    }

    private static bool IsPlain(UnicodeCategory category) =>
        category
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate
            );

    private static string Escape(char c) =>
        c switch
        {
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
        };
}
