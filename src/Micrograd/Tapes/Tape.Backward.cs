using Micrograd.Tapes;

namespace Micrograd;

public sealed unsafe partial class Tape
{
    /// <summary>Last node that may have a gradient from an earlier backward pass.</summary>
    private long _graded;

    /// <summary>The last place beside that has been emptied for the first time.</summary>
    private double* _emptied;

    /// <summary>Nodes whose earlier gradient is −0, and not merely none.</summary>
    private readonly List<nint> _earlierNegativeZeros = [];

    /// <summary>Runs backward from a root: one sweep from the root to the first node, which is the reverse of the order of creation.</summary>
    /// <remarks>
    /// A pass's own sum is added to an earlier gradient as a whole. If most nodes may have one, the pass accumulates beside them; if few,
    /// as parameters in front of a fresh graph, these are set aside.
    /// </remarks>
    internal void Backward(Value value, double upstream)
    {
        var root = Head.CellOf(value);
        if (value.Offset < 0)
        {
            throw new InvalidOperationException(
                "Backward needs a root with a gradient: this value is a constant, or was computed from constants only."
            );
        }

        var top = LastWithGradient(Math.Min(_graded, value.Offset));
        if (top == Arena.First)
        {
            PassOn<FirstPass>(_arena, root, upstream);
        }
        else
        {
            _arena.NegativeZeros.Take(Cell.At(_arena.Base, Arena.First), Cell.At(_arena.Base, top), _earlierNegativeZeros);
            if (top - Arena.First > (value.Offset - Arena.First) / 2)
                PassOnBeside(root, upstream);
            else
                PassOnWithFewSetAside(root, upstream, top);
            RestoreNegativeZeros();
        }

        _graded = Math.Max(_graded, value.Offset);
        TellUse(value.Offset);
    }

    /// <summary>The last node up to an offset that has a gradient; parameters have none after <see cref="Optimizer.ZeroGrad"/>.</summary>
    private long LastWithGradient(long offset)
    {
        var node = Cell.At(_arena.Base, offset);
        while (node->Code != Cell.Stop && Cell.IsNegativeZero(node->Grad) && !(_arena.NegativeZeros.Any && _arena.NegativeZeros.Has(node)))
            node = Cell.Previous(node);
        return OffsetOf(node);
    }

    /// <summary>The sweep, and the ops that it has not inline.</summary>
    private void PassOn<TPass>(in Arena arena, Cell* root, double upstream)
        where TPass : struct, IPass
    {
        TPass.Set(arena.Places, root, upstream);
        if (Cell.IsNegativeZero(upstream))
            arena.NegativeZeros.Add(root);
        for (var node = Sweep.Run<TPass>(root, arena); node->Code != Cell.Stop; node = Sweep.Run<TPass>(Cell.Previous(node), arena))
        {
            var rule = Cell.Rule(node);
            if (rule == Rules.ReplayResult)
            {
                node = PropagateReplay(arena, node);
                continue;
            }

            var vjp = Rules.Vjps[rule];
            if (vjp != null)
                vjp(arena, node, TPass.Get(arena.Places, node));
            if (arena.IsLater)
                *arena.Beside(node) = Cell.NoGradient;
        }
    }

    private void PassOnBeside(Cell* root, double upstream)
    {
        var end = _arena.Beside(root);
        if (end > _emptied)
        {
            var begin = Math.Max((nuint)_emptied, (nuint)_arena.Beside(Cell.At(_arena.Base, Arena.First)));
            new Span<double>((double*)begin + 1, (int)(end - (double*)begin)).Fill(Cell.NoGradient);
            _emptied = end;
        }

        PassOn<LaterPass>(_laterArena, root, upstream);
    }

    private void PassOnWithFewSetAside(Cell* root, double upstream, long top)
    {
        for (var node = Cell.At(_arena.Base, top); node->Code != Cell.Stop; node = Cell.Previous(node))
        {
            *_arena.Beside(node) = node->Grad;
            node->Grad = Cell.NoGradient;
        }

        PassOn<FirstPass>(_arena, root, upstream);
        for (var node = Cell.At(_arena.Base, top); node->Code != Cell.Stop; node = Cell.Previous(node))
        {
            var earlier = _arena.Beside(node);
            node->Grad = *earlier + node->Grad;
            *earlier = Cell.NoGradient;
        }
    }

    private void RestoreNegativeZeros()
    {
        foreach (var node in _earlierNegativeZeros)
            _arena.NegativeZeros.Add((Cell*)node);
        _earlierNegativeZeros.Clear();
    }

    private long OffsetOf(Cell* node) => (byte*)node - _arena.Base;
}
