using System.Runtime.Intrinsics;
using Micrograd.Batching;

namespace Micrograd;

/// <summary>
/// The elementary functions that ops compute: the one place where the engine's <c>exp</c>, <c>tanh</c>, <c>sqrt</c> and the others come
/// from. This set is the C library's (<see cref="Math"/> and <see cref="CMath"/>); a derived set may take them from elsewhere, as the
/// parity harness does from PyTorch.
/// </summary>
/// <remarks>
/// <para>
/// Here are the functions that PyTorch has an op of its own for, as that op computes them. What a kernel calls on its way, such as the
/// exponential inside sigmoid, is the C library's on PyTorch's side too; rules call it there directly.
/// </para>
/// <para>
/// A process has one set. It is settled by the first op, whose machine code has it built in, so that the choice costs nothing.
/// </para>
/// </remarks>
public class ElementaryFunctions
{
    private static readonly Lock s_gate = new();
    private static ElementaryFunctions? s_chosen;
    private static bool s_isSettled;

    /// <summary>Makes the C library's set.</summary>
    protected ElementaryFunctions() { }

    /// <summary>The process's set. Reading it settles it.</summary>
    public static ElementaryFunctions Current => Settled.Functions;

    /// <summary>Makes a set the process's. Call it once, before the first op.</summary>
    /// <param name="functions">The set.</param>
    /// <exception cref="InvalidOperationException">Another set is in use already.</exception>
    public static void Use(ElementaryFunctions functions)
    {
        ArgumentNullException.ThrowIfNull(functions);
        lock (s_gate)
        {
            if (s_chosen == functions)
                return;
            if (s_isSettled || s_chosen is not null)
                throw new InvalidOperationException("The elementary functions are in use already: choose them once, before the first op.");
            s_chosen = functions;
        }
    }

    /// <summary>eˣ.</summary>
    public virtual double Exp(double x) => Math.Exp(x);

    /// <summary>2ˣ.</summary>
    public virtual double Exp2(double x) => CMath.Exp2(x);

    /// <summary>eˣ − 1, without cancellation near 0.</summary>
    public virtual double Expm1(double x) => CMath.Expm1(x);

    /// <summary>The natural logarithm.</summary>
    public virtual double Log(double x) => Math.Log(x);

    /// <summary>The logarithm to base 2.</summary>
    public virtual double Log2(double x) => Math.Log2(x);

    /// <summary>The logarithm to base 10.</summary>
    public virtual double Log10(double x) => Math.Log10(x);

    /// <summary>log(1 + x), without cancellation near 0.</summary>
    public virtual double Log1p(double x) => CMath.Log1p(x);

    /// <summary>√x.</summary>
    public virtual double Sqrt(double x) => Math.Sqrt(x);

    /// <summary>The sine.</summary>
    public virtual double Sin(double x) => Math.Sin(x);

    /// <summary>The cosine.</summary>
    public virtual double Cos(double x) => Math.Cos(x);

    /// <summary>The tangent.</summary>
    public virtual double Tan(double x) => Math.Tan(x);

    /// <summary>The inverse sine.</summary>
    public virtual double Asin(double x) => Math.Asin(x);

    /// <summary>The inverse cosine.</summary>
    public virtual double Acos(double x) => Math.Acos(x);

    /// <summary>The inverse tangent.</summary>
    public virtual double Atan(double x) => Math.Atan(x);

    /// <summary>The hyperbolic sine.</summary>
    public virtual double Sinh(double x) => Math.Sinh(x);

    /// <summary>The hyperbolic cosine.</summary>
    public virtual double Cosh(double x) => Math.Cosh(x);

    /// <summary>The hyperbolic tangent.</summary>
    public virtual double Tanh(double x) => Math.Tanh(x);

    /// <summary>The inverse hyperbolic sine.</summary>
    public virtual double Asinh(double x) => Math.Asinh(x);

    /// <summary>The inverse hyperbolic cosine.</summary>
    public virtual double Acosh(double x) => Math.Acosh(x);

    /// <summary>The inverse hyperbolic tangent.</summary>
    public virtual double Atanh(double x) => Math.Atanh(x);

    /// <summary>The error function.</summary>
    public virtual double Erf(double x) => CMath.Erf(x);

    /// <summary>1 − erf(x), without cancellation for large x.</summary>
    public virtual double Erfc(double x) => CMath.Erfc(x);

    /// <summary>
    /// eˣ for x ≤ 0 as logsigmoid's kernel computes it: PyTorch's vector class, which it uses for a single number too.
    /// </summary>
    public virtual double VectorExp(double x) => Math.Exp(x);

    /// <summary>
    /// True where <see cref="MultiplyAdd"/> rounds once, as in PyTorch's kernels for processors with fused multiply-add; false where product
    /// and sum are rounded each, as in its plain kernels and in this set.
    /// </summary>
    public virtual bool FusesMultiplyAdd => false;

    /// <summary>a · b + c where PyTorch's compiler may fuse it: in the gradients of tanh and silu, the optimizers' updates, norms.</summary>
    public double MultiplyAdd(double a, double b, double c) => FusesMultiplyAdd ? Math.FusedMultiplyAdd(a, b, c) : a * b + c;

    /// <summary>A function of several numbers, with the bits that its own method gives for each. Replays of recordings call it for many samples at once.</summary>
    /// <param name="which">The function.</param>
    /// <param name="x">The numbers.</param>
    /// <param name="y">Receives the results; as long as <paramref name="x"/>, and the same memory or apart from it.</param>
    public virtual unsafe void Compute(ElementaryFunction which, ReadOnlySpan<double> x, Span<double> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        var inLanes = 0;
        if (which == ElementaryFunction.Tanh && IsCLibrarys)
        {
            inLanes = x.Length / Vector256<double>.Count * Vector256<double>.Count;
            fixed (
                double* from = x,
                    to = y
            )
                TanhLanes.Compute(from, to, inLanes);
        }

        for (var i = inLanes; i < x.Length; i++)
            y[i] = Compute(which, x[i]);
    }

    /// <summary>True if <see cref="Compute(ElementaryFunction, ReadOnlySpan{double}, Span{double})"/> may be faster than a call for each number.</summary>
    internal bool ComputesSeveral(ElementaryFunction which) => which == ElementaryFunction.Tanh || !IsCLibrarys;

    private bool IsCLibrarys => GetType() == typeof(ElementaryFunctions);

    private double Compute(ElementaryFunction which, double x) =>
        which switch
        {
            ElementaryFunction.Exp => Exp(x),
            ElementaryFunction.Exp2 => Exp2(x),
            ElementaryFunction.Expm1 => Expm1(x),
            ElementaryFunction.Log => Log(x),
            ElementaryFunction.Log2 => Log2(x),
            ElementaryFunction.Log10 => Log10(x),
            ElementaryFunction.Log1p => Log1p(x),
            ElementaryFunction.Sqrt => Sqrt(x),
            ElementaryFunction.Sin => Sin(x),
            ElementaryFunction.Cos => Cos(x),
            ElementaryFunction.Tan => Tan(x),
            ElementaryFunction.Asin => Asin(x),
            ElementaryFunction.Acos => Acos(x),
            ElementaryFunction.Atan => Atan(x),
            ElementaryFunction.Sinh => Sinh(x),
            ElementaryFunction.Cosh => Cosh(x),
            ElementaryFunction.Tanh => Tanh(x),
            ElementaryFunction.Asinh => Asinh(x),
            ElementaryFunction.Acosh => Acosh(x),
            ElementaryFunction.Atanh => Atanh(x),
            ElementaryFunction.Erf => Erf(x),
            ElementaryFunction.Erfc => Erfc(x),
            ElementaryFunction.VectorExp => VectorExp(x),
            _ => throw new ArgumentOutOfRangeException(nameof(which), which, "There is no such function."),
        };

    private static ElementaryFunctions Settle()
    {
        lock (s_gate)
        {
            s_isSettled = true;
            return s_chosen ??= new ElementaryFunctions();
        }
    }

    /// <summary>Apart from the class itself, so that <see cref="Use"/> does not settle what it is about to choose.</summary>
    private static class Settled
    {
        internal static readonly ElementaryFunctions Functions = Settle();
    }
}
