using Micrograd.Parity.Bounds;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Comparing;

/// <summary>
/// An elementary function by itself: the C library's, which the engine computes with by default, beside PyTorch's, and both beside the exact
/// value. The same bits are not demanded, since PyTorch's depend on the processor; the errors that the libraries state are.
/// </summary>
/// <param name="Name">The function, by the name of PyTorch's op.</param>
/// <param name="Source">The place where PyTorch's function comes from.</param>
/// <param name="Points">Number of points: those at which the op is compared.</param>
/// <param name="SameBits">Number of points at which both have the same bits.</param>
/// <param name="GreatestUlp">Largest distance in ulps.</param>
/// <param name="OfC">The C library's error.</param>
/// <param name="OfTorch">PyTorch's error.</param>
internal sealed record FunctionAgreement(
    string Name,
    FunctionSource Source,
    int Points,
    int SameBits,
    ulong GreatestUlp,
    StatedError OfC,
    StatedError OfTorch
)
{
    /// <summary>True if one of the two is further from the exact value than its library states.</summary>
    public bool IsExceeded => OfC.IsExceeded || OfTorch.IsExceeded;

    /// <summary>Compares the functions of some ops; ops that are no elementary functions are left out.</summary>
    /// <param name="ops">The ops.</param>
    /// <param name="context">The seed, the number of points, PyTorch.</param>
    /// <param name="engines">Another set in place of the engine's default one, which is the C library's.</param>
    public static IReadOnlyList<FunctionAgreement> Measure(IEnumerable<Op> ops, RunContext context, ElementaryFunctions? engines = null)
    {
        var sources = context.Torch.Functions.Sources;
        return
        [
            .. ops.Where(op => sources.ContainsKey(op.Name))
                .DistinctBy(op => op.Name)
                .AsParallel()
                .AsOrdered()
                .Select(op => Measure(op, sources[op.Name], context, engines ?? FunctionLibrary.EnginesDefault)),
        ];
    }

    private static FunctionAgreement Measure(Op op, FunctionSource source, RunContext context, ElementaryFunctions engines)
    {
        var f = Enum.Parse<Primitive>(op.Name, ignoreCase: true);
        var (points, same, greatest) = (0, 0, 0UL);
        double? errorOfC = null,
            errorOfTorch = null;
        foreach (var point in new OpComparison(op, []).Points(context, context.RandomFor(op.Name)))
        {
            var (c, torch) = (DoubleArithmetic.Apply(engines, f, point[0]), context.Torch.Functions.Apply(op.Name, point[0]));
            points++;
            if (Ulps.Same(c, torch))
                same++;
            else
                greatest = Math.Max(greatest, Ulps.Distance(c, torch));
            if (!FunctionErrors.IsWithinLimits(f, FloatFormat.Binary64, point))
                continue;
            errorOfC = Greater(errorOfC, Error(f, point, c));
            errorOfTorch = Greater(errorOfTorch, Error(f, point, torch));
        }

        return new FunctionAgreement(
            op.Name,
            source,
            points,
            same,
            greatest,
            new StatedError(errorOfC, StatedErrors.OfGlibc(f)),
            new StatedError(errorOfTorch, StatedErrors.OfTorch(f, source))
        );
    }

    /// <summary>The distance from the exact value in ulps; null where it is not defined, or GNU MPFR is not installed.</summary>
    private static double? Error(Primitive f, double[] point, double result) =>
        PreciseArithmetic.IsInstalled ? FunctionErrors.At(f, FloatFormat.Binary64, point, result) : null;

    private static double? Greater(double? a, double? b) => a is null || b > a ? b : a;
}

/// <summary>Largest measured error of a function, and its library's stated error.</summary>
/// <param name="Met">In ulps of the exact value; null where GNU MPFR, which knows the exact value, is not installed.</param>
/// <param name="Stated">In ulps.</param>
internal sealed record StatedError(double? Met, double Stated)
{
    /// <summary>True if the error met is greater than the stated one.</summary>
    public bool IsExceeded => Met > Stated;
}
