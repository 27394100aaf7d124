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
        "dropout",
        "bias",
        "init",
        "seed",
        "data",
        "batch_size",
        "shuffle",
        "micro_batches",
        "loss",
        "l2",
        "optimizer",
        "groups",
        "schedule",
        "clip",
        "clear_gradients",
        "steps",
    ];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parts">The kinds that it may name.</param>
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
    /// <param name="parts">The kinds that it may name.</param>
    /// <param name="name">The run's name where the file gives none.</param>
    /// <param name="folder">Base folder of relative paths in it.</param>
    /// <exception cref="TrainingFileException">It is not as it must be.</exception>
    public static TrainingSpec Parse(string text, TrainingParts parts, string name = "run", string folder = "")
    {
        var file = new FilePart(Json(text), "a training file", s_keys);
        var sizes = file.Required("sizes", Sizes);
        var data = file.Required("data", v => Data(v, folder, parts.Data));
        var activations = file.Required("activations", v => Activations(v, sizes.Count - 1, parts));
        var inits = file.Optional("init", v => Inits(v, sizes, parts.Init), [parts.Init.Choose("uniform")]);
        var optimizer = file.Required("optimizer", v => Choice(v, parts.Optimizer));
        var bias = file.Optional("bias", v => FilePart.Flag(v, "bias"), true);
        var spec = new TrainingSpec
        {
            Name = file.Optional("name", v => FilePart.Text(v, "name"), name),
            Sizes = sizes,
            Activations = activations,
            Bias = bias,
            Init = inits[0],
            InitByLayer = inits.Count > 1 || inits[0].Kind == "given" ? inits : [],
            Seed = (int)file.Optional("seed", v => FilePart.Number(v, "seed", new NumberShape(Least: 0, Whole: true)), 1337),
            Data = data,
            BatchSize = file.Optional<int?>("batch_size", v => FilePart.Count(v, "batch_size"), null),
            Dropout = file.Optional<IReadOnlyList<double>>("dropout", v => Dropout(v, sizes.Count - 1), []),
            Shuffle = file.Optional("shuffle", v => FilePart.Flag(v, "shuffle"), true),
            MicroBatches = file.Optional("micro_batches", v => FilePart.Count(v, "micro_batches"), 1),
            Loss = file.Required("loss", v => Choice(v, parts.Loss)),
            L2 = file.Optional("l2", v => FilePart.Number(v, "l2", new NumberShape(Least: 0)), 0),
            Optimizer = optimizer,
            Groups = file.Optional<IReadOnlyList<ParameterGroup>>("groups", v => Groups(v, optimizer, Tensors(activations, bias, parts)), []),
            Schedule = file.Optional<Choice?>("schedule", v => Choice(v, parts.Schedule), null),
            Clip = file.Optional<Choice?>("clip", v => Choice(v, parts.Clip), null),
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

    private static List<double> Dropout(JsonPlace value, int layers) =>
        value.Kind == JsonValueKind.Array && value.Elements.Count == layers
            ? [.. value.Elements.Select(v => FilePart.Number(v, "dropout", new NumberShape(Least: 0, Below: 1)))]
            : throw new TrainingFileException(
                value.Line,
                $"'dropout' must be a list with a probability for each of the {layers} layers; 0 for none."
            );

    /// <summary>One initialization for all layers, or a list with one for each.</summary>
    private static List<Choice> Inits(JsonPlace value, List<int> sizes, ChoiceRule rule)
    {
        var layers = value.Kind == JsonValueKind.Array ? value.Elements : [value];
        if (value.Kind == JsonValueKind.Array && layers.Count != sizes.Count - 1)
            throw new TrainingFileException(value.Line, $"'init' has {layers.Count} entries, but there are {sizes.Count - 1} layers.");
        var inits = layers.Select(v => Choice(v, rule)).ToList();
        for (var i = 0; i < inits.Count; i++)
        {
            if (inits[i].Kind != "given")
                continue;
            if (inits.Count != sizes.Count - 1)
                throw new TrainingFileException(layers[i].Line, "'init' given is of one layer: write a list with an entry for each.");
            CheckShape(layers[i], "weight", inits[i].Rows("weight"), sizes[i + 1], sizes[i]);
            if (inits[i].Rows("bias").Length > 0)
                CheckShape(layers[i], "bias", inits[i].Rows("bias"), 1, sizes[i + 1]);
        }

        return inits;
    }

    private static void CheckShape(JsonPlace place, string key, double[][] rows, int count, int length)
    {
        if (rows.Length != count || rows[0].Length != length)
            throw new TrainingFileException(
                place.Line,
                $"'{key}' of the layer must be {count} × {length} numbers, but is {rows.Length} × {rows[0].Length}."
            );
    }

    /// <summary>Names of the tensors, as <c>nn.Sequential</c> gives them.</summary>
    private static List<string> Tensors(IReadOnlyList<string> activations, bool bias, TrainingParts parts)
    {
        var (names, place) = (new List<string>(), 0);
        foreach (var activation in activations)
        {
            names.Add($"{place}.weight");
            if (bias)
                names.Add($"{place}.bias");
            place += parts.Activation(activation).Module is null ? 1 : 2;
        }

        return names;
    }

    private static List<ParameterGroup> Groups(JsonPlace value, Choice optimizer, IReadOnlyList<string> tensors)
    {
        if (value.Kind != JsonValueKind.Array)
            throw new TrainingFileException(value.Line, "'groups' must be a list of objects, each with \"of\" and settings of the optimizer.");
        var settings = optimizer.Row.Settings;
        var names = tensors.Concat(tensors.Select(t => t.Split('.')[1]).Distinct()).ToList();
        var groups = new List<ParameterGroup>();
        foreach (var element in value.Elements)
        {
            var part = new FilePart(element, "a group", ["of", .. settings.Select(s => s.Key)]);
            var of = part.Required("of", v => (v.Kind == JsonValueKind.Array ? v.Elements : [v]).Select(w => FilePart.Word(w, "of", names)).ToList());
            var own = settings.Aggregate(optimizer, (choice, s) => part.Optional(s.Key, v => choice.With(s.Key, FilePart.Shaped(v, s)), choice));
            groups.Add(new ParameterGroup(of, own.Own()));
        }

        return groups;
    }

    private static Choice Data(JsonPlace value, string folder, ChoiceRule rule)
    {
        var data = Choice(value, rule);
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
            ?? throw new TrainingFileException(value.Line, $"'{rule.Part}' has no \"kind\": one of {string.Join(", ", rule.Rows.Keys)}.");
        var kind = FilePart.Word(kindPlace, rule.Part, [.. rule.Rows.Keys]);
        var settings = rule.Rows[kind].Settings;
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
