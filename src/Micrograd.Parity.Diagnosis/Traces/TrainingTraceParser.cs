using System.Globalization;
using System.Text.Json;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>Reads a training run: the run that the first line describes, then a line per step.</summary>
internal sealed class TrainingTraceParser
{
    private const int MostParameters = 1_000_000;

    private static readonly string[] s_keys =
    [
        "step",
        "loss",
        "outputs",
        "gradients",
        "clipped",
        "learning_rate",
        "parameters",
        "optimizer",
        "masks",
    ];

    private readonly TraceLines _lines;
    private readonly bool _isFloat32;
    private readonly TrainingSpec _spec;
    private readonly TrainingRun _run;
    private readonly ParameterLayout _layout;
    private readonly double[] _initial;

    /// <summary>PyTorch's names of what an optimizer of this kind keeps.</summary>
    private readonly IReadOnlyList<string> _kept;

    internal TrainingTraceParser(
        TraceLines lines,
        JsonElement header,
        string file,
        TrainingParts parts,
        Func<TrainingSpec, TrainingRun> runs,
        bool isFloat32
    )
    {
        (_lines, _isFloat32) = (lines, isFloat32);
        if (!header.TryGetProperty("training", out var training))
            throw lines.Wrong("the first line needs 'training', which says what is trained, as a file for 'parity train' does.");
        try
        {
            _spec = TrainingFile.Parse(
                training.GetRawText(),
                parts,
                Path.GetFileNameWithoutExtension(file),
                Path.GetDirectoryName(Path.GetFullPath(file)) ?? ""
            );
            CheckSize(training);
            _run = runs(_spec);
        }
        catch (Exception e) when (e is TrainingFileException or FormatException or InvalidDataException or IOException)
        {
            const string First = "line 1: ";
            throw lines.Wrong(
                $"'training': {(e.Message.StartsWith(First, StringComparison.Ordinal) ? e.Message[First.Length..] : e.Message)}",
                cause: e
            );
        }

        using var ours = _run.Ours();
        (_layout, _initial) = (ours.Layout, ours.State.Parameters);
        _kept = [.. ours.State.Optimizer.Select(m => m.Name).Union(parts.KeptBy(_spec.Optimizer.Kind))];
        if (header.TryGetProperty("parameters", out var parameters))
        {
            var given = ByParameter(parameters, "parameters", finite: true, nullable: false);
            for (var i = 0; i < _initial.Length; i++)
                _initial[i] = given[i] ?? _initial[i];
        }
    }

    internal TrainingTrace Read()
    {
        var steps = new List<PartialStep>();
        while (_lines.TryRead(out var bytes))
        {
            using var document = TraceJson.Parse(_lines, bytes);
            var line = document.RootElement;
            if (line.ValueKind != JsonValueKind.Object)
                throw _lines.Wrong("a line must be an object, in braces.");
            if (line.TryGetProperty("end", out var end))
            {
                if (line.EnumerateObject().Count() > 1)
                    throw _lines.Wrong("the last line has 'end' alone.");
                if (TraceJson.Whole(_lines, end, "end") is var records && records != _lines.Records - 1)
                    throw _lines.Wrong(
                        $"the end says that {records} lines come before it, but there are {_lines.Records - 1}: lines were lost or added."
                    );
                if (_lines.TryRead(out _))
                    throw _lines.Wrong("there is something after the end. A file holds one trace.");
                return steps.Count > 0 ? new TrainingTrace(_spec, _run, _layout, _initial, steps) : throw _lines.Wrong("there are no steps.");
            }

            steps.Add(Step(line, steps.Count == 0 ? -1 : steps[^1].Step));
        }

        throw _lines.Wrong($"the file ends without its last line {{\"end\": {_lines.Records}}}: it is cut off, or the recorder was not closed.");
    }

    /// <summary>Refuses sizes so large that a typo would cause hours of work.</summary>
    private void CheckSize(JsonElement training)
    {
        var parameters = 0L;
        for (var i = 1; i < _spec.Sizes.Count; i++)
            parameters += (long)_spec.Sizes[i] * (_spec.Sizes[i - 1] + 1);
        if (parameters > MostParameters)
            throw _lines.Wrong($"'sizes' asks for {parameters:N0} parameters; a trace may have {MostParameters:N0}.");
        if (training.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object)
        {
            foreach (var setting in data.EnumerateObject())
            {
                var most = setting.Name == "side" ? 1000 : MostParameters;
                if (setting.Value.ValueKind == JsonValueKind.Number && setting.Value.GetDouble() > most)
                    throw _lines.Wrong($"'{setting.Name}' is {setting.Value.GetRawText()}; a trace may have data of up to {most:N0}.");
            }
        }
    }

    private PartialStep Step(JsonElement line, int before)
    {
        foreach (var member in line.EnumerateObject())
        {
            if (!s_keys.Contains(member.Name))
                throw _lines.Wrong($"a step has no '{member.Name}'{Nearest.Ending(member.Name, s_keys)} Its keys: {string.Join(", ", s_keys)}.");
        }

        if (!line.TryGetProperty("step", out var written))
            throw _lines.Wrong("a line must be a step with a \"step\", counted from 0, or the \"end\".");
        var step = TraceJson.Whole(_lines, written, "step");
        if (step <= before)
            throw _lines.Wrong($"step {step} comes after step {before}. Write the steps in their order, each once; steps may be left out.");
        if (step >= _spec.Steps)
            throw _lines.Wrong($"there is a step {step}, but the first line says that there are {_spec.Steps} \"steps\", counted from 0.");
        if (line.TryGetProperty("masks", out var masks))
            Masks(step, masks);
        return new PartialStep(step, _lines.Number)
        {
            Loss = Optional(line, "loss", e => (double?)TraceJson.Number(_lines, e, "loss", _isFloat32)),
            Outputs = Optional(line, "outputs", Outputs),
            Gradients = Optional(line, "gradients", e => ByParameter(e, "gradients")),
            Clipped = Optional(line, "clipped", e => ByParameter(e, "clipped")),
            LearningRate = Optional(line, "learning_rate", e => (double?)Finite(e, "learning_rate")),
            Parameters = Optional(line, "parameters", e => ByParameter(e, "parameters", nullable: false)),
            Optimizer = Optional(line, "optimizer", Optimizer) ?? [],
        };
    }

    private static T? Optional<T>(JsonElement line, string key, Func<JsonElement, T?> read) =>
        line.TryGetProperty(key, out var element) && element.ValueKind != JsonValueKind.Null ? read(element) : default;

    /// <summary>Masks of dropout by layer, a row per sample.</summary>
    private void Masks(int step, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw _lines.Wrong("'masks' must be an object with the mask of each layer's outputs: {\"0\": [[1, 0]]}.");
        foreach (var member in element.EnumerateObject())
        {
            if (
                !int.TryParse(member.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var layer)
                || layer >= _spec.Dropout.Count
                || _spec.Dropout[layer] == 0
            )
                throw _lines.Wrong($"'masks' has the layer '{member.Name}', which has no dropout in 'training': layers are counted from 0.");
            int[] shape = [_run.SamplesOf!(step), _spec.Sizes[layer + 1]];
            if (NestedNumbers.Parse(member.Value) is not { } numbers || !numbers.Fits(shape))
                throw _lines.Wrong($"the mask of layer {layer} must have the shape {NestedNumbers.Text(shape)}: samples × outputs of the layer.");
            double[] kept =
            [
                .. numbers.Numbers.Select(n =>
                    n.ValueKind == JsonValueKind.True ? 1
                    : n.ValueKind == JsonValueKind.False ? 0
                    : Finite(n, "masks")
                ),
            ];
            if (Array.Exists(kept, k => k is not (0 or 1)))
                throw _lines.Wrong($"the mask of layer {layer} must be of 1 for what was kept and 0 for what was dropped.");
            _spec.Masks.Record(step, layer, kept);
        }
    }

    /// <summary>Outputs sample by sample, in one list or a row per sample.</summary>
    private double[] Outputs(JsonElement element)
    {
        var of = _spec.Sizes[^1];
        var numbers = NestedNumbers.Parse(element)
            ?? throw _lines.Wrong($"'outputs' must be a list of numbers, in brackets, or a row of {of} for each sample, all equally long.");
        return numbers.Shape is [_] || (numbers.Shape is [_, var columns] && columns == of)
            ? [.. numbers.Numbers.Select(e => TraceJson.Number(_lines, e, "outputs", _isFloat32))]
            : throw _lines.Wrong(
                $"'outputs' has the shape {NestedNumbers.Text(numbers.Shape)}, but the network has {of} {(of == 1 ? "output" : "outputs")}: write samples × {of}, or one list."
            );
    }

    private double Finite(JsonElement element, string key) =>
        TraceJson.Number(_lines, element, key, isFloat32: false) is var number && double.IsFinite(number)
            ? number
            : throw _lines.Wrong($"'{key}' must be finite.");

    private Dictionary<string, double?[]> Optimizer(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw _lines.Wrong("'optimizer' must be an object with numbers by tensor for each thing remembered: {\"exp_avg\": {\"0.weight\": […]}}.");
        var memory = new Dictionary<string, double?[]>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (!_kept.Contains(member.Name))
            {
                throw _lines.Wrong(
                    $"'optimizer' has '{member.Name}', which PyTorch's {_spec.Optimizer.Kind} does not keep{Nearest.Ending(member.Name, _kept)} It keeps {string.Join(", ", _kept)}."
                );
            }

            memory.Add(member.Name, ByParameter(member.Value, member.Name, nullable: false));
        }

        return memory;
    }

    /// <summary>Numbers by tensor as a list by parameter; null where a tensor is left out, or a number is null that may be.</summary>
    private double?[] ByParameter(JsonElement element, string key, bool finite = false, bool nullable = true)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw _lines.Wrong($"'{key}' must be an object with a list of numbers for each tensor: {{\"{_layout.Tensors[0]}\": […]}}.");
        var all = new double?[_layout.Count];
        foreach (var tensor in element.EnumerateObject())
        {
            if (!_layout.Tensors.Contains(tensor.Name))
            {
                throw _lines.Wrong(
                    $"'{key}' has the tensor '{tensor.Name}', which the network has not{Nearest.Ending(tensor.Name, _layout.Tensors)} It has {string.Join(", ", _layout.Tensors)}."
                );
            }

            var places = _layout.Slice(tensor.Name, [.. Enumerable.Range(0, _layout.Count)]);
            var shape = _layout.ShapeOf(tensor.Name);
            if (NestedNumbers.Parse(tensor.Value) is not { } numbers || !numbers.Fits(shape))
            {
                var found = NestedNumbers.Parse(tensor.Value) is { } other
                    ? $", but has {(other.Shape is [var n] ? $"{n}" : $"the shape {NestedNumbers.Text(other.Shape)}")}"
                    : "";
                throw _lines.Wrong(
                    $"'{tensor.Name}' of '{key}' must be a list of {places.Length} numbers, row by row{(shape.Count > 1 ? $", or have the shape {NestedNumbers.Text(shape)}" : "")}{found}."
                );
            }

            for (var k = 0; k < places.Length; k++)
            {
                var number = numbers.Numbers[k];
                if (number.ValueKind != JsonValueKind.Null || !nullable)
                    all[places[k]] = finite ? Finite(number, key) : TraceJson.Number(_lines, number, $"{tensor.Name} of {key}", _isFloat32);
            }
        }

        return all;
    }
}
