using Micrograd.Parity.Diff.Tests.Pairs;
using Micrograd.Parity.Recording;

[assembly: AssemblyFixture(typeof(RecordedPairs))]

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>Recordings of pairs. An original is recorded once for all ports that are compared with it.</summary>
public sealed class RecordedPairs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("recorded-pairs-").FullName;
    private readonly Dictionary<(string Pair, TrainingLoop Loop, string Model, Keep Keep), string> _originals = [];
    private readonly Dictionary<string, string> _inPython = [];
    private readonly Dictionary<Processor, string> _elsewhere = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The original of a pair's variant.</summary>
    internal string Original(Pair pair, Variant variant, Keep keep = Keep.All)
    {
        var key = (pair.Name, pair.OriginalLoop(variant), variant.OriginalModel is null ? "" : variant.Name, keep);
        if (!_originals.TryGetValue(key, out var folder))
        {
            folder = Path.Combine(_folder, $"{_originals.Count}");
            pair.RecordOriginal(folder, variant, keep);
            _originals.Add(key, folder);
        }

        return folder;
    }

    /// <summary>The original of a pair, as PyTorch's recorder in Python recorded it.</summary>
    internal string OriginalInPython(Pair pair)
    {
        if (!_inPython.TryGetValue(pair.Name, out var folder))
        {
            folder = Path.Combine(_folder, pair.Name);
            RecordedOriginal.Unpack(pair.Name, folder);
            _inPython.Add(pair.Name, folder);
        }

        return folder;
    }

    /// <summary>Compares a port with its original.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="variant">The way in which the port is written.</param>
    /// <param name="keep">What both keep.</param>
    internal DiffResult Compare(Pair pair, Variant variant, Keep keep = Keep.All) =>
        WithPort(Original(pair, variant, keep), port => pair.RecordPort(port, variant, keep, steps: Steps(variant)), Compared(variant));

    /// <summary>Compares a port with its original in Python, from whose parameters and batches it goes out.</summary>
    internal DiffResult CompareWithPython(Pair pair, Variant variant)
    {
        var original = OriginalInPython(pair);
        return WithPort(original, port => pair.RecordPort(port, variant, original: original, steps: Steps(variant)), Compared(variant));
    }

    /// <summary>Compares the plain port with an original that was computed as on another processor.</summary>
    internal DiffResult CompareWith(Processor processor, Pair pair)
    {
        var original = OriginalOn(processor, pair);
        return WithPort(original, port => pair.RecordPort(port, new Variant("plain"), original: original));
    }

    /// <summary>Records the plain port of an original that was computed as on another processor, for as long as both are used.</summary>
    internal void WithPortOf(Processor processor, Pair pair, Action<string, string> use)
    {
        var (original, port) = (OriginalOn(processor, pair), Path.Combine(_folder, "port"));
        pair.RecordPort(port, new Variant("plain"), original: original);
        use(original, port);
        Directory.Delete(port, recursive: true);
    }

    /// <summary>The original that was computed as on another processor. Numbers are drawn otherwise there: a port takes its parameters and batches.</summary>
    private string OriginalOn(Processor processor, Pair pair)
    {
        if (!_elsewhere.TryGetValue(processor, out var folder))
        {
            folder = Path.Combine(_folder, processor.Name);
            OwnProcess.RecordOriginals(folder, processor.Threads, processor.Environment);
            _elsewhere.Add(processor, folder);
        }

        return Path.Combine(folder, pair.Name);
    }

    private static int? Steps(Variant variant) => (variant as PlantedFault)?.Steps;

    /// <summary>The steps that are compared: of a mistake those up to the one in which it must be found.</summary>
    private static int Compared(Variant variant) => variant is PlantedFault { Step: var step } ? Math.Max(1, step + 1) : int.MaxValue;

    private DiffResult WithPort(string original, Action<string> record, int steps = int.MaxValue)
    {
        var port = Path.Combine(_folder, "port");
        try
        {
            record(port);
            return Diffs.Of(original, port, steps);
        }
        finally
        {
            Directory.Delete(port, recursive: true);
        }
    }
}
