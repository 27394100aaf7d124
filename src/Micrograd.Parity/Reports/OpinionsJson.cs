using System.Text.Json;
using System.Text.Json.Nodes;
using Micrograd.Parity.Opinions;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Torch;

namespace Micrograd.Parity.Reports;

/// <summary>Third opinions as one JSON document, described in docs/opinions.md.</summary>
public static class OpinionsJson
{
    /// <summary>The document's text.</summary>
    public static string Write(IReadOnlyList<ItemOpinion> opinions, TorchLibrary torch, int seed)
    {
        ArgumentNullException.ThrowIfNull(opinions);
        ArgumentNullException.ThrowIfNull(torch);
        return JsonReport.Text(new JsonObject
        {
            ["format"] = "micrograd-parity-opinions",
            ["version"] = 1,
            ["torch"] = torch.Version,
            ["kernels"] = torch.Kernels,
            ["seed"] = seed,
            ["refused"] = opinions.Sum(o => o.Differences.Refused.Count),
            ["unexplained"] = opinions.Sum(o => o.Unexplained.Count()),
            ["items"] = new JsonArray([.. opinions.Select(Item)]),
        });
    }

    /// <summary>By item, how far the sides are from the exact numbers and from each other, as a document has it.</summary>
    public static IReadOnlyDictionary<string, TruthOpinion> ReadTruth(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.GetProperty("items").EnumerateArray().ToDictionary(
            item => item.GetProperty("name").GetString()!,
            item =>
            {
                var truth = item.GetProperty("truth");
                return new TruthOpinion(
                    truth.GetProperty("numbers").GetInt32(),
                    ReadErrors(truth.GetProperty("ours"))!,
                    ReadErrors(truth.GetProperty("alone"))!,
                    ReadErrors(truth.GetProperty("vector")),
                    truth.GetProperty("differing").GetInt32(),
                    truth.GetProperty("ours_nearer").GetInt32(),
                    truth.GetProperty("vector_nearer").GetInt32(),
                    [.. item.GetProperty("special_points").EnumerateArray().Select(ReadPoint)]);
            });
    }

    private static SpecialPoint ReadPoint(JsonElement point) => new(
        point.GetProperty("at").GetString()!,
        point.GetProperty("quantity").GetString() == "value" ? Quantity.Value : Quantity.Gradient,
        point.GetProperty("operand") is { ValueKind: JsonValueKind.Number } operand ? operand.GetInt32() : 0,
        JsonNumber.Read(point.GetProperty("ours"))!.Value,
        JsonNumber.Read(point.GetProperty("alone"))!.Value,
        JsonNumber.Read(point.GetProperty("vector")),
        JsonNumber.Read(point.GetProperty("exact"))!.Value);

    private static ErrorsOfSide? ReadErrors(JsonElement side) => side.ValueKind == JsonValueKind.Null
        ? null
        : new ErrorsOfSide(
            JsonNumber.Read(side.GetProperty("value_ulp"))!.Value,
            JsonNumber.Read(side.GetProperty("gradient_ulp"))!.Value,
            side.GetProperty("lost").GetInt32());

    private static JsonObject Item(ItemOpinion item) => new JsonObject
    {
        ["name"] = item.Name,
        ["kind"] = item.Kind,
        ["reason"] = item.Reason,
        ["finite_differences"] = new JsonObject
        {
            ["checked"] = item.Differences.Checked,
            ["undecided"] = item.Differences.Undecided,
            ["least_digits"] = Number(item.Differences.LeastDigits),
            ["median_digits"] = Number(item.Differences.MedianDigits),
            ["refused"] = new JsonArray([.. item.Differences.Refused.Select(r => new JsonObject
            {
                ["at"] = r.At,
                ["ours"] = Number(r.Ours),
                ["theirs"] = Number(r.Theirs),
                ["slope"] = Number(r.Slope),
                ["error"] = Number(r.Error),
                ["shared"] = r.Shared,
            })]),
        },
        ["kinks"] = new JsonArray([.. item.Kinks.Select(k => new JsonObject
        {
            ["at"] = k.At,
            ["left"] = Number(k.Left),
            ["right"] = Number(k.Right),
            ["ours"] = Number(k.Ours),
            ["theirs"] = Number(k.Theirs),
        })]),
        ["truth"] = new JsonObject
        {
            ["numbers"] = item.Truth.Numbers,
            ["ours"] = Errors(item.Truth.Ours),
            ["alone"] = Errors(item.Truth.Alone),
            ["vector"] = Errors(item.Truth.Vector),
            ["vector_plain"] = Errors(item.Truth.PlainVector),
            ["differing"] = item.Truth.Differing,
            ["ours_nearer"] = item.Truth.OursNearer,
            ["vector_nearer"] = item.Truth.VectorNearer,
        },
        ["special_points"] = new JsonArray([.. item.Truth.SpecialPoints.Select(p => new JsonObject
        {
            ["at"] = p.At,
            ["quantity"] = p.Quantity == Quantity.Value ? "value" : "gradient",
            ["operand"] = p.Operand == 0 ? null : p.Operand,
            ["ours"] = Number(p.Ours),
            ["alone"] = Number(p.Alone),
            ["vector"] = Number(p.Vector),
            ["vector_plain"] = Number(p.PlainVector),
            ["exact"] = Number(p.Exact),
        })]),
    };

    private static JsonObject? Errors(ErrorsOfSide? side) => side is null
        ? null
        : new JsonObject { ["value_ulp"] = Number(side.Value), ["gradient_ulp"] = Number(side.Gradient), ["lost"] = side.Lost };

    private static JsonValue? Number(double? x) => x is { } number ? JsonNumber.Write(number) : null;
}
