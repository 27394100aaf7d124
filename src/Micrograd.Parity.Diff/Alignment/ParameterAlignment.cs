using Micrograd.Parity.Diff.Recordings;

namespace Micrograd.Parity.Diff.Alignment;

/// <summary>Pairs of a parameter or buffer of the original and one of the port: those of modules that are one another by name, the rest by shape and order.</summary>
internal sealed class ParameterAlignment
{
    private readonly Dictionary<string, string> _port = [];
    private readonly Dictionary<string, string> _original = [];

    private ParameterAlignment() { }

    /// <summary>Parameters and buffers of both sides, the original's names as keys.</summary>
    internal IReadOnlyDictionary<string, string> Port => _port;

    /// <summary>The same the other way round.</summary>
    internal IReadOnlyDictionary<string, string> Original => _original;

    /// <summary>Finds the pairs.</summary>
    internal static ParameterAlignment Of(RecordedRun original, RecordedRun port, ModuleAlignment modules)
    {
        var alignment = new ParameterAlignment();
        alignment.Pair(original.Parameters, port.Parameters, modules);
        alignment.Pair(original.Buffers, port.Buffers, modules);
        return alignment;
    }

    private void Pair(IReadOnlyList<RecordedParameter> original, IReadOnlyList<RecordedParameter> port, ModuleAlignment modules)
    {
        var byName = port.ToDictionary(p => p.Name);
        foreach (var parameter in original)
        {
            if (
                modules.Port.TryGetValue(parameter.Module, out var module)
                && byName.TryGetValue(module.Length == 0 ? parameter.Local : $"{module}.{parameter.Local}", out var same)
            )
                Add(parameter, same);
        }

        foreach (var (a, b) in SequenceAlignment.Pairs(Left(original), Right(port), (a, b) => Score(a, b, modules)))
            Add(a, b);

        // What is still alone has another shape on the other side.
        foreach (var parameter in Left(original))
        {
            if (byName.TryGetValue(parameter.Name, out var same))
                Add(parameter, same);
        }
    }

    private List<RecordedParameter> Left(IReadOnlyList<RecordedParameter> original) => [.. original.Where(p => !_port.ContainsKey(p.Name))];

    private List<RecordedParameter> Right(IReadOnlyList<RecordedParameter> port) => [.. port.Where(p => !_original.ContainsKey(p.Name))];

    private static int Score(RecordedParameter a, RecordedParameter b, ModuleAlignment modules)
    {
        var shapes = a.Shape.SequenceEqual(b.Shape);
        if (!shapes && !a.Shape.Reverse().SequenceEqual(b.Shape))
            return 0;
        var module = modules.Port.TryGetValue(a.Module, out var m) && m == b.Module;
        return 1 + (shapes ? 2 : 0) + (module ? 8 : 0) + (a.Local == b.Local ? 4 : 0);
    }

    private void Add(RecordedParameter original, RecordedParameter port)
    {
        if (!_port.ContainsKey(original.Name) && _original.TryAdd(port.Name, original.Name))
            _port[original.Name] = port.Name;
    }
}
