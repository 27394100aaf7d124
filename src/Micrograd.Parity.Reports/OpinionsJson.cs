using System.Text.Json.Nodes;
using Micrograd.Parity.Fuzzing.Oracles;
using Micrograd.Parity.Inputs;
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
        Read(JsonPlace.Parse(text)).Items.ToDictionary(item => item.Name, item => item.Truth);

    /// <summary>Reads what was written.</summary>
    /// <exception cref="InvalidDataException">It lacks a part, or is of another version.</exception>
    internal static OpinionsReport Read(JsonPlace document)
    {
        document.DemandVersion(Version);
        return new OpinionsReport(JsonReport.Read<RunEnvironment>(document["environment"]), [.. document["items"].AsList().Select(Item)]);
    }

    private static ItemOpinion Item(JsonPlace item)
    {
        var (differences, truth) = (item["finite_differences"], item["truth"]);
        return new ItemOpinion(
            item["name"].AsText(),
            item["kind"].AsText(),
            new DifferenceOpinion(
                differences["checked"].AsCount(),
                differences["undecided"].AsCount(),
                differences["least_digits"].AsNumber(),
                differences["median_digits"].AsNumber(),
                [
                    .. differences["refused"]
                        .AsList()
                        .Select(r => new RefusedGradient(
                            r["at"].AsText(),
                            r.Find("ours")?.AsNumber(),
                            r.Find("theirs")?.AsNumber(),
                            r["slope"].AsNumber(),
                            r["error"].AsNumber(),
                            r["shared"].AsFlag()
                        )),
                ]
            ),
            [
                .. item["kinks"]
                    .AsList()
                    .Select(k => new KinkSlopes(
                        k["at"].AsText(),
                        k.Find("left")?.AsNumber(),
                        k.Find("right")?.AsNumber(),
                        k.Find("ours")?.AsNumber(),
                        k.Find("theirs")?.AsNumber()
                    )),
            ],
            new TruthOpinion(
                truth["numbers"].AsCount(),
                Errors(truth["ours"]),
                Errors(truth["alone"]),
                truth.Find("vector") is { } vector ? Errors(vector) : null,
                truth["differing"].AsCount(),
                truth["ours_nearer"].AsCount(),
                truth["vector_nearer"].AsCount(),
                [.. item["special_points"].AsList().Select(Special)]
            )
            {
                PlainVector = truth.Find("vector_plain") is { } plain ? Errors(plain) : null,
            }
        )
        {
            Reason = item.Find("reason")?.AsText(),
        };
    }

    private static SpecialPoint Special(JsonPlace point) =>
        new(
            point["at"].AsText(),
            point["quantity"].AsText() switch
            {
                Value => Quantity.Value,
                Gradient => Quantity.Gradient,
                _ => throw point["quantity"].Wrong($"'quantity' must be '{Value}' or '{Gradient}'."),
            },
            point.Find("operand")?.AsCount() ?? 0,
            point["ours"].AsNumber(),
            point["alone"].AsNumber(),
            point.Find("vector")?.AsNumber(),
            point["exact"].AsNumber()
        )
        {
            PlainAlone = point.Find("alone_plain")?.AsNumber(),
            PlainVector = point.Find("vector_plain")?.AsNumber(),
        };

    private static ErrorsOfSide Errors(JsonPlace side) => new(side["value_ulp"].AsNumber(), side["gradient_ulp"].AsNumber(), side["lost"].AsCount());

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
