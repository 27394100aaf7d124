using System.Runtime.CompilerServices;

namespace Micrograd;

public sealed unsafe partial class Tape
{
    /// <summary>Runs backward from a root: one sweep from the root to the first node, which is the reverse of the order of creation.</summary>
    internal void Backward(Value root, double upstream)
    {
        var start = Check(root);
        if (start < 0)
        {
            throw new InvalidOperationException(
                "Backward needs a root with a gradient: this value is a constant, or was computed from constants only.");
        }

        var earlier = SetAsideEarlierGradients(start);
        _arena.Grads[start] = double.IsNaN(upstream) ? double.NaN : upstream;
        Sweep(_arena, start);
        AddEarlierGradients(earlier);
        _graded = Math.Max(_graded, start + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sweep(in Arena arena, int start)
    {
        var values = arena.Values;
        var grads = arena.Grads;
        var parents = arena.Parents;
        var codes = arena.Codes;
        for (var node = start; node >= 0; node--)
        {
            var g = grads[node];
            if (Arena.IsUnset(g))
                continue; // the root does not reach it
            var packed = parents[node];
            int i = (int)packed, j = (int)(packed >> 32);
            switch (codes[node])
            {
                case Rules.Leaf:
                    break;
                case Rules.Add:
                    if (i >= 0)
                        arena.Accumulate(i, g);
                    if (j >= 0)
                        arena.Accumulate(j, g);
                    break;
                case Rules.Sub:
                    if (i >= 0)
                        arena.Accumulate(i, g);
                    if (j >= 0)
                        arena.Accumulate(j, -g);
                    break;
                case Rules.Mul:
                    if (i >= 0)
                        arena.Accumulate(i, MulRule.PullA(g, values[i], values[j], 0));
                    if (j >= 0)
                        arena.Accumulate(j, MulRule.PullB(g, values[i], values[j], 0));
                    break;
                case Rules.Tanh:
                    arena.Accumulate(i, TanhRule.Pull(g, values[i], values[node]));
                    break;
                case Rules.Relu:
                    arena.Accumulate(i, ReluRule.Pull(g, values[i], values[node]));
                    break;
                default:
                    Rules.Pulls[codes[node]](arena, node, g);
                    break;
            }
        }
    }

    /// <summary>
    /// A pass must not see what an earlier one left at the nodes it visits: those gradients are set aside, and added when it is done.
    /// </summary>
    private int SetAsideEarlierGradients(int start)
    {
        var count = Math.Min(_graded, start + 1);
        for (var i = 0; i < count; i++)
        {
            _arena.Saved[i] = _arena.Grads[i];
            ((ulong*)_arena.Grads)[i] = Arena.Unset;
        }

        return count;
    }

    private void AddEarlierGradients(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var earlier = _arena.Saved[i];
            if (Arena.IsUnset(earlier))
                continue;
            var slot = _arena.Grads + i;
            *slot = Arena.IsUnset(*slot) ? earlier : earlier + *slot;
        }
    }
}
