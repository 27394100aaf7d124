using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Programs;

/// <summary>A program as JSON (docs/program-format.md).</summary>
public static class ProgramWriter
{
    /// <summary>The document's name.</summary>
    public const string Format = "micrograd-parity-program";

    /// <summary>The document's version; grows when a reader must change.</summary>
    public const int Version = 1;

    private static readonly JsonSerializerOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document's text, a line per node and pass.</summary>
    public static string Write(Program program)
    {
        var text = new StringBuilder();
        text.Append("{\n");
        text.Append($"  \"format\": \"{Format}\",\n  \"version\": {Version},\n");
        text.Append($"  \"name\": {JsonValue.Create(program.Name).ToJsonString(s_options)},\n");
        if (program.Note.Length > 0)
            text.Append($"  \"note\": {JsonValue.Create(program.Note).ToJsonString(s_options)},\n");
        text.Append($"  \"nodes\": {Lines(program.Nodes.Select(Write))},\n");
        text.Append($"  \"passes\": {Lines(program.Passes.Select(Write))}\n}}\n");
        return text.ToString();
    }

    /// <summary>The document as a part of another.</summary>
    internal static JsonNode Node(Program program) => JsonNode.Parse(Write(program))!;

    private static JsonObject Write(Node node)
    {
        var written = new JsonObject();
        if (node.Op is not null)
        {
            written["op"] = node.Op;
            written["operands"] = new JsonArray([.. node.Operands.Select(o => JsonValue.Create(o))]);
            if (node.Settings.Count > 0)
                written["settings"] = new JsonArray([.. node.Settings.Select(JsonNumber.Write)]);
        }
        else
        {
            written[node.RequiresGrad ? "leaf" : "constant"] = JsonNumber.Write(node.Number);
        }

        if (node.Label is not null)
            written["label"] = node.Label;
        return written;
    }

    private static JsonObject Write(Pass pass)
    {
        var written = new JsonObject { ["root"] = pass.Root, ["upstream"] = JsonNumber.Write(pass.Upstream) };
        if (pass.Clear)
            written["clear"] = true;
        return written;
    }

    private static string Lines(IEnumerable<JsonObject> objects)
    {
        var lines = objects.Select(o => $"\n    {o.ToJsonString(s_options)}").ToList();
        return lines.Count == 0 ? "[]" : $"[{string.Join(',', lines)}\n  ]";
    }
}
