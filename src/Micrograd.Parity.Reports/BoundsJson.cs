using System.Text.Json.Nodes;
using Micrograd.Parity.Bounds;
using Micrograd.Parity.Fuzzing.Oracles;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Reports;

/// <summary>The check of the bounds as one JSON document.</summary>
internal static class BoundsJson
{
    /// <summary>The document's text.</summary>
    /// <param name="result">The check of random programs.</param>
    /// <param name="functions">The errors of functions as measured.</param>
    /// <param name="seed">The seed of both.</param>
    public static string Write(BoundValidationResult result, IReadOnlyList<FunctionError> functions, int seed)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(functions);
        return JsonReport.Text(
            new JsonObject
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
                ["median_looseness"] = double.IsFinite(result.MedianLooseness) ? JsonNumber.Write(result.MedianLooseness) : null,
                ["functions"] = new JsonArray([.. functions.Select(Function)]),
            }
        );
    }

    private static JsonNode Function(FunctionError error) =>
        new JsonObject
        {
            ["function"] = error.Name,
            ["library"] = error.Library.Name,
            ["format"] = error.Library.Format.Name,
            ["points"] = error.Points,
            ["allowed_ulp"] = JsonNumber.Write(error.Allowed),
            ["greatest_ulp"] = JsonNumber.Write(error.Greatest),
            ["at"] = new JsonArray([.. error.At.Select(x => (JsonNode)JsonNumber.Write(x))]),
        };
}
