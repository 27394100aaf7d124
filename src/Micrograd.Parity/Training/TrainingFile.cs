using System.Text.Json;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Training;

/// <summary>Reads a training run from a JSON file (docs/training-file.md). Every error names its line.</summary>
internal static class TrainingFile
{
    private static readonly string[] s_keys =
    [
        "name",
        "sizes",
        "activations",
        "bias",
        "init",
        "seed",
        "data",
        "batch_size",
        "loss",
        "l2",
        "optimizer",
        "schedule",
        "clip",
        "clear_gradients",
        "steps",
    ];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parts">The losses, optimizers and activations that it may name.</param>
    /// <exception cref="InputFileException">It cannot be read.</exception>
    /// <exception cref="TrainingFileException">It is not as it must be.</exception>
    public static TrainingSpec Read(string path, TrainingParts parts)
    {
        var text = InputFile.ReadText(path);
        try
        {
            return Parse(text, parts, Path.GetFileNameWithoutExtension(path), Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (TrainingFileException e)
        {
            throw new TrainingFileException($"{path}, {e.Message}", e);
        }
    }

    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="parts">The losses, optimizers and activations that it may name.</param>
    /// <param name="name">The run's name where the file gives none.</param>
    /// <param name="folder">Base folder of relative paths in it.</param>
    /// <exception cref="TrainingFileException">It is not as it must be.</exception>
    public static TrainingSpec Parse(string text, TrainingParts parts, string name = "run", string folder = "")
    {
        ArgumentNullException.ThrowIfNull(parts);
        var file = new FilePart(Json(text), "a training file", s_keys);
        var sizes = file.Required("sizes", Sizes);
        var data = file.Required("data", v => Data(v, folder));
        var spec = new TrainingSpec
        {
            Name = file.Optional("name", v => FilePart.Text(v, "name"), name),
            Sizes = sizes,
            Activations = file.Required("activations", v => Activations(v, sizes.Count - 1, parts)),
            Bias = file.Optional("bias", v => FilePart.Flag(v, "bias"), true),
            Init = file.Optional("init", v => Choice(v, TrainingSchema.Init), TrainingSchema.InitOf("uniform")),
            Seed = (int)file.Optional("seed", v => FilePart.Number(v, "seed", new NumberShape(Least: 0, Whole: true)), 1337),
            Data = data,
            BatchSize = file.Optional<int?>("batch_size", v => FilePart.Count(v, "batch_size"), null),
            Loss = file.Required("loss", v => Choice(v, parts.Loss)),
            L2 = file.Optional("l2", v => FilePart.Number(v, "l2", new NumberShape(Least: 0)), 0),
            Optimizer = file.Required("optimizer", v => Choice(v, parts.Optimizer)),
            Schedule = file.Optional<Choice?>("schedule", v => Choice(v, TrainingSchema.Schedule), null),
            Clip = file.Optional<Choice?>("clip", v => Choice(v, TrainingSchema.Clip), null),
            ClearGradients = file.Optional("clear_gradients", v => FilePart.Flag(v, "clear_gradients"), true),
            Steps = file.Required("steps", v => FilePart.Count(v, "steps")),
            Lines = file.Lines,
        };
        CheckTogether(spec, file);
        return spec;
    }

    private static JsonPlace Json(string text)
    {
        try
        {
            return JsonPlace.Parse(text, allowsRemarks: true);
        }
        catch (InvalidDataException e)
        {
            throw new TrainingFileException(e.Message, e);
        }
    }

    private static List<int> Sizes(JsonPlace value)
    {
        if (value.Kind != JsonValueKind.Array || value.Elements.Count < 2)
        {
            throw new TrainingFileException(
                value.Line,
                "'sizes' must be a list of two or more whole numbers: the inputs, then each layer's outputs."
            );
        }

        return [.. value.Elements.Select(e => FilePart.Count(e, "sizes"))];
    }

    private static List<string> Activations(JsonPlace value, int layers, TrainingParts parts)
    {
        var words = value.Kind == JsonValueKind.Array ? value.Elements : [.. Enumerable.Repeat(value, layers)];
        if (words.Count != layers)
        {
            throw new TrainingFileException(
                value.Line,
                $"'activations' has {words.Count} entries, but there are {layers} layers. One word alone is for all layers."
            );
        }

        return [.. words.Select(w => FilePart.Word(w, "activations", parts.Activations))];
    }

    private static Choice Data(JsonPlace value, string folder)
    {
        var data = Choice(value, TrainingSchema.Data);
        switch (data.Kind)
        {
            case "csv":
                var path = Path.Combine(folder, data.Word("path"));
                return File.Exists(path)
                    ? data.With("path", path)
                    : throw new TrainingFileException(value.Line, $"there is no file {PlainText.Short(path)}.");
            case "inline" when data.Rows("inputs").Length != data.Rows("targets").Length:
                throw new TrainingFileException(
                    value.Line,
                    $"there are {data.Rows("inputs").Length} rows of inputs, but {data.Rows("targets").Length} rows of targets."
                );
            default:
                return data;
        }
    }

    /// <summary>A kind with settings, or the kind's name alone.</summary>
    private static Choice Choice(JsonPlace value, ChoiceRule rule)
    {
        if (value.Kind == JsonValueKind.String)
            value = value.AsKind();
        if (value.Kind != JsonValueKind.Object)
            throw new TrainingFileException(
                value.Line,
                $"'{rule.Part}' must be a name or an object with a \"kind\", but is {PlainText.Short(value.Text)}."
            );
        var kindPlace = value.Members.FirstOrDefault(m => m.Key == "kind").Value
            ?? throw new TrainingFileException(value.Line, $"'{rule.Part}' has no \"kind\": one of {string.Join(", ", rule.Kinds.Keys)}.");
        var kind = FilePart.Word(kindPlace, rule.Part, [.. rule.Kinds.Keys]);
        var settings = rule.Kinds[kind];
        var part = new FilePart(value, $"{rule.Part} {kind}", ["kind", .. settings.Select(s => s.Key)]);
        var values = new Dictionary<string, object>();
        foreach (var setting in settings)
        {
            values[setting.Key] = setting.Default is { } usual
                ? part.Optional(setting.Key, v => FilePart.Shaped(v, setting), usual)
                : part.Required(setting.Key, v => FilePart.Shaped(v, setting));
        }

        return new Choice(rule, kind, values);
    }

    /// <summary>Checks constraints between several parts.</summary>
    private static void CheckTogether(TrainingSpec spec, FilePart file)
    {
        var optimizer = spec.Optimizer;
        if (optimizer.Kind == "sgd" && optimizer.Flag("nesterov") && (optimizer["momentum"] == 0 || optimizer["dampening"] != 0))
            throw new TrainingFileException(file.LineOf("optimizer"), "\"nesterov\" needs a momentum and no dampening.");
        if (spec.Loss.Kind == "binary_cross_entropy" && spec.Activations[^1] is not ("sigmoid" or "softmax"))
        {
            throw new TrainingFileException(
                file.LineOf("loss"),
                "binary_cross_entropy takes probabilities: let the last activation be sigmoid, or take binary_cross_entropy_with_logits."
            );
        }
    }
}
