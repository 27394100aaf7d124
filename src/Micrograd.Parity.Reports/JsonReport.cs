using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Reports;

/// <summary>A run as one JSON document: format, version, environment, summary, items. Its schema is docs/run.schema.json.</summary>
internal static class JsonReport
{
    /// <summary>The document's name.</summary>
    public const string Format = "micrograd-parity-run";

    /// <summary>The document's version; grows when a reader must change.</summary>
    public const int Version = 3;

    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Converters = { new JsonNumber.Converter() },
    };

    /// <summary>A verdict's name in documents.</summary>
    public static string Name(Verdict verdict) =>
        verdict switch
        {
            Verdict.SameBits => "same_bits",
            Verdict.WithinBound => "within_bound",
            Verdict.KnownDifference => "known",
            _ => "mismatch",
        };

    /// <summary>The document's text.</summary>
    public static string Write(RunReport report) => JsonSerializer.Serialize(RunDocument.Of(report), s_options) + "\n";

    /// <summary>Reads a document back: the same report, to the last bit.</summary>
    /// <exception cref="InvalidDataException">It is no such document, of another version, or broken; the message says where.</exception>
    public static RunReport Read(string text)
    {
        try
        {
            CheckHeader(Encoding.UTF8.GetBytes(text));
            return JsonSerializer.Deserialize<RunDocument>(text, s_options)!.ToReport();
        }
        catch (JsonException e)
        {
            var reason = e.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0];
            var place = e.Path is null or "$" ? "" : $" (at {e.Path[2..]})";
            throw new InvalidDataException($"line {e.LineNumber + 1}: {reason}{place}", e);
        }
    }

    /// <summary>Reads a part of a document.</summary>
    /// <exception cref="JsonException">It has another shape.</exception>
    internal static T Read<T>(JsonNode part) => part.Deserialize<T>(s_options) ?? throw new JsonException("A part is missing.");

    /// <summary>A document as it is written to a file.</summary>
    internal static string Text(JsonObject document) => document.ToJsonString(s_options) + "\n";

    internal static JsonNode Write(RunEnvironment environment) => JsonSerializer.SerializeToNode(environment, s_options)!;

    internal static JsonObject Write(Counts counts) => JsonSerializer.SerializeToNode(CountsPart.Of(counts), s_options)!.AsObject();

    internal static JsonNode Write(Difference difference) => JsonSerializer.SerializeToNode(FailurePart.Of(difference), s_options)!;

    /// <summary>Format and version are told first: what is said of the rest would only confuse where they are others.</summary>
    private static void CheckHeader(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new InvalidDataException($"line 1: this is not a {Format} document: it does not begin with {{.");
        string? format = null;
        int? version = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            var line = text[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;
            if (name == "format" && (format = reader.TokenType == JsonTokenType.String ? reader.GetString() : "") != Format)
                throw new InvalidDataException($"line {line}: this is not a {Format} document: its format is '{format}'.");
            if (name == "version" && (version = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var v) ? v : -1) != Version)
                throw new InvalidDataException(
                    $"line {line}: the document's version is not {Version}, the one that this program reads: write it again with this program."
                );
            reader.Skip();
        }

        if (format is null || version is null)
            throw new InvalidDataException($"line 1: this is not a {Format} document: it has no {(format is null ? "format" : "version")}.");
    }
}
