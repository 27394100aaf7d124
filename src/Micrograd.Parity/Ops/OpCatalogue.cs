using System.Diagnostics.CodeAnalysis;

namespace Micrograd.Parity.Ops;

/// <summary>All rows, by name.</summary>
public sealed class OpCatalogue
{
    private readonly Dictionary<string, Op> _byName;

    /// <summary>Collects rows.</summary>
    /// <exception cref="ArgumentException">Two rows have one name.</exception>
    public OpCatalogue(IEnumerable<Op> rows)
    {
        All = [.. rows];
        _byName = new Dictionary<string, Op>(StringComparer.Ordinal);
        foreach (var op in All)
        {
            if (!_byName.TryAdd(op.Name, op))
                throw new ArgumentException($"Two rows of the catalogue are named {op.Name}.", nameof(rows));
        }
    }

    /// <summary>The rows in the catalogue's order.</summary>
    public IReadOnlyList<Op> All { get; }

    /// <summary>The row of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    [SuppressMessage("Design", "CA1043:Use Integral Or String Argument For Indexers", Justification = "A name is a string.")]
    public Op this[string name] => _byName.TryGetValue(name, out var op) ? op : throw new KeyNotFoundException($"The catalogue has no op '{name}'.");

    /// <summary>Looks a row up.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out Op? op) => _byName.TryGetValue(name, out op);
}
