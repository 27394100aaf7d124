using System.Text;
using System.Text.RegularExpressions;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Tests.Inputs;

/// <summary>Breaks JSON and other texts in the ways in which files break, or are broken by hand.</summary>
internal static partial class Corruption
{
    internal static readonly string Hostile =
        "\u001b[31mRED\u001b]0;own\u0007\u001b[2J\u202e\u0000\r\nNO BUG\nPARITY\u2028`|</script>]]>&*_[x](y)" + new string('x', 300);

    private static readonly string[] s_values =
    [
        "null",
        "[]",
        "{}",
        "\"\"",
        "\"x\"",
        "true",
        "0",
        "-1",
        "0.5",
        "1e400",
        "-0.0",
        "1000000000",
        "99999999999999999999",
        "\"NaN\"",
        "\"Infinity\"",
        "[null]",
        "[[[]]]",
        "{\"kind\":null}",
    ];

    /// <summary>A text broken in one to three places.</summary>
    internal static string Of(string text, SeededRandom random)
    {
        for (var n = 1 + random.Next(3); n > 0 && text.Length > 0; n--)
            text = Once(text, random);
        return text;
    }

    /// <summary>A document in which one string is hostile.</summary>
    internal static string WithHostileText(string json, SeededRandom random)
    {
        var strings = Value().Matches(json).Where(m => m.Value[0] == '"').ToList();
        return strings.Count == 0 ? json : Replace(json, random.OneOf(strings), System.Text.Json.JsonSerializer.Serialize(Hostile));
    }

    private static string Once(string text, SeededRandom random)
    {
        var at = random.Next(text.Length);
        switch (random.Next(9))
        {
            case 0:
                return text[..at];
            case 1:
                return string.Concat(text.AsSpan(0, at), ((char)random.Next(300)).ToString(), text.AsSpan(at + 1));
            case 2:
                return text.Remove(at, Math.Min(text.Length - at, 1 + random.Next(40)));
            case 3:
                return text.Insert(at, text.Substring(at, Math.Min(text.Length - at, random.Next(60))));
            case 4:
                var bytes = Encoding.UTF8.GetBytes(text);
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return Encoding.UTF8.GetString(bytes);
            case 5 or 6 when Value().Matches(text) is { Count: > 0 } values:
                return Replace(text, random.OneOf(values.ToList()), random.OneOf(s_values));
            case 7 when Member().Matches(text) is { Count: > 0 } members:
                return Replace(text, random.OneOf(members.ToList()), "");
            default:
                return WithHostileText(text, random);
        }
    }

    private static string Replace(string text, Match part, string with) =>
        string.Concat(text.AsSpan(0, part.Index), with, text.AsSpan(part.Index + part.Length));

    /// <summary>A scalar that stands for a value.</summary>
    [GeneratedRegex("""(?<=[:\[,]\s*)("[^"\\\n]*"|-?[0-9][0-9.eE+-]*|true|false|null)(?=\s*[,\]}])""")]
    private static partial Regex Value();

    [GeneratedRegex("""("[a-z_]+":\s*("[^"\\\n]*"|-?[0-9][0-9.eE+-]*|true|false|null),)""")]
    private static partial Regex Member();
}
