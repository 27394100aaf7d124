using System.Text.Json.Nodes;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Tests.Reports;

/// <summary>docs/run.schema.json says what the documents are: those written satisfy it, others do not.</summary>
public class SchemaTests
{
    private static readonly JsonNode s_schema = JsonNode.Parse(Resource.Read("run.schema.json"))!;

    [Theory]
    [MemberData(nameof(ReportFixture.Names), MemberType = typeof(ReportFixture))]
    public void Documents_satisfy_the_schema(string name) =>
        Assert.Empty(Faults(s_schema, JsonNode.Parse(JsonReport.Write(ReportFixture.Report(name))), "$"));

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2", "$.version")]
    [InlineData("\"seed\": 2", "\"sed\": 2", "$.environment")]
    [InlineData("\"verdict\": \"same_bits\"", "\"verdict\": \"fine\"", "$.items[0].verdict")]
    [InlineData("\"points\": ", "\"points\": -", "$.items[0].points")]
    [InlineData("\"at\": [", "\"at\": [\"inf\", ", "$.items[0].curve.at[0]")]
    public void Other_documents_do_not(string old, string broken, string place)
    {
        var text = JsonReport.Write(ReportFixture.Green);
        var at = text.IndexOf(old, StringComparison.Ordinal);
        var faults = Faults(s_schema, JsonNode.Parse(text[..at] + broken + text[(at + old.Length)..]), "$");
        Assert.Contains(faults, f => f.StartsWith(place, StringComparison.Ordinal));
    }

    [Fact]
    public void The_schema_uses_only_what_is_validated_here() =>
        Assert.Empty(Keywords(s_schema).Except(
        [
            "$schema", "title", "description", "$defs", "$ref", "type", "required", "additionalProperties", "properties", "items", "const", "enum",
            "anyOf", "minimum",
        ]));

    private static IEnumerable<string> Faults(JsonNode schema, JsonNode? node, string place)
    {
        if ((string?)schema["$ref"] is { } reference)
            return Faults(s_schema["$defs"]![reference["#/$defs/".Length..]]!, node, place);
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
        return node switch
        {
            JsonArray array => array.SelectMany((element, i) => Faults(schema["items"]!, element, $"{place}[{i}]")),
            JsonObject members => Faults(schema, members, place),
            _ => [],
        };
    }

    private static IEnumerable<string> Faults(JsonNode schema, JsonObject members, string place)
    {
        Assert.False((bool)schema["additionalProperties"]!);
        var properties = schema["properties"]!.AsObject();
        return schema["required"]!.AsArray().Select(r => (string)r!).Where(r => !members.ContainsKey(r)).Select(r => $"{place}: {r} is missing")
            .Concat(members.Where(m => !properties.ContainsKey(m.Key)).Select(m => $"{place}: {m.Key} is unknown"))
            .Concat(members.Where(m => properties.ContainsKey(m.Key)).SelectMany(m => Faults(properties[m.Key]!, m.Value, $"{place}.{m.Key}")));
    }

    private static bool IsOf(string type, JsonNode? node) => type switch
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
                "anyOf" => value!.AsArray(),
                _ => [],
            };
            foreach (var keyword in below.SelectMany(Keywords))
                yield return keyword;
        }
    }
}
