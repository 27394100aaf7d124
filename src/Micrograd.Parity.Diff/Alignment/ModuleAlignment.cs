using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;

namespace Micrograd.Parity.Diff.Alignment;

/// <summary>Pairs of a module of the original and one of the port: by name and kind, then by order, kind and shapes, then by name alone.</summary>
internal sealed class ModuleAlignment
{
    private readonly Dictionary<string, string> _port = [];
    private readonly Dictionary<string, string> _original = [];

    private ModuleAlignment() { }

    /// <summary>Modules of both sides, the original's names as keys.</summary>
    internal IReadOnlyDictionary<string, string> Port => _port;

    /// <summary>The same the other way round.</summary>
    internal IReadOnlyDictionary<string, string> Original => _original;

    /// <summary>Finds the pairs.</summary>
    /// <param name="original">One side.</param>
    /// <param name="port">The other.</param>
    /// <param name="first">The original's first step: modules are compared in the order in which they are called.</param>
    /// <param name="second">The port's.</param>
    internal static ModuleAlignment Of(RecordedRun original, RecordedRun port, RunOutline first, RunOutline second)
    {
        // Where the port calls its modules in another order, that in which they were declared may fit better.
        var called = Of(Describe(original, first), Describe(port, second));
        var declared = Of(Describe(original, null), Describe(port, null));
        return declared.Fit > called.Fit ? declared : called;
    }

    private static ModuleAlignment Of(List<Described> left, List<Described> right)
    {
        var alignment = new ModuleAlignment();
        var byName = right.ToDictionary(module => module.Name);
        alignment.Add("", "");
        foreach (var module in left)
        {
            if (
                byName.TryGetValue(module.Name, out var same)
                && (SameKind(module, same) || (!KnownModules.Kinds.Contains(module.Type) && !KnownModules.Kinds.Contains(same.Type)))
            )
                alignment.Add(module.Name, same.Name);
        }

        foreach (var leaves in new[] { true, false })
        {
            var pairs = SequenceAlignment.Pairs(
                [.. left.Where(m => m.IsLeaf == leaves && !alignment._port.ContainsKey(m.Name))],
                [.. right.Where(m => m.IsLeaf == leaves && !alignment._original.ContainsKey(m.Name))],
                (a, b) => alignment.Score(a, b)
            );
            foreach (var (a, b) in pairs)
                alignment.Add(a.Name, b.Name);
        }

        foreach (var module in left)
        {
            if (byName.TryGetValue(module.Name, out var same))
                alignment.Add(module.Name, same.Name);
        }

        alignment.Fit = left.Where(module => module.IsLeaf && alignment._port.ContainsKey(module.Name))
            .Sum(module => Likeness(module, byName[alignment._port[module.Name]]));
        return alignment;
    }

    /// <summary>Number of leaves that have a partner; one of the same kind or with the same shapes counts more.</summary>
    private int Fit { get; set; }

    private void Add(string original, string port)
    {
        if (!_port.ContainsKey(original) && _original.TryAdd(port, original))
            _port[original] = port;
    }

    private int Score(Described a, Described b)
    {
        var kind = SameKind(a, b);
        if (!kind && KnownModules.Kinds.Contains(a.Type) && KnownModules.Kinds.Contains(b.Type))
            return Family(a.Type) is { } family && family == Family(b.Type) ? 2 : 0;
        var shapes = a.Shapes.SequenceEqual(b.Shapes);
        var transposed = !shapes && a.Shapes.Select(Ordered).SequenceEqual(b.Shapes.Select(Ordered));
        if (!shapes && !transposed && a.Shapes.Count > 0 && b.Shapes.Count > 0)
            return kind ? 1 : 0;
        var parents = _port.TryGetValue(DottedName.Parent(a.Name), out var parent) && parent == DottedName.Parent(b.Name);
        return (kind ? 8 : 1)
            + (shapes && a.Shapes.Count > 0 ? 8 : 0)
            + (DottedName.Last(a.Name) == DottedName.Last(b.Name) ? 4 : 0)
            + (parents ? 4 : 0);
    }

    /// <summary>Kinds that may be exchanged for one another, by a name; null where it stands alone.</summary>
    private static string? Family(string type) =>
        type.Contains("Norm", StringComparison.Ordinal) ? "norm"
        : type.Contains("Pool", StringComparison.Ordinal) ? "pool"
        : KnownModules.IsRecurrent(type) ? "recurrent"
        : ActivationModules.Kinds.ContainsKey(type) ? "activation"
        : null;

    private static int Likeness(Described a, Described b) =>
        1 + (SameKind(a, b) ? 1 : 0) + (a.Shapes.Count > 0 && a.Shapes.SequenceEqual(b.Shapes) ? 1 : 0);

    private static bool SameKind(Described a, Described b) => string.Equals(a.Type, b.Type, StringComparison.OrdinalIgnoreCase);

    private static string Ordered(string shape) => string.Join(",", shape.Split(',').Order(StringComparer.Ordinal));

    /// <summary>A run's modules, in the order in which they are called, or in which they were declared.</summary>
    private static List<Described> Describe(RecordedRun run, RunOutline? outline)
    {
        var order = (outline?.Calls ?? []).Index().ToDictionary(call => call.Item.Key, call => call.Index);
        var own = run.Parameters.ToLookup(p => p.Module, p => string.Join(",", p.Shape));
        var parents = run.Modules.Where(m => m.Name.Length > 0).Select(m => DottedName.Parent(m.Name)).ToHashSet();
        return
        [
            .. run
                .Modules.Where(m => m.Name.Length > 0)
                .OrderBy(m => order.GetValueOrDefault(m.Name, int.MaxValue))
                .Select(m => new Described(m.Name, m.Type, !parents.Contains(m.Name), [.. own[m.Name]])),
        ];
    }

    private sealed record Described(string Name, string Type, bool IsLeaf, List<string> Shapes);
}
