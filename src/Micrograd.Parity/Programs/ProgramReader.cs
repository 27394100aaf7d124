using System.Text.Json;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Programs;

/// <summary>
/// Reads a program from JSON (docs/program-format.md). What it does not know it refuses, so that no typing error is passed over.
/// </summary>
public static class ProgramReader
{
    private static readonly string[] s_kinds = ["leaf", "constant", "op"];

    /// <summary>Reads a program that can be run.</summary>
    /// <param name="json">The document's text.</param>
    /// <param name="ops">The ops it may use.</param>
    /// <exception cref="ProgramFormatException">The text is no such program; the message says where and why.</exception>
    public static Program Read(string json, OpCatalogue ops)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var program = Read(document.RootElement);
            return ProgramRules.Problem(program, ops) is { } problem ? throw new ProgramFormatException($"{problem}.") : program;
        }
        catch (JsonException e)
        {
            throw new ProgramFormatException($"it is no JSON: {e.Message}", e);
        }
    }

    private static Program Read(JsonElement root)
    {
        var fields = Fields(root, "the document", "format", "version", "name", "note", "nodes", "passes");
        if (Text(fields, "format", "the document") is var format && format != ProgramWriter.Format)
            throw new ProgramFormatException($"its format is '{format}', not '{ProgramWriter.Format}'.");
        if (Whole(fields, "version", "the document") is var version && version != ProgramWriter.Version)
            throw new ProgramFormatException($"its version is {version}; this reader knows version {ProgramWriter.Version}.");
        return new Program(
            Text(fields, "name", "the document"),
            [.. List(fields, "nodes", "the document").Select(ReadNode)],
            [.. List(fields, "passes", "the document").Select(ReadPass)]
        )
        {
            Note = fields.ContainsKey("note") ? Text(fields, "note", "the document") : "",
        };
    }

    private static Node ReadNode(JsonElement element, int index)
    {
        var where = $"node {index}";
        var fields = Fields(element, where, "leaf", "constant", "op", "operands", "settings", "label");
        var kinds = s_kinds.Where(fields.ContainsKey).ToList();
        if (kinds.Count != 1)
        {
            var found = kinds.Count == 0 ? "none" : string.Join(" and ", kinds);
            throw new ProgramFormatException($"{where} must be one of leaf, constant and op; it is {found}.");
        }

        var label = fields.ContainsKey("label") ? Text(fields, "label", where) : null;
        if (kinds[0] != "op")
        {
            if (fields.ContainsKey("operands") || fields.ContainsKey("settings"))
                throw new ProgramFormatException($"{where} is a {kinds[0]} and has neither operands nor settings.");
            var number = Number(fields[kinds[0]], $"'{kinds[0]}' of {where}");
            return kinds[0] == "leaf" ? Node.Leaf(number, label) : Node.Constant(number, label);
        }

        return Node.Of(
            Text(fields, "op", where),
            [.. List(fields, "operands", where).Select(o => Whole(o, $"an operand of {where}"))],
            fields.ContainsKey("settings") ? [.. List(fields, "settings", where).Select(s => Number(s, $"a setting of {where}"))] : [],
            label
        );
    }

    private static Pass ReadPass(JsonElement element, int index)
    {
        var where = $"pass {index}";
        var fields = Fields(element, where, "root", "upstream", "clear");
        var clear = fields.TryGetValue("clear", out var given) ? given.ValueKind : JsonValueKind.False;
        if (clear is not (JsonValueKind.True or JsonValueKind.False))
            throw new ProgramFormatException($"'clear' of {where} must be true or false.");
        return new Pass(
            Whole(fields, "root", where),
            fields.TryGetValue("upstream", out var upstream) ? Number(upstream, $"'upstream' of {where}") : 1,
            clear == JsonValueKind.True
        );
    }

    private static Dictionary<string, JsonElement> Fields(JsonElement element, string where, params string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new ProgramFormatException($"{where} must be an object, in braces.");
        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var field in element.EnumerateObject())
        {
            if (!known.Contains(field.Name))
                throw new ProgramFormatException($"{where} has '{field.Name}', which is unknown; known are {string.Join(", ", known)}.");
            if (!fields.TryAdd(field.Name, field.Value))
                throw new ProgramFormatException($"{where} has '{field.Name}' twice.");
        }

        return fields;
    }

    private static JsonElement Field(Dictionary<string, JsonElement> fields, string name, string where) =>
        fields.TryGetValue(name, out var field) ? field : throw new ProgramFormatException($"{where} has no '{name}'.");

    private static string Text(Dictionary<string, JsonElement> fields, string name, string where) =>
        Field(fields, name, where) is { ValueKind: JsonValueKind.String } field
            ? field.GetString()!
            : throw new ProgramFormatException($"'{name}' of {where} must be a text.");

    private static JsonElement.ArrayEnumerator List(Dictionary<string, JsonElement> fields, string name, string where) =>
        Field(fields, name, where) is { ValueKind: JsonValueKind.Array } field
            ? field.EnumerateArray()
            : throw new ProgramFormatException($"'{name}' of {where} must be a list, in brackets.");

    private static int Whole(Dictionary<string, JsonElement> fields, string name, string where) =>
        Whole(Field(fields, name, where), $"'{name}' of {where}");

    private static int Whole(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number)
            ? number
            : throw new ProgramFormatException($"{what} must be a whole number.");

    private static double Number(JsonElement element, string what) =>
        JsonNumber.Read(element) ?? throw new ProgramFormatException($"{what} must be a number, \"NaN\", \"Infinity\" or \"-Infinity\".");
}
