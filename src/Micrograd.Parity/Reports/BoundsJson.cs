using System.Text.Json.Nodes;
using Micrograd.Parity.Bounds;

namespace Micrograd.Parity.Reports;

/// <summary>The check of the bounds as one JSON document.</summary>
public static class BoundsJson
{
    /// <summary>The document's text.</summary>
    public static string Write(BoundValidationResult result, int seed)
    {
        ArgumentNullException.ThrowIfNull(result);
        return JsonReport.Text(new JsonObject
        {
            ["format"] = "micrograd-parity-bounds",
            ["version"] = 1,
            ["seed"] = seed,
            ["programs"] = result.Programs,
            ["numbers"] = result.Numbers,
            ["unbounded"] = result.Unbounded,
            ["undefined"] = result.Undefined,
            ["exceeded"] = result.ExceededCount,
            ["examples"] = new JsonArray([.. result.Exceeded.Select(e => (JsonNode)e)]),
            ["inexact"] = result.Inexact,
            ["median_looseness"] = double.IsFinite(result.MedianLooseness) ? result.MedianLooseness : null,
        });
    }
}
