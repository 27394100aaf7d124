using System.Text.Json.Nodes;

namespace Micrograd.Parity.Tests.Reports;

/// <summary>A JSON schema, of which the keywords that this repository's schemas use are understood.</summary>
internal sealed class JsonSchema(JsonNode root)
{
    internal static IReadOnlyList<string> Understood { get; } =
    [
        "$schema",
        "title",
        "description",
        "$defs",
        "$ref",
        "type",
        "required",
        "additionalProperties",
        "properties",
        "items",
        "const",
        "enum",
        "anyOf",
        "minimum",
        "minLength",
    ];

    internal IEnumerable<string> UsedKeywords => Keywords(root);

    internal static JsonSchema Of(string file) => new(JsonNode.Parse(Resource.Read(file))!);

    /// <summary>What is wrong with a document, each with its place.</summary>
    internal IReadOnlyList<string> Faults(string document) => [.. Faults(root, JsonNode.Parse(document), "$")];

    private IEnumerable<string> Faults(JsonNode schema, JsonNode? node, string place)
    {
        if ((string?)schema["$ref"] is { } reference)
            return Faults(root["$defs"]![reference["#/$defs/".Length..]]!, node, place);
        if (schema["anyOf"] is JsonArray any)
            return any.Any(s => !Faults(s!, node, place).Any()) ? [] : [$"{place}: none of the alternatives"];
        if (schema.AsObject().ContainsKey("const") && !JsonNode.DeepEquals(schema["const"], node))
            return [$"{place}: not {schema["const"]}"];
        if (schema["enum"] is JsonArray values && !values.Any(v => JsonNode.DeepEquals(v, node)))
            return [$"{place}: {node} is none of {values.ToJsonString()}"];
        if ((string?)schema["type"] is { } type && !IsOf(type, node))
            return [$"{place}: no {type}"];
        if ((double?)schema["minimum"] is { } least && (double)node! < least)
            return [$"{place}: below {least}"];
        if ((int?)schema["minLength"] is { } shortest && ((string)node!).Length < shortest)
            return [$"{place}: too short"];
        if (schema["type"] is null)
            return [];
        return node switch
        {
            JsonArray array => array.SelectMany((element, i) => Faults(schema["items"]!, element, $"{place}[{i}]")),
            JsonObject members => Faults(schema, members, place),
            _ => [],
        };
    }

    private IEnumerable<string> Faults(JsonNode schema, JsonObject members, string place)
    {
        var properties = schema["properties"]?.AsObject() ?? [];
        var others = schema["additionalProperties"]!;
        return (schema["required"]?.AsArray() ?? [])
            .Select(r => (string)r!)
            .Where(r => !members.ContainsKey(r))
            .Select(r => $"{place}: {r} is missing")
            .Concat(
                members.SelectMany(m =>
                    properties[m.Key] is { } known ? Faults(known, m.Value, $"{place}.{m.Key}")
                    : others is JsonObject any ? Faults(any, m.Value, $"{place}.{m.Key}")
                    : (bool)others ? []
                    : [$"{place}: {m.Key} is unknown"]
                )
            );
    }

    private static bool IsOf(string type, JsonNode? node) =>
        type switch
        {
            "object" => node is JsonObject,
            "array" => node is JsonArray,
            "string" => node is JsonValue v && v.TryGetValue<string>(out _),
            "boolean" => node is JsonValue v && v.TryGetValue<bool>(out _),
            "integer" => node is JsonValue v && (v.TryGetValue<long>(out _) || v.TryGetValue<ulong>(out _)),
            _ => node is JsonValue v && v.TryGetValue<double>(out _),
        };

    private static IEnumerable<string> Keywords(JsonNode? schema)
    {
        foreach (var (key, value) in schema!.AsObject())
        {
            yield return key;
            var below = key switch
            {
                "properties" or "$defs" => value!.AsObject().Select(p => p.Value),
                "items" => [value],
                "additionalProperties" when value is JsonObject => [value],
                "anyOf" => value!.AsArray(),
                _ => [],
            };
            foreach (var keyword in below.SelectMany(Keywords))
                yield return keyword;
        }
    }
}
