using System.Text;
using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Reports.Html;

/// <summary>A place in the page for each item, named after it.</summary>
public sealed class Anchors
{
    private readonly Dictionary<ItemResult, string> _byItem = new(ReferenceEqualityComparer.Instance);

    /// <summary>Gives each item its place.</summary>
    public Anchors(IEnumerable<ItemResult> items)
    {
        var taken = new HashSet<string>();
        foreach (var item in items)
        {
            var name = Slug($"{item.Kind.Word} {item.Name}");
            var unique = name;
            for (var i = 2; !taken.Add(unique); i++)
                unique = $"{name}-{i}";
            _byItem.Add(item, unique);
        }
    }

    /// <summary>An item's place.</summary>
    public string this[ItemResult item] => _byItem[item];

    /// <summary>Letters and digits, the rest as single hyphens: <c>op-clamp-1-1</c>.</summary>
    private static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        return slug.ToString().Trim('-');
    }
}
