using System.Text.Json;
using System.Text.Json.Nodes;
using Micrograd.Parity.Fuzzing.Oracles;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Reports;

/// <summary>Results of the oracles as one JSON document, described in docs/opinions.md, in the envelope of a run's.</summary>
internal static class OpinionsJson
{
    /// <summary>The document's name.</summary>
    public const string Format = "micrograd-parity-opinions";

    /// <summary>The document's version; grows when a reader must change.</summary>
    public const int Version = 3;

    private const string Value = "value";
    private const string Gradient = "gradient";

    /// <summary>The document's text.</summary>
    public static string Write(OpinionsReport opinions)
    {
        ArgumentNullException.ThrowIfNull(opinions);
        return JsonReport.Text(
            new JsonObject
            {
                ["format"] = Format,
                ["version"] = Version,
                ["environment"] = JsonReport.Write(opinions.Environment),
                ["summary"] = new JsonObject
                {
                    ["refused"] = opinions.Items.Sum(o => o.Differences.Refused.Count),
                    ["unexplained"] = opinions.Items.Sum(o => o.Unexplained.Count()),
                },
                ["items"] = new JsonArray([.. opinions.Items.Select(Item)]),
            }
        );
    }

    /// <summary>By item, how far the sides are from the exact numbers and from each other, as a document has it.</summary>
    /// <exception cref="InvalidDataException">It lacks a part, or is of another version.</exception>
    public static IReadOnlyDictionary<string, TruthOpinion> ReadTruth(string text) =>
        Read(JsonNode.Parse(text)!.AsObject()).Items.ToDictionary(item => item.Name, item => item.Truth);

    /// <summary>Reads what was written.</summary>
    /// <exception cref="InvalidDataException">It lacks a part, or is of another version.</exception>
    internal static OpinionsReport Read(JsonObject document)
    {
        if ((int?)document["version"] != Version)
            throw new InvalidDataException($"its version is {document["version"]}, and this program reads version {Version}.");
        try
        {
            return new OpinionsReport(
                JsonReport.Read<RunEnvironment>(document["environment"]!),
                [.. document["items"]!.AsArray().Select(i => Item(i!))]
            );
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException or JsonException)
        {
            throw new InvalidDataException("it lacks a part of a document of third opinions, or has another in its place.", e);
        }
    }

    private static ItemOpinion Item(JsonNode item)
    {
        var (differences, truth) = (item["finite_differences"]!, item["truth"]!);
        return new ItemOpinion(
            (string)item["name"]!,
            (string)item["kind"]!,
            new DifferenceOpinion(
                (int)differences["checked"]!,
                (int)differences["undecided"]!,
                Plain(differences["least_digits"]),
                Plain(differences["median_digits"]),
                [
                    .. differences["refused"]!
                        .AsArray()
                        .Select(r => new RefusedGradient(
                            (string)r!["at"]!,
                            Number(r["ours"]),
                            Number(r["theirs"]),
                            Plain(r["slope"]),
                            Plain(r["error"]),
                            (bool)r["shared"]!
                        )),
                ]
            ),
            [
                .. item["kinks"]!
                    .AsArray()
                    .Select(k => new KinkSlopes((string)k!["at"]!, Number(k["left"]), Number(k["right"]), Number(k["ours"]), Number(k["theirs"]))),
            ],
            new TruthOpinion(
                (int)truth["numbers"]!,
                Errors(truth["ours"])!,
                Errors(truth["alone"])!,
                Errors(truth["vector"]),
                (int)truth["differing"]!,
                (int)truth["ours_nearer"]!,
                (int)truth["vector_nearer"]!,
                [
                    .. item["special_points"]!
                        .AsArray()
                        .Select(p => new SpecialPoint(
                            (string)p!["at"]!,
                            (string)p["quantity"]! == Value ? Quantity.Value : Quantity.Gradient,
                            (int?)p["operand"] ?? 0,
                            Plain(p["ours"]),
                            Plain(p["alone"]),
                            Number(p["vector"]),
                            Plain(p["exact"])
                        )
                        {
                            PlainAlone = Number(p["alone_plain"]),
                            PlainVector = Number(p["vector_plain"]),
                        }),
                ]
            )
            {
                PlainVector = Errors(truth["vector_plain"]),
            }
        )
        {
            Reason = (string?)item["reason"],
        };
    }

    private static ErrorsOfSide? Errors(JsonNode? side) =>
        side is null ? null : new ErrorsOfSide(Plain(side["value_ulp"]), Plain(side["gradient_ulp"]), (int)side["lost"]!);

    private static double Plain(JsonNode? number) => Number(number) ?? throw new FormatException("A number is missing.");

    private static double? Number(JsonNode? number) =>
        number is null ? null : JsonNumber.Read(number.GetValue<JsonElement>()) ?? throw new FormatException($"{number} is no number.");

    private static JsonObject Item(ItemOpinion item) =>
        new JsonObject
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
                ["refused"] = new JsonArray([
                    .. item.Differences.Refused.Select(r => new JsonObject
                    {
                        ["at"] = r.At,
                        ["ours"] = Number(r.Ours),
                        ["theirs"] = Number(r.Theirs),
                        ["slope"] = Number(r.Slope),
                        ["error"] = Number(r.Error),
                        ["shared"] = r.Shared,
                    }),
                ]),
            },
            ["kinks"] = new JsonArray([
                .. item.Kinks.Select(k => new JsonObject
                {
                    ["at"] = k.At,
                    ["left"] = Number(k.Left),
                    ["right"] = Number(k.Right),
                    ["ours"] = Number(k.Ours),
                    ["theirs"] = Number(k.Theirs),
                }),
            ]),
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
            ["special_points"] = new JsonArray([
                .. item.Truth.SpecialPoints.Select(p => new JsonObject
                {
                    ["at"] = p.At,
                    ["quantity"] = p.Quantity == Quantity.Value ? Value : Gradient,
                    ["operand"] = p.Operand == 0 ? null : p.Operand,
                    ["ours"] = Number(p.Ours),
                    ["alone"] = Number(p.Alone),
                    ["vector"] = Number(p.Vector),
                    ["alone_plain"] = Number(p.PlainAlone),
                    ["vector_plain"] = Number(p.PlainVector),
                    ["exact"] = Number(p.Exact),
                }),
            ]),
        };

    private static JsonObject? Errors(ErrorsOfSide? side) =>
        side is null
            ? null
            : new JsonObject
            {
                ["value_ulp"] = Number(side.Value),
                ["gradient_ulp"] = Number(side.Gradient),
                ["lost"] = side.Lost,
            };

    private static JsonValue? Number(double? x) => x is { } number ? JsonNumber.Write(number) : null;
}
