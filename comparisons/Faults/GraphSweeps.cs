using Micrograd.Parity.Diagnosis.Faults;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Wrong ways through a graph in a backward pass.</summary>
internal static class GraphSweeps
{
    internal static void Seeded(ModelTape tape, int root, double upstream) => ModelTape.ReverseCreation(tape, root, upstream);

    internal static void DepthFirst(ModelTape tape, int root, double upstream)
    {
        tape.Set(root, upstream);
        foreach (var node in Sorted(tape, root))
            tape.PassOn(node);
    }

    internal static void FirstArrival(ModelTape tape, int root, double upstream)
    {
        tape.Set(root, upstream);
        var seen = new HashSet<int>();
        var open = new Stack<int>([root]);
        while (open.TryPop(out var node))
        {
            if (!seen.Add(node))
                continue;
            tape.PassOn(node);
            foreach (var operand in tape.Operands(node).Reverse())
                open.Push(operand);
        }
    }

    internal static void FirstShare(ModelTape tape, int root, double upstream)
    {
        tape.Set(root, upstream);
        Descend(tape, root, new HashSet<int> { root }.Add);
    }

    internal static void BreadthFirst(ModelTape tape, int root, double upstream)
    {
        tape.Set(root, upstream);
        var seen = new HashSet<int> { root };
        var open = new Queue<int>([root]);
        while (open.TryDequeue(out var node))
        {
            tape.PassOn(node);
            foreach (var operand in tape.Operands(node))
            {
                if (seen.Add(operand))
                    open.Enqueue(operand);
            }
        }
    }

    internal static void EveryPath(ModelTape tape, int root, double upstream)
    {
        tape.Set(root, upstream);
        Recurse(tape, root);
    }

    /// <summary>Recursive backward pass: propagates a node's gradient to its operands, then recurses into each operand.</summary>
    internal static void Recurse(ModelTape tape, int start)
    {
        var open = new Stack<int>([start]);
        while (open.TryPop(out var node))
        {
            tape.PassOn(node);
            foreach (var operand in tape.Operands(node).Reverse())
                open.Push(operand);
        }
    }

    internal static void EveryShare(ModelTape tape, int root, double upstream)
    {
        tape.Set(root, upstream);
        Descend(tape, root, _ => true);
    }

    /// <summary>Recursive backward pass: recurses into an operand once its contribution is added, before the next operand gets its own.</summary>
    internal static void Descend(ModelTape tape, int start, Func<int, bool> goesOn)
    {
        var open = new Stack<IEnumerator<(int Operand, double Share)>>([tape.Shares(start).GetEnumerator()]);
        while (open.TryPeek(out var shares))
        {
            if (!shares.MoveNext())
            {
                open.Pop().Dispose();
                continue;
            }

            tape.Deliver(shares.Current.Operand, shares.Current.Share);
            if (goesOn(shares.Current.Operand))
                open.Push(tape.Shares(shares.Current.Operand).GetEnumerator());
        }
    }

    internal static void ListedOncePerPath(ModelTape tape, int root, double upstream)
    {
        tape.Set(root, upstream);
        var order = new List<int>();
        var open = new Stack<(int Node, bool Expanded)>([(root, false)]);
        while (open.TryPop(out var top))
        {
            if (order.Count > ModelTape.MostVisits)
                throw new ModelLimitException();
            if (top.Expanded)
            {
                order.Add(top.Node);
                continue;
            }

            open.Push((top.Node, true));
            foreach (var operand in tape.Operands(top.Node).Reverse())
                open.Push((operand, false));
        }

        for (var i = order.Count - 1; i >= 0; i--)
            tape.PassOn(order[i]);
    }

    internal static void LoopAndRecursion(ModelTape tape, int root, double upstream)
    {
        tape.Set(root, upstream);
        foreach (var start in Sorted(tape, root))
            Recurse(tape, start);
    }

    internal static void LoopAndRecursionByShare(ModelTape tape, int root, double upstream)
    {
        tape.Set(root, upstream);
        foreach (var start in Sorted(tape, root))
            Descend(tape, start, _ => true);
    }

    internal static void Forwards(ModelTape tape, int root, double upstream)
    {
        tape.Set(root, upstream);
        for (var node = 0; node <= root; node++)
            tape.PassOn(node);
    }

    internal static void OperandsAsSet(ModelTape tape, int root, double upstream)
    {
        tape.Set(root, upstream);
        for (var node = root; node >= 0; node--)
            tape.PassOnOncePerOperand(node);
    }

    internal static void Stale(ModelTape tape, int root, double upstream)
    {
        ModelTape.ReverseCreation(tape, root, upstream);
        for (var node = 0; node < root; node++)
        {
            if (tape.IsCleared(node))
                tape.Set(node, null);
        }

        ModelTape.ReverseCreation(tape, root, upstream);
    }

    /// <summary>Several passes in which gradients add up.</summary>
    /// <param name="times">Number of passes.</param>
    /// <param name="clearsRoot">True if each pass sets the root's gradient, false if it adds to it.</param>
    /// <param name="keepsInner">True if inner nodes keep their gradients between passes.</param>
    internal static ModelSweep Times(int times, bool clearsRoot, bool keepsInner) =>
        (tape, root, upstream) =>
        {
            for (var pass = 1; pass <= times; pass++)
            {
                var before = Enumerable.Range(0, root).Select(tape.Gradient).ToArray();
                for (var node = 0; node < root && !keepsInner; node++)
                    tape.Set(node, null);
                ModelTape.ReverseCreation(tape, root, clearsRoot || !keepsInner ? upstream : upstream * pass);
                for (var node = 0; node < root && !keepsInner; node++)
                {
                    if (before[node] is { } earlier)
                        tape.Set(node, tape.Gradient(node) is { } now ? earlier + now : earlier);
                }

                if (!clearsRoot)
                    tape.Set(root, upstream * pass);
            }
        };

    internal static void LeavesOnly(ModelTape tape, int root, double upstream)
    {
        tape.Set(root, upstream);
        tape.PassOn(root);
        for (var node = 0; node < root; node++)
        {
            if (tape.IsOp(node))
                tape.Set(node, null);
        }
    }

    /// <summary>Consumers before their operands, as a depth-first walk from the root sorts them.</summary>
    private static List<int> Sorted(ModelTape tape, int root)
    {
        var order = new List<int>();
        var seen = new HashSet<int>();
        var open = new Stack<(int Node, bool Expanded)>([(root, false)]);
        while (open.TryPop(out var top))
        {
            if (top.Expanded)
            {
                order.Add(top.Node);
            }
            else if (seen.Add(top.Node))
            {
                open.Push((top.Node, true));
                foreach (var operand in tape.Operands(top.Node).Reverse())
                    open.Push((operand, false));
            }
        }

        order.Reverse();
        return order;
    }
}
