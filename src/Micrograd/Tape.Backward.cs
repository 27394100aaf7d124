namespace Micrograd;

public sealed unsafe partial class Tape
{
    /// <summary>
    /// The nodes whose gradient is −0, and not merely none. In their cells the two look alike; all other gradients speak for themselves.
    /// </summary>
    private readonly HashSet<int> _negativeZeros = [];

    /// <summary>The greatest node that an earlier backward pass may have left a gradient at.</summary>
    private long _graded;

    /// <summary>Runs backward from a root: one sweep from the root to the first node, which is the reverse of the order of creation.</summary>
    internal void Backward(Value value, double upstream)
    {
        var root = Head.CellOf(value);
        if (value.Offset < 0)
        {
            throw new InvalidOperationException(
                "Backward needs a root with a gradient: this value is a constant, or was computed from constants only.");
        }

        var top = Math.Min(_graded, value.Offset);
        SetAsideEarlierGradients(top);
        root->Grad = upstream;
        PassOn(root);
        AddEarlierGradients(top);
        _graded = Math.Max(_graded, value.Offset);
    }

    /// <summary>
    /// The sweep, and what it leaves: ops that it has not inline, and gradients of −0. Such a node was reached by nothing, or by −0 alone.
    /// What is not reached is not visited, for 0 · ∞ in a dead branch must make no NaN; which it is, the tape's structure tells.
    /// </summary>
    private void PassOn(Cell* root)
    {
        var reachability = new Reachability(_arena);
        var isKnown = false;
        for (var node = Sweep.Run(root, _arena.Base); node->Code != Cell.Stop; node = Sweep.Run(Cell.Previous(node), _arena.Base))
        {
            if (Cell.IsNegativeZero(node->Grad))
            {
                if (!isKnown)
                    reachability.MarkFrom(root);
                isKnown = true;
                node = reachability.NextMarked(node);
                if (node->Code == Cell.Stop)
                    return;
                if (Cell.IsNegativeZero(node->Grad))
                    _negativeZeros.Add(OffsetOf(node));
            }

            var rule = Cell.Rule(node);
            var pull = Rules.Pulls[rule];
            if (pull != null)
                pull(_arena, node, node->Grad);
            else if (rule == Rules.Replay)
                PullReplay(node);
        }
    }

    /// <summary>
    /// A pass must not see what an earlier one left at the nodes it visits: those gradients are set aside, and added when it is done.
    /// </summary>
    private void SetAsideEarlierGradients(long top)
    {
        var saved = _arena.Saved;
        for (var node = Cell.At(_arena.Base, top); node->Code != Cell.Stop; node = Cell.Previous(node))
        {
            *saved++ = node->Grad;
            node->Grad = Cell.NoGradient;
        }
    }

    private void AddEarlierGradients(long top)
    {
        var saved = _arena.Saved;
        for (var node = Cell.At(_arena.Base, top); node->Code != Cell.Stop; node = Cell.Previous(node))
            node->Grad = *saved++ + node->Grad;
    }

    private int OffsetOf(Cell* node) => (int)((byte*)node - _arena.Base);
}
