using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Running;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Reports;

/// <summary>A run as one JSON document: format, version, environment, summary, items.</summary>
public static class JsonReport
{
    /// <summary>The document's name.</summary>
    public const string Format = "micrograd-parity-run";

    /// <summary>The document's version; grows when a reader must change.</summary>
    public const int Version = 1;

    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A verdict's name in documents.</summary>
    public static string Name(Verdict verdict) => verdict switch
    {
        Verdict.SameBits => "same_bits",
        Verdict.WithinBound => "within_bound",
        Verdict.KnownDifference => "known",
        Verdict.PyTorchDisagreesWithItself => "ambiguous",
        _ => "mismatch",
    };

    /// <summary>The document's text.</summary>
    public static string Write(RunReport report) => Text(new JsonObject
    {
        ["format"] = Format,
        ["version"] = Version,
        ["environment"] = Write(report.Environment),
        ["summary"] = Write(report.Summary),
        ["items"] = new JsonArray([.. report.Items.Select(Write)]),
    });

    /// <summary>A document as it is written to a file.</summary>
    internal static string Text(JsonObject document) => document.ToJsonString(s_options) + "\n";

    internal static JsonObject Write(RunEnvironment environment) => new()
    {
        ["torch"] = environment.Torch,
        ["road"] = environment.Road,
        ["kernels"] = environment.Kernels,
        ["runtime"] = environment.Runtime,
        ["system"] = environment.System,
        ["seed"] = environment.Seed,
        ["seconds"] = environment.Seconds,
    };

    private static JsonNode Write(ItemResult item) => new JsonObject
    {
        ["name"] = item.Name,
        ["kind"] = item.Kind,
        ["ours"] = item.Ours,
        ["theirs"] = item.Theirs,
        ["points"] = item.Points,
        ["counts"] = Write(item.Counts),
        ["greatest_ulp"] = Ulp(item.GreatestUlp),
        ["verdict"] = Name(item.Verdict),
        ["failures"] = new JsonArray([.. item.Failures.Select(Write)]),
        ["errors"] = Strings(item.Errors),
        ["known"] = Strings(item.Known),
        ["torch_against_itself"] = new JsonObject
        {
            ["count"] = item.TorchAgainstItself.Count,
            ["examples"] = Strings(item.TorchAgainstItself.Examples),
        },
        ["training"] = item.Training is { } training ? Write(training) : null,
    };

    private static JsonObject Write(TrainingSummary training) => new()
    {
        ["mirror"] = training.Mirror == MirrorKind.ZeroDim ? "zero_dim" : "modules",
        ["steps"] = training.Steps,
        ["parameters"] = training.Parameters,
        ["lockstep"] = training.Lockstep,
        ["greatest_relative"] = training.GreatestRelative,
        ["curve"] = new JsonArray([.. training.Curve.Select(point => new JsonObject
        {
            ["step"] = point.Step,
            ["ours"] = point.Ours,
            ["theirs"] = point.Theirs,
            ["drift"] = point.Drift,
        })]),
    };

    internal static JsonNode Write(Difference difference) => new JsonObject
    {
        ["node"] = difference.Node,
        ["step"] = difference.Place?.Step,
        ["phase"] = difference.Place?.PhaseName,
        ["quantity"] = difference.Quantity == Programs.Quantity.Value ? "value" : "gradient",
        ["ours"] = Difference.Show(difference.Ours),
        ["theirs"] = Difference.Show(difference.Theirs),
        ["ulp"] = Ulp(difference.Ulp),
        ["at"] = difference.Input,
        ["again"] = difference.Again,
    };

    internal static JsonObject Write(Counts counts) => new()
    {
        ["compared"] = counts.Compared,
        ["same_bits"] = counts.SameBits,
        ["within_bound"] = counts.WithinBound,
        ["known"] = counts.Known,
        ["ambiguous"] = counts.Ambiguous,
        ["mismatch"] = counts.Mismatch,
    };

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);

    /// <summary>A distance; null where one side is NaN or missing, as there is none.</summary>
    private static JsonValue? Ulp(ulong ulp) => ulp == ulong.MaxValue ? null : JsonValue.Create(ulp);
}
