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
    internal static Cell* Run<TPass>(Cell* node, in Arena arena)
        where TPass : struct, IPass
    {
        var places = arena.Places;
        var start = arena.Base;
        var zeros = arena.NegativeZeros;
        var share = 0.0;
        double addend = 0,
            factor = 0; // sums that were given last to operands of sums and of products
        for (; ; )
        {
            var g = TPass.Get(places, node);
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
                    Give<TPass>(zeros, places, arena.FirstOfTwo(node), g);
                    Give<TPass>(zeros, places, arena.LastOfTwo(node), g);
                    node = Cell.Previous(node);
                    continue;
                }
            }

            TPass.Complete(places, node, g);
            Have:
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
                    var ofProduct = TPass.Total(zeros, places, product, AddRule.VjpB(g, 0, 0, 0));
                    share = AddRule.VjpA(g, 0, 0, 0);
                    // A product with the sum itself: the sum receives its own share first.
                    if (d == sum)
                    {
                        TPass.Set(places, sum, TPass.Get(places, sum) + share);
                        Give<TPass>(zeros, places, c, MulRule.VjpA(ofProduct, 0, d->Data, 0));
                        Give<TPass>(zeros, places, d, MulRule.VjpB(ofProduct, c->Data, 0, 0));
                        node = sum;
                        continue;
                    }

                    Give<TPass>(zeros, places, c, MulRule.VjpA(ofProduct, 0, d->Data, 0));
                    Give<TPass>(zeros, places, d, MulRule.VjpB(ofProduct, c->Data, 0, 0));
                    g = TPass.Total(zeros, places, sum, share);
                    node = sum;
                    goto Have;
                }

                before = Back(node, 20);
                if (b != before)
                {
                    addend = Sum<TPass>(places, b, addend, AddRule.VjpB(g, 0, 0, 0));
                    TPass.Set(places, b, addend);
                    share = AddRule.VjpA(g, 0, 0, 0);
                    goto Carry;
                }

                TPass.Set(places, b, TPass.Get(places, b) + AddRule.VjpA(g, 0, 0, 0));
                TPass.Set(places, b, TPass.Get(places, b) + AddRule.VjpB(g, 0, 0, 0));
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
                    factor = Sum<TPass>(places, b, factor, other);
                    TPass.Set(places, b, factor);
                    if (zeros.Is(factor))
                        zeros.Add(b);
                    goto Carry;
                }

                TPass.Set(places, b, TPass.Get(places, b) + share);
                Give<TPass>(zeros, places, b, other);
            }
            else if (form == Form.Mul)
            {
                var a = Cell.At(start, Cell.Word(node, 1));
                before = Back(node, 24);
                double x = a->Data,
                    y = b->Data;
                share = MulRule.VjpB(g, x, y, 0);
                Give<TPass>(zeros, places, a, MulRule.VjpA(g, x, y, 0));
                // Stryker disable once Statement : a shortcut; without it the share is added below, and the node before is read again.
                if (b == before)
                    goto Carry;
                Give<TPass>(zeros, places, b, share);
            }
            else if (form == Form.Add)
            {
                var a = Cell.At(start, Cell.Word(node, 1));
                before = Back(node, 24);
                TPass.Set(places, a, TPass.Get(places, a) + AddRule.VjpA(g, 0, 0, 0));
                if (b == before)
                {
                    share = AddRule.VjpB(g, 0, 0, 0);
                    goto Carry;
                }

                TPass.Set(places, b, TPass.Get(places, b) + AddRule.VjpB(g, 0, 0, 0));
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
                    return Return<TPass>(places, node, g);
                // Stryker disable once Statement : a shortcut; without it the share is added below, and the node before is read again.
                if (b == before)
                    goto Carry;
                Give<TPass>(zeros, places, b, share);
            }
            else if (form == Form.Sub)
            {
                var a = Cell.At(start, Cell.Word(node, 1));
                before = Back(node, 24);
                Give<TPass>(zeros, places, a, SubRule.VjpA(g, 0, 0, 0));
                Give<TPass>(zeros, places, b, SubRule.VjpB(g, 0, 0, 0));
            }
            else if (form == Form.Leaf)
            {
                if (code == Cell.Stop)
                    return Return<TPass>(places, node, g);
                before = Back(node, 20);
            }
            else
            {
                if (Cell.Word(node, 1) != Rules.Div)
                    return Return<TPass>(places, node, g);
                var a = Cell.At(start, Cell.Word(node, 2));
                before = Back(node, 28);
                double x = a->Data,
                    y = b->Data;
                // Constants lie below the start. A division is worth asking whether it is for nothing.
                // Stryker disable once Equality : no node lies at the start, and what a constant is given is not read.
                if ((byte*)a >= start)
                    Give<TPass>(zeros, places, a, DivRule.VjpA(g, x, y, node->Data));
                // Stryker disable once Equality : as before.
                if ((byte*)b >= start)
                    Give<TPass>(zeros, places, b, DivRule.VjpB(g, x, y, node->Data));
            }

            node = before;
            continue;

            Carry:
            node = before;
            g = TPass.Total(zeros, places, node, share);
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
    private static double Sum<TPass>(double* places, Cell* node, double last, double share)
        where TPass : struct, IPass
    {
        // Stryker disable once Statement : a shortcut; both have the same bits.
        if (BitConverter.DoubleToInt64Bits(TPass.Get(places, node)) == BitConverter.DoubleToInt64Bits(last))
            return last + share;
        return TPass.Get(places, node) + share;
    }

    /// <summary>Adds a contribution to a gradient, and sets the operand's bit if the sum is −0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Give<TPass>(in NegativeZeros zeros, double* places, Cell* operand, double share)
        where TPass : struct, IPass
    {
        var sum = TPass.Get(places, operand) + share;
        TPass.Set(places, operand, sum);
        if (zeros.Is(sum))
            zeros.Add(operand);
    }

    /// <summary>Leaves a node whose gradient is complete to the caller, with the gradient in its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Cell* Return<TPass>(double* places, Cell* node, double gradient)
        where TPass : struct, IPass
    {
        TPass.Set(places, node, gradient);
        return node;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Cell* Back(Cell* node, int bytes) => (Cell*)((byte*)node - bytes);
}

/// <summary>Place in which a pass accumulates, and treatment of a gradient that is complete.</summary>
internal unsafe interface IPass
{
    /// <summary>A node's gradient in this pass.</summary>
    static abstract double Get(double* places, Cell* node);

    static abstract void Set(double* places, Cell* node, double gradient);

    /// <summary>Takes a complete gradient from its place.</summary>
    static abstract void Complete(double* places, Cell* node, double gradient);

    /// <summary>
    /// Completes a node's gradient by a last contribution. Where there was none before, the contribution is known at once, without waiting for a sum.
    /// </summary>
    static abstract double Total(in NegativeZeros zeros, double* places, Cell* node, double share);
}

/// <summary>A pass over nodes without earlier gradients.</summary>
internal readonly unsafe struct FirstPass : IPass
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Get(double* places, Cell* node) => node->Grad;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(double* places, Cell* node, double gradient) => node->Grad = gradient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Complete(double* places, Cell* node, double gradient) { }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Total(in NegativeZeros zeros, double* places, Cell* node, double share)
    {
        // Stryker disable once Conditional : a shortcut; −0 + share has the bits of share.
        var total = zeros.Is(node->Grad) ? share : node->Grad + share;
        node->Grad = total;
        return total;
    }
}

/// <summary>
/// A pass over nodes with earlier gradients, to which its own sums are added as a whole. They lie beside until then, each in a place that
/// is empty again afterwards.
/// </summary>
internal readonly unsafe struct LaterPass : IPass
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Get(double* places, Cell* node) => *Arena.Beside(places, node);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(double* places, Cell* node, double gradient) => *Arena.Beside(places, node) = gradient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Complete(double* places, Cell* node, double gradient)
    {
        node->Grad = node->Grad + gradient;
        Set(places, node, Cell.NoGradient);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Total(in NegativeZeros zeros, double* places, Cell* node, double share)
    {
        if (!zeros.Is(Get(places, node)))
        {
            share = Get(places, node) + share;
            Set(places, node, Cell.NoGradient);
        }

        node->Grad = node->Grad + share;
        return share;
    }
}
