using Micrograd.Parity.Comparing;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>Running totals of programs that were checked. Of random programs that differ, the lowest indices are kept.</summary>
internal sealed class FuzzTally
{
    /// <summary>Maximum number of indices kept of random programs that differ.</summary>
    public const int Remembered = 10;

    private readonly SortedSet<long> _first = [];
    private readonly SortedDictionary<string, long> _ops = new(StringComparer.Ordinal);
    private long _same;
    private Counts _other = Counts.None;

    /// <summary>Number of random programs that were run.</summary>
    public long Programs { get; private set; }

    /// <summary>Number of nodes of all programs, those of the corpus included.</summary>
    public long Nodes { get; private set; }

    /// <summary>Number of compared values and gradients by verdict.</summary>
    public Counts Counts => _other with { SameBits = _same };

    /// <summary>Number of programs that differ.</summary>
    public long Differing { get; private set; }

    /// <summary>The first random programs that differ, by index.</summary>
    public IReadOnlyCollection<long> First => _first;

    /// <summary>Number of nodes of each op, by name.</summary>
    public IReadOnlyDictionary<string, long> Ops => _ops;

    /// <summary>Adds a random program.</summary>
    public void Add(long index, Program program, ProgramCheck check)
    {
        Programs++;
        AddReplay(program, check);
        if (check.Differs)
            Remember(index);
    }

    /// <summary>Adds a program of the corpus: it is not counted among the random ones.</summary>
    public void AddReplay(Program program, ProgramCheck check)
    {
        Nodes += program.Nodes.Count;
        Add(check.Counts);
        for (var i = 0; i < program.Nodes.Count; i++)
        {
            if (program.Nodes[i].Op is { } op)
                _ops[op] = _ops.GetValueOrDefault(op) + 1;
        }

        if (check.Differs)
            Differing++;
    }

    /// <summary>Adds the totals of another.</summary>
    public void Add(FuzzTally other)
    {
        Programs += other.Programs;
        Nodes += other.Nodes;
        Add(other.Counts);
        Differing += other.Differing;
        foreach (var (op, nodes) in other._ops)
            _ops[op] = _ops.GetValueOrDefault(op) + nodes;
        foreach (var index in other._first)
            Remember(index);
    }

    private void Add(Counts counts)
    {
        _same += counts.SameBits;
        if (counts.SameBits != counts.Compared)
            _other += counts with { SameBits = 0 };
    }

    private void Remember(long index)
    {
        _first.Add(index);
        if (_first.Count > Remembered)
            _first.Remove(_first.Max);
    }
}
