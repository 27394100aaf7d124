using System.Text.RegularExpressions;
using Micrograd.Parity.Tools;

namespace Micrograd.Parity.Tests;

/// <summary>A type's name stands for one thing in all projects, whatever its namespace.</summary>
public partial class TypeNameTests
{
    private static readonly string[] s_tops = ["src", "comparisons"];

    private static string Root => Repository.Above(AppContext.BaseDirectory)!;

    [Fact]
    public void No_two_types_have_the_same_name()
    {
        var declared = s_tops
            .SelectMany(top => Directory.GetFiles(Path.Combine(Root, top), "*.*", SearchOption.AllDirectories))
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(folder => folder is "obj" or "bin"))
            .SelectMany(Declared)
            .Distinct()
            .ToList();
        Assert.True(declared.Count > 500, $"{declared.Count} types were found.");
        Assert.Equal([], Twice(declared));
    }

    [Theory]
    [InlineData("internal static class Losses", "LOSSES")]
    [InlineData("public readonly record struct Losses(int X)", "losses")]
    [InlineData("internal delegate double Losses(double x);", "Losses")]
    [InlineData("public enum Losses", "Losses")]
    public void A_second_type_is_seen(string declaration, string other)
    {
        var declared = Types($"namespace A;\n\n{declaration}\n").Append(("B", other));
        Assert.Single(Twice(declared));
    }

    [Fact]
    public void Parts_of_one_type_are_one() =>
        Assert.Single(Types("namespace A;\n\npublic partial struct X\n").Concat(Types("namespace A;\npartial struct X;")).Distinct());

    /// <summary>Names that differ in case alone are read as one.</summary>
    private static IEnumerable<string> Twice(IEnumerable<(string Namespace, string Name)> declared) =>
        declared
            .GroupBy(type => type.Name, StringComparer.OrdinalIgnoreCase)
            .Where(types => types.Count() > 1)
            .Select(types => string.Join(", ", types.Select(type => $"{type.Namespace}.{type.Name}").Order(StringComparer.Ordinal)));

    private static IEnumerable<(string Namespace, string Name)> Declared(string path) =>
        Path.GetExtension(path) switch
        {
            ".cs" => Types(File.ReadAllText(path)),
            ".razor" when Path.GetFileNameWithoutExtension(path) is var name && name != "_Imports" => [("Razor", name)],
            _ => [],
        };

    private static IEnumerable<(string Namespace, string Name)> Types(string source) =>
        TopLevel().Matches(source).Select(type => (Namespace().Match(source).Groups[1].Value, type.Groups["name"].Value));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    /// <summary>Declarations that begin a line: those within others are indented.</summary>
    [GeneratedRegex(
        @"^(?:[a-z]+ )*(?:class|struct|interface|enum|record|delegate [\w<>\[\]?., ()]+?) (?:struct |class )?(?<name>[A-Z]\w*)(?=[\s<(:;{]|$)",
        RegexOptions.Multiline
    )]
    private static partial Regex TopLevel();
}
