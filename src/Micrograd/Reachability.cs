namespace Micrograd;

/// <summary>Which nodes a root was computed from: a bit for each, found by one walk over the tape.</summary>
internal readonly unsafe struct Reachability(Arena arena)
{
    internal void MarkFrom(Cell* root)
    {
        new Span<ulong>(arena.Reached, Bit((byte*)root - arena.Base) / 64 + 1).Clear();
        Mark((byte*)root - arena.Base);
        for (var node = root; node->Code != Cell.Stop; node = Cell.Previous(node))
        {
            if (IsMarked(node))
                MarkOperands(node);
        }
    }

    /// <summary>The node itself if it is marked, else the next below that is, else the end.</summary>
    internal Cell* NextMarked(Cell* node)
    {
        while (node->Code != Cell.Stop && !IsMarked(node))
            node = Cell.Previous(node);
        return node;
    }

    private bool IsMarked(Cell* node)
    {
        var bit = Bit((byte*)node - arena.Base);
        return (arena.Reached[bit / 64] >> bit & 1) != 0;
    }

    private static int Bit(long offset) => (int)(offset / 4);

    private void MarkOperands(Cell* node)
    {
        switch (Rules.Kind(Cell.Rule(node)))
        {
            case OperandKind.One:
                Mark(Cell.Operand(node->Code));
                break;
            case OperandKind.OneAndSettings:
                Mark(Cell.Word(node, 2));
                break;
            case OperandKind.Two:
                Mark((byte*)arena.FirstOfTwo(node) - arena.Base);
                Mark(Cell.Operand(node->Code));
                break;
            case OperandKind.Many:
                foreach (var operand in arena.Many(node))
                    Mark(operand);
                break;
        }
    }

    private void Mark(long offset)
    {
        if (offset < 0)
            return;
        var bit = Bit(offset);
        arena.Reached[bit / 64] |= 1UL << bit;
    }
}
