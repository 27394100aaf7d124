using System.Runtime.CompilerServices;

namespace Micrograd.Tapes;

/// <summary>
/// The backward sweep over the frequent ops. It calls nothing, so that all it needs stays in registers, and asks for one op after the
/// other in place of jumping by a table, which processors mispredict; the rules' formulas are inlined into it.
/// </summary>
/// <remarks>
/// If an operand is the previous node, that node's gradient is complete once this contribution is accumulated, and is carried on in a
/// register. A product that is added to a running sum is handled together with the sum. Neither changes which numbers
/// are added, nor their order. In the forms Add and Mul the first operand is never the node before: AddPrevious and MulPrevious say that it is.
/// If a contribution leaves a gradient of −0, the node's bit is set. The rules of sums and differences read no numbers, and that of
/// products not the result: they are given 0 in place of what would be fetched for nothing.
/// </remarks>
internal static unsafe class Sweep
{
    /// <summary>
    /// Backpropagates from <paramref name="node"/> until it meets an op without a fast path; returns that node, or the end marker.
    /// </summary>
    /// <param name="node">Where to begin.</param>
    /// <param name="arena">The tape.</param>
    /// <param name="earlier">The gradients of earlier passes from this node on; moved on with the sweep.</param>
    internal static Cell* Run<TPass>(Cell* node, in Arena arena, ref double* earlier)
        where TPass : struct, IPass
    {
        var saved = earlier;
        var start = arena.Base;
        var zeros = arena.NegativeZeros;
        var share = 0.0;
        double addend = 0,
            factor = 0; // sums that were given last to operands of sums and of products
        for (; ; )
        {
            var g = node->Grad;
            if (zeros.Is(g))
            {
                // Reached by nothing, or by −0 alone. What is not reached is not visited: 0 · ∞ in a dead branch must make no NaN.
                if (!zeros.Has(node))
                {
                    TPass.Complete(node, g, ref saved);
                    node = Cell.Previous(node);
                    continue;
                }

                // A sum passes −0 on, which the forms below leave out of account.
                if (Cell.FormOf(node->Code) is Form.Add or Form.AddPrevious)
                {
                    zeros.Give(arena.FirstOfTwo(node), g);
                    zeros.Give(arena.LastOfTwo(node), g);
                    TPass.Complete(node, g, ref saved);
                    node = Cell.Previous(node);
                    continue;
                }
            }

            Have:
            TPass.Complete(node, g, ref saved);
            var code = node->Code;
            var form = Cell.FormOf(code);
            var b = Cell.At(start, Cell.Operand(code));
            Cell* before;
            if (form == Form.AddPrevious)
            {
                if (code == Cell.AddProduct)
                {
                    // Where the nodes lie is known by subtraction; offsets that say the same would have to be loaded.
                    var product = Back(node, 20);
                    var sum = Back(node, 44);
                    var c = Cell.At(start, Cell.Word(product, 1));
                    var d = Cell.At(start, Cell.Operand(product->Code));
                    share = AddRule.VjpA(g, 0, 0, 0);
                    g = zeros.Total(AddRule.VjpB(g, 0, 0, 0), product);
                    product->Grad = g;
                    TPass.Complete(product, g, ref saved);
                    // A product with the sum itself: the sum receives its own share first.
                    if (d == sum)
                    {
                        sum->Grad += share;
                        zeros.Give(c, MulRule.VjpA(g, c->Data, d->Data, 0));
                        zeros.Give(d, MulRule.VjpB(g, c->Data, d->Data, 0));
                        node = sum;
                        continue;
                    }

                    zeros.Give(c, MulRule.VjpA(g, c->Data, d->Data, 0));
                    zeros.Give(d, MulRule.VjpB(g, c->Data, d->Data, 0));
                    g = zeros.Total(share, sum);
                    sum->Grad = g;
                    node = sum;
                    goto Have;
                }

                before = Back(node, 20);
                if (b != before)
                {
                    addend = Sum(b, addend, AddRule.VjpB(g, 0, 0, 0));
                    b->Grad = addend;
                    share = AddRule.VjpA(g, 0, 0, 0);
                    goto Carry;
                }

                b->Grad += AddRule.VjpA(g, 0, 0, 0);
                b->Grad += AddRule.VjpB(g, 0, 0, 0);
            }
            else if (form == Form.MulPrevious)
            {
                before = Back(node, 20);
                double x = before->Data,
                    y = b->Data;
                share = MulRule.VjpA(g, x, y, 0);
                var other = MulRule.VjpB(g, x, y, 0);
                if (b != before)
                {
                    factor = Sum(b, factor, other);
                    b->Grad = factor;
                    if (zeros.Is(factor))
                        zeros.Add(b);
                    goto Carry;
                }

                b->Grad += share;
                zeros.Give(b, other);
            }
            else if (form == Form.Mul)
            {
                var a = Cell.At(start, Cell.Word(node, 1));
                before = Back(node, 24);
                double x = a->Data,
                    y = b->Data;
                share = MulRule.VjpB(g, x, y, 0);
                zeros.Give(a, MulRule.VjpA(g, x, y, 0));
                // Stryker disable once Statement : a shortcut; without it the share is added below, and the node before is read again.
                if (b == before)
                    goto Carry;
                zeros.Give(b, share);
            }
            else if (form == Form.Add)
            {
                var a = Cell.At(start, Cell.Word(node, 1));
                before = Back(node, 24);
                a->Grad += AddRule.VjpA(g, 0, 0, 0);
                if (b == before)
                {
                    share = AddRule.VjpB(g, 0, 0, 0);
                    goto Carry;
                }

                b->Grad += AddRule.VjpB(g, 0, 0, 0);
            }
            else if (form == Form.Unary)
            {
                var rule = Cell.Word(node, 1);
                before = Back(node, 24);
                double x = b->Data,
                    y = node->Data;
                if (rule == Rules.Tanh)
                    share = TanhRule.Vjp(g, x, y);
                else if (rule == Rules.Relu)
                    share = ReluRule.Vjp(g, x, y);
                else if (rule == Rules.PowTwo)
                    share = PowTwoRule.Vjp(g, x, y);
                else if (rule == Rules.Neg)
                    share = NegRule.Vjp(g, x, y);
                else if (rule == Rules.PowThree)
                    share = PowThreeRule.Vjp(g, x, y);
                else if (rule == Rules.PowMinusOne)
                    share = PowMinusOneRule.Vjp(g, x, y);
                else
                    return TPass.Return(node, g, saved, ref earlier);
                // Stryker disable once Statement : a shortcut; without it the share is added below, and the node before is read again.
                if (b == before)
                    goto Carry;
                zeros.Give(b, share);
            }
            else if (form == Form.Sub)
            {
                var a = Cell.At(start, Cell.Word(node, 1));
                before = Back(node, 24);
                zeros.Give(a, SubRule.VjpA(g, 0, 0, 0));
                zeros.Give(b, SubRule.VjpB(g, 0, 0, 0));
            }
            else if (form == Form.Leaf)
            {
                if (code == Cell.Stop)
                    return TPass.Return(node, g, saved, ref earlier);
                before = Back(node, 20);
            }
            else
            {
                if (Cell.Word(node, 1) != Rules.Div)
                    return TPass.Return(node, g, saved, ref earlier);
                var a = Cell.At(start, Cell.Word(node, 2));
                before = Back(node, 28);
                double x = a->Data,
                    y = b->Data;
                // Constants lie below the start. A division is worth asking whether it is for nothing.
                // Stryker disable once Equality : no node lies at the start, and what a constant is given is not read.
                if ((byte*)a >= start)
                    zeros.Give(a, DivRule.VjpA(g, x, y, node->Data));
                // Stryker disable once Equality : as before.
                if ((byte*)b >= start)
                    zeros.Give(b, DivRule.VjpB(g, x, y, node->Data));
            }

            node = before;
            continue;

            Carry:
            node = before;
            g = zeros.Total(share, node);
            node->Grad = g;
            // Stryker disable once Statement : a shortcut; the note is not asked for where the gradient is not −0, and is read again.
            if (!zeros.Is(g))
                goto Have;
            zeros.Add(node);
        }
    }

    /// <summary>
    /// Sum of a node's gradient and a contribution. In a chain that gradient is often the sum that was given last: then it is not waited
    /// for, only compared.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum(Cell* node, double last, double share)
    {
        // Stryker disable once Statement : a shortcut; both have the same bits.
        if (BitConverter.DoubleToInt64Bits(node->Grad) == BitConverter.DoubleToInt64Bits(last))
            return last + share;
        return node->Grad + share;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Cell* Back(Cell* node, int bytes) => (Cell*)((byte*)node - bytes);
}

/// <summary>What a sweep does with a node's gradient when it is complete.</summary>
internal unsafe interface IPass
{
    /// <summary>Takes note of a complete gradient.</summary>
    static abstract void Complete(Cell* node, double gradient, ref double* earlier);

    /// <summary>Leaves a node that was taken note of to the caller.</summary>
    static abstract Cell* Return(Cell* node, double gradient, double* saved, ref double* earlier);
}

/// <summary>A pass over nodes without earlier gradients: nothing is to be done.</summary>
internal readonly unsafe struct FirstPass : IPass
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Complete(Cell* node, double gradient, ref double* earlier) { }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Cell* Return(Cell* node, double gradient, double* saved, ref double* earlier) => node;
}

/// <summary>A pass over nodes whose gradients of earlier passes are set aside: each is added to the new one, which nobody reads any longer.</summary>
internal readonly unsafe struct LaterPass : IPass
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Complete(Cell* node, double gradient, ref double* earlier) => node->Grad = *earlier++ + gradient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Cell* Return(Cell* node, double gradient, double* saved, ref double* earlier)
    {
        node->Grad = gradient;
        earlier = saved - 1;
        return node;
    }
}
