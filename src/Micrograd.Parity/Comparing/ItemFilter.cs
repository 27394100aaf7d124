using System.Globalization;
using System.IO.Enumeration;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Comparing;

/// <summary>
/// Selects the items to run: a part of a name (<c>tanh</c>), a kind (<c>op</c>, <c>program</c>, <c>training</c>), a pattern (<c>*elu*</c>), a name in
/// quotation marks for that name alone, or one point of an op: <c>tanh @ 0.5</c>, <c>div @ 1, 3 upstream -0.25</c>.
/// </summary>
/// <param name="Pattern">The part before @.</param>
/// <param name="Point">The point after @: operands, then the upstream gradient.</param>
internal sealed record ItemFilter(string Pattern, (double[] Operands, double Upstream)? Point)
{
    /// <summary>The filter as it was written; empty for everything.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Reads a filter.</summary>
    /// <exception cref="FormatException">The point is not a list of numbers.</exception>
    public static ItemFilter Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return new ItemFilter("", null);
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
            return new ItemFilter(text.Trim(), null) { Text = text.Trim() };
        var parts = text[(at + 1)..].Split("upstream");
        if (parts.Length > 2)
            throw new FormatException($"'{text}' has more than one upstream gradient.");
        var operands = parts[0].Split(',').Select(Number).ToArray();
        return new ItemFilter(text[..at].Trim(), (operands, parts.Length == 2 ? Number(parts[1]) : 1)) { Text = text.Trim() };
    }

    /// <summary>The items it selects; a name that is met exactly selects that item alone.</summary>
    public IReadOnlyList<IComparison> Select(IReadOnlyList<IComparison> all)
    {
        if (Pattern.Length == 0)
            return all;
        var exact = all.Where(c =>
                c.Name.Equals(Pattern, StringComparison.OrdinalIgnoreCase) || c.Kind.Word.Equals(Pattern, StringComparison.OrdinalIgnoreCase)
            )
            .ToList();
        if (exact.Count > 0)
            return exact;
        return Pattern.Contains('*', StringComparison.Ordinal)
            ? [.. all.Where(c => FileSystemName.MatchesSimpleExpression(Pattern, c.Name, ignoreCase: true))]
            : [.. all.Where(c => c.Name.Contains(Pattern, StringComparison.OrdinalIgnoreCase))];
    }

    private static double Number(string text) =>
        !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? throw new FormatException($"'{PlainText.Short(text.Trim())}' is not a number. A point is written as in: div @ 1, -0.5 upstream 2")
        : double.IsInfinity(number) && text.Any(char.IsAsciiDigit)
            ? throw new FormatException($"'{PlainText.Short(text.Trim())}' is beyond a double's range. An infinite number is written Infinity.")
        : number;
}
