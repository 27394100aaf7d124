using System.Text.Json;
using Json.Schema;

namespace Micrograd.Parity.Tests.Reports;

/// <summary>A JSON schema of docs/.</summary>
internal sealed class Schema(string text)
{
    private readonly JsonSchema _schema = JsonSchema.FromText(text);

    internal static Schema Of(string file) => new(Resource.Read(file));

    /// <summary>Faults of a document, each behind its place as a JSON pointer; none where it satisfies the schema.</summary>
    internal IReadOnlyList<string> Faults(string document)
    {
        using var parsed = JsonDocument.Parse(document);
        var results = _schema.Evaluate(parsed.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid
            ? []
            : [.. results.Details!.SelectMany(d => (d.Errors ?? []).Values.Select(error => $"{d.InstanceLocation}: {error}"))];
    }
}
