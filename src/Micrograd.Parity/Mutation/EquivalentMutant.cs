using System.Text.Json;

namespace Micrograd.Parity.Mutation;

/// <summary>A change that makes no difference that anybody could compute, and why.</summary>
/// <param name="File">The source file's name.</param>
/// <param name="Source">The line it begins in, without white space at its ends; with the line before where nothing else stands in it.</param>
/// <param name="Original">What is replaced.</param>
/// <param name="Replacement">What replaces it.</param>
/// <param name="Reason">Why it makes no difference.</param>
public sealed record EquivalentMutant(string File, string Source, string Original, string Replacement, string Reason)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip };

    /// <summary>Whether it is this change.</summary>
    public bool Is(Mutant mutant) =>
        mutant is not null && mutant.File == File && mutant.Source == Source && mutant.Original == Original && mutant.Replacement == Replacement;

    /// <summary>Reads a list of them.</summary>
    /// <exception cref="FormatException">It is none, or one has no reason.</exception>
    public static IReadOnlyList<EquivalentMutant> Read(string json)
    {
        try
        {
            var list = JsonSerializer.Deserialize<List<EquivalentMutant>>(json, s_json) ?? [];
            return list.Find(e => string.IsNullOrWhiteSpace(e.Reason)) is { } silent
                ? throw new FormatException($"{silent.File}: {silent.Original} → {silent.Replacement} is listed as equivalent without a reason.")
                : list;
        }
        catch (JsonException e)
        {
            throw new FormatException($"This is no list of equivalent mutants: {e.Message}", e);
        }
    }
}
