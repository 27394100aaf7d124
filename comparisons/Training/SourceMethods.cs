using System.Runtime.CompilerServices;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>Cuts the methods of both sides out of the files of this folder, which are built into the assembly.</summary>
internal static class SourceMethods
{
    /// <summary>The methods <c>Ours</c>, <c>ZeroDim</c> and <c>Modules</c> of the file that asks.</summary>
    internal static TrainingSource OfThisFile([CallerFilePath] string file = "")
    {
        var name = file[(file.LastIndexOfAny(['/', '\\']) + 1)..];
        using var stream = typeof(SourceMethods).Assembly.GetManifestResourceStream(name)!;
        var lines = new StreamReader(stream).ReadToEnd().ReplaceLineEndings("\n").Split('\n');
        return new TrainingSource(Method(lines, "Ours"), Method(lines, "ZeroDim"), Method(lines, "Modules"));
    }

    /// <summary>From the line that declares a method to the one that closes it, at the same indentation; indented less by it.</summary>
    private static string Method(string[] lines, string name)
    {
        const string Indentation = "    ";
        var first = Array.FindIndex(lines, l =>
            l.StartsWith($"{Indentation}private static ", StringComparison.Ordinal) && l.Contains($" {name}(", StringComparison.Ordinal)
        );
        var last = Array.FindIndex(lines, first, l => l.StartsWith($"{Indentation}}}", StringComparison.Ordinal));
        return string.Join('\n', lines[first..(last + 1)].Select(l => l.Length == 0 ? l : l[Indentation.Length..]));
    }
}
