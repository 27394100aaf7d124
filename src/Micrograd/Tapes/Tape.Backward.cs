using Micrograd.Tapes;

namespace Micrograd;

public sealed unsafe partial class Tape
{
    /// <summary>Last node that may have a gradient from an earlier backward pass.</summary>
    private long _graded;

    /// <summary>Of the gradients that are set aside, those that are −0, and not merely none.</summary>
    private readonly List<nint> _negativeZerosSetAside = [];

    /// <summary>Runs backward from a root: one sweep from the root to the first node, which is the reverse of the order of creation.</summary>
    internal void Backward(Value value, double upstream)
    {
        var root = Head.CellOf(value);
        if (value.Offset < 0)
        {
            throw new InvalidOperationException(
                "Backward needs a root with a gradient: this value is a constant, or was computed from constants only."
            );
        }

        var top = Math.Min(_graded, value.Offset);
        if (top > Arena.First)
            SetAsideEarlierGradients(top);
        root->Grad = upstream;
        if (Cell.IsNegativeZero(upstream))
            _arena.NegativeZeros.Add(root);
        if (top == value.Offset && _replayCount == 0)
        {
            PassOn<LaterPass>(root);
        }
        else
        {
            PassOn<FirstPass>(root);
            if (top > Arena.First)
                AddEarlierGradients(top);
        }

        if (_negativeZerosSetAside.Count > 0)
            RestoreNegativeZeros();
        _graded = Math.Max(_graded, value.Offset);
        TellUse(value.Offset);
    }

    /// <summary>The sweep, and the ops that it has not inline.</summary>
    private void PassOn<TPass>(Cell* root)
        where TPass : struct, IPass
    {
        var earlier = _arena.Saved;
        for (
            var node = Sweep.Run<TPass>(root, _arena, ref earlier);
            node->Code != Cell.Stop;
            node = Sweep.Run<TPass>(Cell.Previous(node), _arena, ref earlier)
        )
        {
            var rule = Cell.Rule(node);
            var vjp = Rules.Vjps[rule];
            if (vjp != null)
                vjp(_arena, node, node->Grad);
            else if (rule == Rules.Replay)
                PropagateReplay(node);
            TPass.Complete(node, node->Grad, ref earlier);
        }
    }

    /// <summary>
    /// Sets aside the gradients of earlier passes at the nodes that this pass visits; they are added when it is done with a node.
    /// </summary>
    private void SetAsideEarlierGradients(long top)
    {
        var saved = _arena.Saved;
        var zeros = _arena.NegativeZeros;
        for (var node = Cell.At(_arena.Base, top); node->Code != Cell.Stop; node = Cell.Previous(node))
        {
            var gradient = node->Grad;
            *saved++ = gradient;
            node->Grad = Cell.NoGradient;
            if (zeros.Is(gradient) && zeros.Has(node))
                _negativeZerosSetAside.Add((nint)node);
        }

        zeros.RemoveBehind(Cell.At(_arena.Base, Arena.First), Cell.At(_arena.Base, top));
    }

    private void AddEarlierGradients(long top)
    {
        var saved = _arena.Saved;
        for (var node = Cell.At(_arena.Base, top); node->Code != Cell.Stop; node = Cell.Previous(node))
            node->Grad = *saved++ + node->Grad;
    }

    private void RestoreNegativeZeros()
    {
        foreach (var node in _negativeZerosSetAside)
            _arena.NegativeZeros.Add((Cell*)node);
        _negativeZerosSetAside.Clear();
    }

    private long OffsetOf(Cell* node) => (byte*)node - _arena.Base;
}
