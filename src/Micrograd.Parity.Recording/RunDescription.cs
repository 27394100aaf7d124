using System.Text.Json;

namespace Micrograd.Parity.Recording;

/// <summary>A module as a recording lists it; the class is the full name of what it is an instance of.</summary>
internal sealed record ModuleLine(string Name, string Type, string? Class, IReadOnlyDictionary<string, object?> Options);

/// <summary>A parameter or buffer as a recording lists it; of one with several names, <c>SameAs</c> is the first.</summary>
internal sealed record ParameterLine(string Name, IReadOnlyList<long> Shape, string DType, bool RequiresGrad, string? SameAs);

/// <summary>A group of an optimizer: the names of its parameters and its options.</summary>
internal sealed record OptimizerGroup(IReadOnlyList<string> Parameters, IReadOnlyDictionary<string, object?> Options);

/// <summary>An optimizer as a recording describes it.</summary>
internal sealed record OptimizerLine(string Type, IReadOnlyList<OptimizerGroup> Groups);

/// <summary>Options that an optimizer's step goes by: the learning rate of each group, and its other options that are others than at the start.</summary>
internal sealed record StepOptions(IReadOnlyList<double> Rates, IReadOnlyList<IReadOnlyDictionary<string, object?>> Changed)
{
    internal static StepOptions None { get; } = new([], []);
}

/// <summary>The first lines of a recording: what holds for the whole run.</summary>
internal sealed record RunDescription(string Framework, IReadOnlyDictionary<string, string> Versions)
{
    internal string Device { get; init; } = "cpu";

    internal int Threads { get; init; } = 1;

    internal required IReadOnlyList<ModuleLine> Modules { get; init; }

    /// <summary>The loss, if it is a module that the program has told.</summary>
    internal ModuleLine? Criterion { get; init; }

    internal required IReadOnlyList<ParameterLine> Parameters { get; init; }

    internal IReadOnlyList<ParameterLine> Buffers { get; init; } = [];

    internal OptimizerLine? Optimizer { get; init; }

    internal void Write(RecordingFolder folder, RecordingOptions options, IReadOnlyList<TensorEntry> initial)
    {
        folder.WriteLine("recording", json => WriteRun(json, options));
        folder.WriteLine("modules", WriteModules);
        folder.WriteLine("parameters", json =>
        {
            WriteParameters(json, "parameters", Parameters, withGradient: true);
            WriteParameters(json, "buffers", Buffers, withGradient: false);
        });
        if (Optimizer is not null)
            folder.WriteLine("optimizer", WriteOptimizer);
        folder.WriteTensors("initial.safetensors", initial);
        folder.WriteLine("initial", json => JsonParts.WriteEntries(json, initial));
    }

    private void WriteRun(Utf8JsonWriter json, RecordingOptions options)
    {
        json.WriteString("name", options.Name ?? "");
        json.WriteString("framework", Framework);
        json.WriteStartObject("versions");
        foreach (var (name, version) in Versions)
            json.WriteString(name, version);
        json.WriteEndObject();
        json.WriteString("device", Device);
        json.WriteNumber("threads", Threads);
        if (options.Seed is { } seed)
            json.WriteNumber("seed", seed);
        // The type that most numbers of the parameters have.
        var type = Parameters
            .Where(p => p.SameAs is null)
            .GroupBy(p => p.DType)
            .MaxBy(group => group.Sum(p => p.Shape.Aggregate(1L, (product, size) => product * size)));
        if (type is not null)
            json.WriteString("dtype", type.Key);
        json.WriteString("keep", options.Keep.ToString().ToLowerInvariant());
        json.WriteNumber("every", options.Every);
    }

    private void WriteModules(Utf8JsonWriter json)
    {
        json.WriteStartArray("modules");
        foreach (var module in Modules)
        {
            json.WriteStartObject();
            json.WriteString("name", module.Name);
            WriteModule(json, module);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (Criterion is not null)
        {
            json.WriteStartObject("criterion");
            WriteModule(json, Criterion);
            json.WriteEndObject();
        }
    }

    private static void WriteModule(Utf8JsonWriter json, ModuleLine module)
    {
        json.WriteString("type", module.Type);
        if (module.Class is not null)
            json.WriteString("class", module.Class);
        json.WritePropertyName("options");
        JsonParts.WriteOptions(json, module.Options);
    }

    private void WriteOptimizer(Utf8JsonWriter json)
    {
        json.WriteString("type", Optimizer!.Type);
        json.WriteStartArray("groups");
        foreach (var group in Optimizer.Groups)
        {
            json.WriteStartObject();
            JsonParts.WriteTexts(json, "parameters", group.Parameters);
            json.WritePropertyName("options");
            JsonParts.WriteOptions(json, group.Options);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteParameters(Utf8JsonWriter json, string kind, IReadOnlyList<ParameterLine> parameters, bool withGradient)
    {
        json.WriteStartArray(kind);
        foreach (var (name, shape, type, requiresGrad, sameAs) in parameters)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            JsonParts.WriteShape(json, shape);
            json.WriteString("dtype", type);
            if (withGradient)
                json.WriteBoolean("requires_grad", requiresGrad);
            if (sameAs is not null)
                json.WriteString("same_as", sameAs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
