using Micrograd.Parity.Inputs;
using Micrograd.Parity.Recording;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recordings;

/// <summary>A recording of a training run (docs/recording-format.md): what holds for the run, and its steps one after the other.</summary>
internal sealed class RecordedRun : IDisposable
{
    private static readonly string[] s_surroundings = ["device", "threads", "seed", "dtype"];

    private static readonly string[] s_frameworks = ["torch.", "TorchSharp.", "Micrograd."];

    private readonly string _folder;
    private readonly RecordingLines _lines;

    private RecordedRun(string folder, string shown, Func<string, bool> isKnown)
    {
        _folder = folder;
        _lines = new RecordingLines(Path.Combine(folder, RecordingFolder.Index));
        try
        {
            Shown = shown;
            ReadHeader(Need("recording"));
            ReadModel(Need("modules"), Need("parameters"), isKnown);
            var next = _lines.Next();
            if (next?.Find("kind")?.AsText() == "optimizer")
                (Optimizer, next) = (ReadOptimizer(next), _lines.Next());
            if (next is null)
                throw _lines.Wrong("the file ends before the line of the kind 'initial': nothing was recorded yet.");
            Expect(next, "initial");
            Initial = Parser(-1, "initial.safetensors").Step(next);
        }
        catch (InvalidDataException e)
        {
            Dispose();
            throw _lines.Wrong(e);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The path that the user gave.</summary>
    internal string Shown { get; } = "";

    /// <summary>The run's name.</summary>
    internal string Name { get; private set; } = "";

    /// <summary>The framework that it ran in.</summary>
    internal string Framework { get; private set; } = "";

    /// <summary>Versions of the framework and what is below it.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Versions { get; private set; } = [];

    /// <summary>Device, threads, seed and dtype, as far as they are recorded.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Surroundings { get; private set; } = [];

    /// <summary>Amount that is kept of each tensor.</summary>
    internal Keep Keep { get; private set; }

    /// <summary>Distance of recorded steps.</summary>
    internal int Every { get; private set; } = 1;

    /// <summary>Modules in the order of the tree.</summary>
    internal IReadOnlyList<RecordedModule> Modules { get; private set; } = [];

    /// <summary>The loss, if it is a module that the recorder was told of.</summary>
    internal RecordedModule? Criterion { get; private set; }

    /// <summary>Parameters in the order of the tree.</summary>
    internal IReadOnlyList<RecordedParameter> Parameters { get; private set; } = [];

    /// <summary>Buffers in the order of the tree.</summary>
    internal IReadOnlyList<RecordedParameter> Buffers { get; private set; } = [];

    /// <summary>The optimizer; null if none is recorded.</summary>
    internal RecordedOptimizer? Optimizer { get; }

    /// <summary>Parameters and buffers before the first step.</summary>
    internal RecordedStep Initial { get; } = new(-1, [], [], 0, [], []);

    /// <summary>True if the recording ends within a line: its process was killed, or still runs.</summary>
    internal bool IsCutShort => _lines.IsCutShort;

    /// <summary>Opens a recording: its folder, or the index in it.</summary>
    /// <param name="path">The folder, or the index.</param>
    /// <param name="isKnown">True for the kinds of modules that have a meaning of their own, which a class of the user must not be taken for.</param>
    /// <exception cref="InputFileException">It cannot be read; the message says where.</exception>
    internal static RecordedRun Open(string path, Func<string, bool>? isKnown = null)
    {
        var folder = Path.GetFileName(path) == RecordingFolder.Index && File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path;
        if (!Directory.Exists(folder))
            throw new InputFileException($"{path}: {InputFile.WhyNoFolder(folder)} Name the recording's folder.");

        if (!File.Exists(Path.Combine(folder, RecordingFolder.Index)))
            throw new InputFileException($"{path}: the folder has no {RecordingFolder.Index}: this is no recording.");
        return new RecordedRun(folder, path, isKnown ?? (_ => false));
    }

    /// <summary>Reads the next step; null after the last.</summary>
    /// <exception cref="InputFileException">Its line is not as it must be.</exception>
    internal RecordedStep? Next()
    {
        try
        {
            if (_lines.Next() is not { } line)
                return null;
            Expect(line, "step");
            var number = line["step"].AsCount();
            return Parser(number, $"step-{number}.safetensors").Step(line);
        }
        catch (InvalidDataException e)
        {
            throw _lines.Wrong(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Initial?.Dispose();
        _lines.Dispose();
    }

    private StepParser Parser(int step, string file) => new(step, Keep, Keep == Keep.All ? new TensorFile(Path.Combine(_folder, file)) : null);

    private JsonPlace Need(string kind)
    {
        var line = _lines.Next();
        if (line is null)
        {
            throw _lines.Wrong(
                _lines.Number == 0 ? "the file is empty: this is no recording." : $"the file ends before the line of the kind '{kind}'."
            );
        }

        Expect(line, kind);
        return line;
    }

    private static void Expect(JsonPlace line, string kind)
    {
        var found = line["kind"];
        if (found.AsText() != kind)
            throw found.Wrong($"a line of the kind '{kind}' must come here, and this is one of the kind '{PlainText.Short(found.Text)}'.");
    }

    private void ReadHeader(JsonPlace line)
    {
        if (line["format"].AsText() != RecordingFolder.Format)
            throw line.Wrong($"the format is '{PlainText.Short(line["format"].Text)}', and this program reads '{RecordingFolder.Format}'.");
        line.DemandVersion(RecordingFolder.Version);
        Name = line.Find("name")?.AsText() ?? Path.GetFileName(_folder);
        Framework = line["framework"].AsText();
        Versions = [.. (line.Find("versions")?.AsObject() ?? []).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.AsText()))];
        Surroundings = [.. s_surroundings.Select(key => KeyValuePair.Create(key, line.Find(key)?.Text ?? "")).Where(pair => pair.Value.Length > 0)];
        var keep = line["keep"];
        Keep = keep.AsText() switch
        {
            "all" => Keep.All,
            "statistics" => Keep.Statistics,
            "hashes" => Keep.Hashes,
            _ => throw keep.Wrong("'keep' must be all, statistics or hashes."),
        };
        Every = line.Find("every")?.AsWhole(1, int.MaxValue) is { } every ? (int)every : 1;
    }

    private void ReadModel(JsonPlace modules, JsonPlace parameters, Func<string, bool> isKnown)
    {
        var none = JsonPlace.Parse("{}", firstLine: modules.Line);
        Modules = [.. modules["modules"].AsList().Select(m => new RecordedModule(m["name"].AsText(), TypeOf(m, isKnown), m.Find("options") ?? none))];
        RefuseTwice(Modules.Select(m => m.Name), modules);
        if (modules.Find("criterion") is { } loss)
            Criterion = new RecordedModule("loss", TypeOf(loss, isKnown), loss.Find("options") ?? none);
        Parameters = ReadParameters(parameters["parameters"]);
        Buffers = parameters.Find("buffers") is { } buffers ? ReadParameters(buffers) : [];
        RefuseTwice([.. Parameters.Select(p => p.Name), .. Buffers.Select(b => b.Name)], parameters);
    }

    /// <summary>A module's kind; a class of the user with the name of one of PyTorch's is none of them.</summary>
    private static string TypeOf(JsonPlace module, Func<string, bool> isKnown)
    {
        var type = module["type"].AsText();
        var isOwn =
            isKnown(type)
            && module.Find("class")?.AsText() is { } name
            && DottedName.Last(name) == type
            && !Array.Exists(s_frameworks, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
        return isOwn ? $"{type} (own)" : type;
    }

    private static List<RecordedParameter> ReadParameters(JsonPlace list) =>
        [
            .. list.AsList()
                .Select(p => new RecordedParameter(
                    p["name"].AsText(),
                    StepParser.Shape(p["shape"]),
                    StepParser.Dtype(p["dtype"]),
                    p.Find("requires_grad")?.AsFlag() ?? true,
                    p.Find("same_as")?.AsText()
                )),
        ];

    private static RecordedOptimizer ReadOptimizer(JsonPlace line) =>
        new(
            line["type"].AsText(),
            [
                .. line["groups"]
                    .AsList()
                    .Select(group => new RecordedGroup([.. group["parameters"].AsList().Select(name => name.AsText())], group["options"])),
            ]
        );

    private static void RefuseTwice(IEnumerable<string> names, JsonPlace line)
    {
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw line.Wrong($"the name '{PlainText.Short(twice.Key)}' comes twice.");
    }
}
