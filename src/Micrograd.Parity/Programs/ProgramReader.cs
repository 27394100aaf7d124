using System.Text.Json;
using Micrograd.Parity.Inputs;
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
            var root = JsonPlace.Parse(json);
            var program = Read(root);
            if (ProgramRules.Problem(program, ops) is not { } problem)
                return program;
            var (list, index) = problem.IsPass ? ("passes", problem.Index) : ("nodes", problem.Index);
            throw (index is { } at ? root[list].Elements[at] : root[list]).Wrong($"{problem}.");
        }
        catch (InvalidDataException e)
        {
            throw new ProgramFormatException(e.Message, e);
        }
    }

    private static Program Read(JsonPlace root)
    {
        Check(root, "the document", "format", "version", "name", "note", "nodes", "passes");
        if (Text(root, "format", "the document") is var format && format != ProgramWriter.Format)
            throw root.Wrong($"its format is '{PlainText.Short(format)}', not '{ProgramWriter.Format}'.");
        if (Whole(root, "version", "the document") is var version && version != ProgramWriter.Version)
            throw root.Wrong($"its version is {version}; this reader knows version {ProgramWriter.Version}.");
        return new Program(
            Text(root, "name", "the document"),
            [.. List(root, "nodes", "the document").Select(ReadNode)],
            [.. List(root, "passes", "the document").Select(ReadPass)]
        )
        {
            Note = Has(root, "note") ? Text(root, "note", "the document") : "",
        };
    }

    private static Node ReadNode(JsonPlace place, int index)
    {
        var where = $"node {index}";
        Check(place, where, "leaf", "constant", "op", "operands", "settings", "label");
        var kinds = s_kinds.Where(k => Has(place, k)).ToList();
        if (kinds.Count != 1)
        {
            var found = kinds.Count == 0 ? "none" : string.Join(" and ", kinds);
            throw place.Wrong($"{where} must be one of leaf, constant and op; it is {found}.");
        }

        var label = Has(place, "label") ? Text(place, "label", where) : null;
        if (kinds[0] != "op")
        {
            if (Has(place, "operands") || Has(place, "settings"))
                throw place.Wrong($"{where} is a {kinds[0]} and has neither operands nor settings.");
            var number = Number(Field(place, kinds[0], where), $"'{kinds[0]}' of {where}");
            return kinds[0] == "leaf" ? Node.Leaf(number, label) : Node.Constant(number, label);
        }

        return Node.Of(
            Text(place, "op", where),
            [.. List(place, "operands", where).Select(o => Whole(o, $"an operand of {where}"))],
            Has(place, "settings") ? [.. List(place, "settings", where).Select(s => Number(s, $"a setting of {where}"))] : [],
            label
        );
    }

    private static Pass ReadPass(JsonPlace place, int index)
    {
        var where = $"pass {index}";
        Check(place, where, "root", "upstream", "clear");
        var clear = Has(place, "clear") ? Field(place, "clear", where).Kind : JsonValueKind.False;
        if (clear is not (JsonValueKind.True or JsonValueKind.False))
            throw place.Wrong($"'clear' of {where} must be true or false.");
        return new Pass(
            Whole(place, "root", where),
            Has(place, "upstream") ? Number(Field(place, "upstream", where), $"'upstream' of {where}") : 1,
            clear == JsonValueKind.True
        );
    }

    private static void Check(JsonPlace place, string where, params string[] known)
    {
        if (place.Kind != JsonValueKind.Object)
            throw place.Wrong($"{where} must be an object, in braces.");
        foreach (var (key, _, value) in place.Members)
        {
            if (!known.Contains(key))
                throw value.Wrong($"{where} has '{PlainText.Short(key)}', which is unknown; known are {string.Join(", ", known)}.");
        }
    }

    private static bool Has(JsonPlace place, string name) => place.Members.Any(m => m.Key == name);

    private static JsonPlace Field(JsonPlace place, string name, string where) =>
        place.Members.FirstOrDefault(m => m.Key == name).Value ?? throw place.Wrong($"{where} has no '{name}'.");

    private static string Text(JsonPlace place, string name, string where) =>
        Field(place, name, where) is var field && field.Kind == JsonValueKind.String
            ? field.Text
            : throw field.Wrong($"'{name}' of {where} must be a text.");

    private static IReadOnlyList<JsonPlace> List(JsonPlace place, string name, string where) =>
        Field(place, name, where) is var field && field.Kind == JsonValueKind.Array
            ? field.Elements
            : throw field.Wrong($"'{name}' of {where} must be a list, in brackets.");

    private static int Whole(JsonPlace place, string name, string where) => Whole(Field(place, name, where), $"'{name}' of {where}");

    private static int Whole(JsonPlace place, string what) =>
        place.Kind == JsonValueKind.Number && place.Number == Math.Floor(place.Number) && Math.Abs(place.Number) <= int.MaxValue
            ? (int)place.Number
            : throw place.Wrong($"{what} must be a whole number.");

    private static double Number(JsonPlace place, string what)
    {
        try
        {
            return place.AsNumber();
        }
        catch (InvalidDataException)
        {
            throw place.Wrong($"{what} must be a number, \"NaN\", \"Infinity\" or \"-Infinity\".");
        }
    }
}
