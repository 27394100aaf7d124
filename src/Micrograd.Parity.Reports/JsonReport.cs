using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Micrograd.Parity.Bounds;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Fuzzing.Oracles;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Reports;

/// <summary>A run as one JSON document: format, version, environment, summary, items. Its schema is docs/run.schema.json.</summary>
internal static class JsonReport
{
    /// <summary>The document's name.</summary>
    public const string Format = "micrograd-parity-run";

    /// <summary>The document's version; grows when a reader must change.</summary>
    public const int Version = 3;

    /// <summary>Lists of numbers in which null stands for none.</summary>
    private static readonly string[] s_listsWithGaps = ["gradients", "second_gradients"];

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
        Converters =
        {
            new JsonNumber.Converter(),
            new JsonNumber.DistanceConverter(),
            new NumberListConverter<double>(),
            new NumberListConverter<double?>(),
            new NumberListConverter<int>(),
            new NumberListConverter<long>(),
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
            new ShapedConverter<Difference, FailurePart>(FailurePart.From, part => part.ToDifference()),
            new ShapedConverter<ItemOpinion, OpinionPart>(OpinionPart.From, part => part.ToOpinion()),
            new ShapedConverter<BoundUse, BoundUsePart>(BoundUsePart.From, part => part.ToUse()),
        },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { SameSides.Omit } },
    };

    private static readonly JsonSerializerOptions s_withNulls = new(s_options) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

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
    public static string Write(RunReport report) =>
        Text(
            new
            {
                Format,
                Version,
                report.Environment,
                report.Summary,
                Items = report.Items.Select(ItemPart.From),
                Functions = report.Functions.Count == 0 ? null : report.Functions,
            }
        );

    /// <summary>Reads a document back: the same report, to the last bit.</summary>
    /// <exception cref="InvalidDataException">It is no such document, of another version, or broken; the message says where.</exception>
    public static RunReport Read(string text)
    {
        try
        {
            CheckHeader(Encoding.UTF8.GetBytes(text));
        }
        catch (JsonException e)
        {
            throw JsonPlace.NoJson(e, 1);
        }

        var document = JsonPlace.Parse(text);
        var report = new RunReport(Read<RunEnvironment>(document["environment"]), [.. document["items"].AsList().Select(ReadItem)])
        {
            Functions = [.. (document.Find("functions")?.AsList() ?? []).Select(Read<FunctionAgreement>)],
        };
        return report.Summary == Read<Counts>(document["summary"])
            ? report
            : throw document.Wrong("the summary is not the sum of the items' counts: the file was edited or cut.");
    }

    private static ItemResult ReadItem(JsonPlace place)
    {
        var part = Read<ItemPart>(place);
        try
        {
            return part.ToResult();
        }
        catch (JsonException e)
        {
            throw place.Wrong(e.Message);
        }
    }

    /// <summary>Reads a part of a document.</summary>
    /// <exception cref="InvalidDataException">It has another shape.</exception>
    internal static T Read<T>(JsonPlace part) => part.As<T>(s_options);

    /// <summary>A document as it is written to a file; what is null is left out.</summary>
    internal static string Text<T>(T document) => JsonSerializer.Serialize(document, s_options) + "\n";

    /// <summary>A document as it is written to a file, nulls included.</summary>
    internal static string TextWithNulls<T>(T document) => JsonSerializer.Serialize(document, s_withNulls) + "\n";

    /// <summary>A part of a document.</summary>
    internal static JsonNode Write<T>(T part) => JsonSerializer.SerializeToNode(part, s_options)!;

    /// <summary>Format and version are told first: what is said of the rest would only confuse where they are others. Then lists must be whole.</summary>
    private static void CheckHeader(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new InvalidDataException($"line 1: this is not a {Format} document: it does not begin with {{.");
        string? format = null;
        int? version = null;
        var (name, lists) = ("", new Stack<string>());
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    break;
                case JsonTokenType.StartArray:
                    lists.Push(name);
                    break;
                case JsonTokenType.StartObject:
                    lists.Push("");
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    lists.TryPop(out _);
                    break;
                case JsonTokenType.Null when lists.TryPeek(out var list) && list.Length > 0 && !s_listsWithGaps.Contains(list):
                    throw new InvalidDataException($"line {Line(text, reader)}: an entry of '{PlainText.Short(list)}' is null.");
            }

            if (lists.Count > 0)
                continue;
            if (name == "format" && reader.TokenType != JsonTokenType.PropertyName && format is null)
            {
                format = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
                if (format != Format)
                    throw new InvalidDataException(
                        $"line {Line(text, reader)}: this is not a {Format} document: its format is '{PlainText.Short(format)}'."
                    );
            }

            if (name == "version" && reader.TokenType != JsonTokenType.PropertyName && version is null)
            {
                version = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var v) ? v : -1;
                if (version != Version)
                    throw new InvalidDataException(
                        $"line {Line(text, reader)}: the document's version is not {Version}, the one that this program reads: write it again with this program."
                    );
            }
        }

        if (format is null || version is null)
            throw new InvalidDataException($"line 1: this is not a {Format} document: it has no {(format is null ? "format" : "version")}.");
    }

    private static int Line(ReadOnlySpan<byte> text, in Utf8JsonReader reader) => text[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;
}
