using System.Runtime.InteropServices;
using System.Text.Json;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Recording;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recordings;

/// <summary>Reads a step's line.</summary>
internal sealed class StepParser(int step, Keep keep, TensorFile? file)
{
    private static readonly Dictionary<string, RecordedQuantity> s_quantities = new()
    {
        ["batch"] = RecordedQuantity.Batch,
        ["input"] = RecordedQuantity.Input,
        ["output"] = RecordedQuantity.Output,
        ["loss"] = RecordedQuantity.Loss,
        ["output_gradient"] = RecordedQuantity.OutputGradient,
        ["gradient"] = RecordedQuantity.Gradient,
        ["clipped_gradient"] = RecordedQuantity.ClippedGradient,
        ["parameter"] = RecordedQuantity.Parameter,
        ["buffer"] = RecordedQuantity.Buffer,
        ["state"] = RecordedQuantity.State,
    };

    /// <summary>Reads the line of a step, or that of what was there before the first.</summary>
    /// <exception cref="InvalidDataException">It is not as it must be; the message has the line.</exception>
    internal RecordedStep Step(JsonPlace line)
    {
        var tensors = new List<RecordedTensor>();
        var places = new HashSet<TensorPlace>();
        foreach (var entry in line["tensors"].AsList())
        {
            var tensor = Tensor(entry, tensors);
            if (!places.Add(tensor.Place))
                throw entry.Wrong($"'{entry.Way}' is recorded twice: {tensor.Place.Quantity} of '{PlainText.Short(tensor.Place.Of)}'.");
            tensors.Add(tensor);
        }

        return new RecordedStep(
            step,
            [.. (line.Find("lr")?.AsList() ?? []).Select(rate => rate.AsNumber())],
            [.. (line.Find("options")?.AsList() ?? []).Select(Options)],
            line.Find("backwards")?.AsCount() ?? 1,
            [.. (line.Find("silent")?.AsList() ?? []).Select(name => name.AsText())],
            tensors
        );
    }

    /// <summary>Reads a shape.</summary>
    internal static IReadOnlyList<long> Shape(JsonPlace list)
    {
        var shape = list.AsList().Select(size => size.AsWhole()).ToList();
        Int128 elements = 1;
        foreach (var size in shape)
        {
            elements *= size;
            if (elements > 1L << 40)
                throw list.Wrong($"'{list.Way}' is a shape of more than {1L << 40} elements.");
        }

        return shape;
    }

    /// <summary>Reads the name of a type.</summary>
    internal static ScalarType Dtype(JsonPlace name) =>
        DTypes.Find(name.AsText()) ?? throw name.Wrong($"'{PlainText.Short(name.Text)}' is none of {string.Join(", ", DTypes.Names)}.");

    /// <summary>Options that are numbers or lists of numbers; no schedule changes others.</summary>
    private static IReadOnlyDictionary<string, IReadOnlyList<double>> Options(JsonPlace group) =>
        group
            .AsObject()
            .Where(option => option.Value.Kind is JsonValueKind.Number or JsonValueKind.Array)
            .ToDictionary(
                option => option.Key,
                IReadOnlyList<double> (option) =>
                    option.Value.Kind == JsonValueKind.Array ? [.. option.Value.AsList().Select(e => e.AsNumber())] : [option.Value.AsNumber()]
            );

    private RecordedTensor Tensor(JsonPlace entry, List<RecordedTensor> before)
    {
        var quantity = entry["quantity"];
        if (!s_quantities.TryGetValue(quantity.AsText(), out var kind))
            throw quantity.Wrong($"'{PlainText.Short(quantity.Text)}' is none of {string.Join(", ", s_quantities.Keys)}.");
        var same = entry.Find("same_as") is { } index ? Earlier(index, before) : null;
        var dtype = entry.Find("dtype") is { } type ? Dtype(type) : same?.Dtype ?? ScalarType.Float32;
        var tensor = new RecordedTensor
        {
            Place = new TensorPlace(
                kind,
                entry["of"].AsText(),
                entry.Find("call")?.AsCount() ?? 0,
                entry.Find("part")?.AsCount() ?? 0,
                entry.Find("state")?.AsText() ?? ""
            ),
            Line = entry.Line,
            IsNone = entry.Find("none")?.AsFlag() ?? false,
            Dtype = dtype,
            Shape = entry.Find("shape") is { } shape ? Shape(shape) : same?.Shape ?? [],
            Training = entry.Find("training")?.AsFlag() ?? true,
            Inputs = entry.Find("inputs")?.AsList().Select(input => input.AsWhole(-1) < 0 ? null : Earlier(input, before)).ToList(),
            Statistics = same?.Statistics ?? (entry.Find("statistics") is { } statistics ? Statistics(statistics, dtype) : null),
            Hash = same?.Hash ?? entry.Find("hash")?.AsText(),
            Key = same?.Key ?? entry.Find("key")?.AsText(),
            File = file,
        };
        if (!tensor.IsNone)
            Demand(entry, tensor);
        return tensor;
    }

    private void Demand(JsonPlace entry, RecordedTensor tensor)
    {
        var (there, name) = keep switch
        {
            Keep.All => (tensor.Key is not null, "key"),
            Keep.Statistics => (tensor.Statistics is not null, "statistics"),
            _ => (tensor.Hash is not null, "hash"),
        };
        if (!there)
            throw entry.Wrong($"'{entry.Way}' has no '{name}', and the recording keeps {keep.ToString().ToLowerInvariant()}.");
        if (tensor.Statistics is { } statistics && statistics.Sample.Count != EvenSample.Size(tensor.Elements))
            throw entry.Wrong($"'{entry.Way}' has a sample of {statistics.Sample.Count}, which should be of {EvenSample.Size(tensor.Elements)}.");
    }

    private static RecordedTensor Earlier(JsonPlace index, List<RecordedTensor> before) =>
        index.AsWhole() is var i && i < before.Count
            ? before[(int)i]
            : throw index.Wrong($"'{index.Way}' is {i}, and must be the number of an earlier tensor of the line, below {before.Count}.");

    private static TensorStatistics Statistics(JsonPlace place, ScalarType dtype) =>
        new(
            place["sum"].AsNumber(),
            place["norm"].AsNumber(),
            place.Find("min")?.AsNumber() ?? double.NaN,
            place.Find("max")?.AsNumber() ?? double.NaN,
            place.Find("nan")?.AsWhole() ?? 0,
            place["sample"] is { Kind: JsonValueKind.String } text
                ? Doubles(text)
                : [.. place["sample"].AsList().Select(number => Rounded(number.AsNumber(), dtype))]
        );

    private static double[] Doubles(JsonPlace text)
    {
        var bytes = new byte[text.Text.Length / 4 * 3];
        if (!Convert.TryFromBase64String(text.Text, bytes, out var count) || count % sizeof(double) != 0)
            throw text.Wrong($"'{text.Way}' must be numbers or the Base64 of doubles.");
        return MemoryMarshal.Cast<byte, double>(bytes.AsSpan(0, count)).ToArray();
    }

    /// <summary>An element of a sample may be written with as many digits as its type needs.</summary>
    private static double Rounded(double number, ScalarType dtype) =>
        dtype is ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16 ? (float)number : number;
}
