using System.Runtime.CompilerServices;

namespace Micrograd.Tapes;

/// <summary>
/// The backward sweep over the frequent ops. It calls nothing, so that all it needs stays in registers, and asks for one op after the
/// other in place of jumping by a table, which processors mispredict; the rules' formulas are inlined into it.
/// </summary>
/// <remarks>
/// Where an operand is the node before, that node's gradient is complete as soon as this share is added, and is carried on to it
/// without waiting for memory. A product that is added to a running sum is passed together with the sum. Neither changes which numbers
/// are added, nor the order in which. In the forms Add and Mul the first operand is never the node before: AddPrevious and MulPrevious say that it is.
/// Where a share leaves a gradient of −0, the node is noted as reached. The rules of sums and differences read no numbers, and that of
/// products not the result: they are given 0 in place of what would be fetched for nothing.
/// </remarks>
internal static unsafe class Sweep
{
    /// <summary>
    /// Passes gradients on, from a node downwards, and returns the first node that it leaves to its caller: one whose op is not here, or
    /// the end.
    /// </summary>
    internal static Cell* Run(Cell* node, in Arena arena)
    {
        var start = arena.Base;
        var zeros = arena.NegativeZeros;
        var share = 0.0;
        for (; ; )
        {
            var g = node->Grad;
            if (zeros.Is(g))
            {
                // Reached by nothing, or by −0 alone. What is not reached is not visited: 0 · ∞ in a dead branch must make no NaN.
                if (!zeros.Has(node))
                {
                    node = Cell.Previous(node);
                    continue;
                }

                // A sum passes −0 on, which the forms below leave out of account.
                if (Cell.FormOf(node->Code) is Form.Add or Form.AddPrevious)
                {
                    zeros.Give(arena.FirstOfTwo(node), g);
                    zeros.Give(Cell.At(start, Cell.Operand(node->Code)), g);
                    node = Cell.Previous(node);
                    continue;
                }
            }

            Have:
            var code = node->Code;
            var form = Cell.FormOf(code);
            var b = Cell.At(start, Cell.Operand(code));
            Cell* before;
            if (form == Form.Add)
            {
                var a = Cell.At(start, Cell.Word(node, 1));
                before = Back(node, 24);
                if (b == before)
                {
                    if (a == Back(node, 48) && Cell.FormOf(b->Code) == Form.Mul)
                    {
                        var c = Cell.At(start, Cell.Word(b, 1));
                        var d = Cell.At(start, Cell.Operand(b->Code));
                        if (d != a)
                        {
                            var product = zeros.Total(AddRule.PullB(g, 0, 0, 0), b);
                            b->Grad = product;
                            zeros.Give(c, MulRule.PullA(product, c->Data, d->Data, 0));
                            zeros.Give(d, MulRule.PullB(product, c->Data, d->Data, 0));
                            g = zeros.Total(AddRule.PullA(g, 0, 0, 0), a);
                            a->Grad = g;
                            node = a;
                            goto Have;
                        }
                    }

                    a->Grad += AddRule.PullA(g, 0, 0, 0);
                    share = AddRule.PullB(g, 0, 0, 0);
                    goto Carry;
                }

                a->Grad += AddRule.PullA(g, 0, 0, 0);
                b->Grad += AddRule.PullB(g, 0, 0, 0);
            }
            else if (form == Form.Mul)
            {
                var a = Cell.At(start, Cell.Word(node, 1));
                before = Back(node, 24);
                double x = a->Data,
                    y = b->Data;
                share = MulRule.PullB(g, x, y, 0);
                zeros.Give(a, MulRule.PullA(g, x, y, 0));
                if (b == before)
                    goto Carry;
                zeros.Give(b, share);
            }
            else if (form == Form.AddPrevious)
            {
                before = Back(node, 20);
                if (b != before)
                {
                    b->Grad += AddRule.PullB(g, 0, 0, 0);
                    share = AddRule.PullA(g, 0, 0, 0);
                    goto Carry;
                }

                b->Grad += AddRule.PullA(g, 0, 0, 0);
                b->Grad += AddRule.PullB(g, 0, 0, 0);
            }
            else if (form == Form.MulPrevious)
            {
                before = Back(node, 20);
                double x = before->Data,
                    y = b->Data;
                share = MulRule.PullA(g, x, y, 0);
                var other = MulRule.PullB(g, x, y, 0);
                if (b != before)
                {
                    zeros.Give(b, other);
                    goto Carry;
                }

                b->Grad += share;
                zeros.Give(b, other);
            }
            else if (form == Form.Unary)
            {
                var rule = Cell.Word(node, 1);
                before = Back(node, 24);
                double x = b->Data,
                    y = node->Data;
                if (rule == Rules.Tanh)
                    share = TanhRule.Pull(g, x, y);
                else if (rule == Rules.Relu)
                    share = ReluRule.Pull(g, x, y);
                else if (rule == Rules.PowTwo)
                    share = PowTwoRule.Pull(g, x, y);
                else if (rule == Rules.Neg)
                    share = NegRule.Pull(g, x, y);
                else if (rule == Rules.PowThree)
                    share = PowThreeRule.Pull(g, x, y);
                else if (rule == Rules.PowMinusOne)
                    share = PowMinusOneRule.Pull(g, x, y);
                else
                    return node;
                if (b == before)
                    goto Carry;
                zeros.Give(b, share);
            }
            else if (form == Form.Sub)
            {
                var a = Cell.At(start, Cell.Word(node, 1));
                before = Back(node, 24);
                zeros.Give(a, SubRule.PullA(g, 0, 0, 0));
                zeros.Give(b, SubRule.PullB(g, 0, 0, 0));
            }
            else if (form == Form.Leaf)
            {
                if (code == Cell.Stop)
                    return node;
                before = Back(node, 20);
            }
            else
            {
                if (Cell.Word(node, 1) != Rules.Div)
                    return node;
                var a = Cell.At(start, Cell.Word(node, 2));
                before = Back(node, 28);
                double x = a->Data,
                    y = b->Data;
                zeros.Give(a, DivRule.PullA(g, x, y, node->Data));
                zeros.Give(b, DivRule.PullB(g, x, y, node->Data));
            }

            node = before;
            continue;

            Carry:
            node = before;
            g = zeros.Total(share, node);
            node->Grad = g;
            if (!zeros.Is(g))
                goto Have;
            zeros.Add(node);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Cell* Back(Cell* node, int bytes) => (Cell*)((byte*)node - bytes);
}
