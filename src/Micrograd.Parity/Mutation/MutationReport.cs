using System.Text.Json;

namespace Micrograd.Parity.Mutation;

/// <summary>Reads the mutants of a report in the JSON format that Stryker and its like share (mutation-testing-elements, schema 1 and 2).</summary>
public static class MutationReport
{
    /// <summary>The mutants, file by file.</summary>
    /// <exception cref="FormatException">The text is no such report.</exception>
    public static IReadOnlyList<Mutant> Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return [.. document.RootElement.GetProperty("files").EnumerateObject().SelectMany(OfFile)];
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            throw new FormatException($"This is no mutation report: {e.Message}", e);
        }
    }

    private static IEnumerable<Mutant> OfFile(JsonProperty file)
    {
        var lines = file.Value.GetProperty("source").GetString()!.ReplaceLineEndings("\n").Split('\n');
        foreach (var mutant in file.Value.GetProperty("mutants").EnumerateArray())
        {
            var (start, end) = (mutant.GetProperty("location").GetProperty("start"), mutant.GetProperty("location").GetProperty("end"));
            var (line, column) = At(start);
            var (lastLine, lastColumn) = At(end);
            var original =
                line == lastLine
                    ? lines[line][column..lastColumn]
                    : string.Join(' ', [lines[line][column..], .. lines[(line + 1)..lastLine], lines[lastLine][..lastColumn]]);
            yield return new Mutant(
                Path.GetFileName(file.Name),
                line + 1,
                Source(line, original),
                OneLine(original),
                OneLine(mutant.TryGetProperty("replacement", out var replacement) ? replacement.GetString() ?? "" : ""),
                FateOf(mutant.GetProperty("status").GetString())
            );
        }

        string Source(int line, string original) =>
            line > 0 && original.StartsWith(lines[line].Trim(), StringComparison.Ordinal)
                ? $"{lines[line - 1].Trim()} {lines[line].Trim()}"
                : lines[line].Trim();

        static (int Line, int Column) At(JsonElement place) => (place.GetProperty("line").GetInt32() - 1, place.GetProperty("column").GetInt32() - 1);
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static MutantFate FateOf(string? status) =>
        status switch
        {
            "Killed" or "Timeout" or "RuntimeError" => MutantFate.Killed,
            "Survived" => MutantFate.Survived,
            "NoCoverage" => MutantFate.NotCovered,
            _ => MutantFate.NotTried,
        };
}
