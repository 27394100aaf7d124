using Micrograd.Parity.Comparing;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>What programs came to, added up; of those that differ the first are remembered by their index.</summary>
public sealed class FuzzTally
{
    /// <summary>How many of the programs that differ are remembered.</summary>
    public const int Remembered = 10;

    private readonly SortedSet<long> _first = [];
    private readonly SortedDictionary<string, long> _ops = new(StringComparer.Ordinal);
    private long _same;
    private Counts _other = Counts.None;

    /// <summary>How many random programs were run.</summary>
    public long Programs { get; private set; }

    /// <summary>How many nodes they had.</summary>
    public long Nodes { get; private set; }

    /// <summary>How many numbers were compared, by verdict.</summary>
    public Counts Counts => _other with { SameBits = _same };

    /// <summary>How many programs differ.</summary>
    public long Differing { get; private set; }

    /// <summary>The first random programs that differ, by index.</summary>
    public IReadOnlyCollection<long> First => _first;

    /// <summary>How many nodes each op had, by name.</summary>
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

    /// <summary>Adds what another has added up.</summary>
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
