using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>
/// Unit roundoffs of a computation in a dtype. Each counts the rounding of float64 too, in which the computation is done anew, so that a bound
/// holds between a recorded number and the one computed anew.
/// </summary>
/// <param name="Type">The dtype.</param>
/// <param name="Stored">That of a number that is stored.</param>
/// <param name="Inner">That of a number within a kernel: float32 for bfloat16 and float16.</param>
/// <param name="Sums">That of sums.</param>
internal readonly record struct Rounding(ScalarType Type, double Stored, double Inner, double Sums)
{
    private const double Double = 1.1102230246251565e-16;
    private const double Single = 5.9604644775390625e-08;

    /// <summary>The least error of a rounding: results below the normal range may be flushed to 0, in float16 they lose digits.</summary>
    internal double Tiny =>
        Type switch
        {
            ScalarType.Float64 => 4.450147717014403e-308,
            ScalarType.Float16 => 2.98023223876953125e-08,
            _ => 1.1754943508222875e-38,
        };

    /// <summary>The largest number of the dtype.</summary>
    internal double Largest =>
        Type switch
        {
            ScalarType.Float64 => double.MaxValue,
            ScalarType.Float16 => 65504,
            ScalarType.BFloat16 => 3.3895313892515355e38,
            _ => float.MaxValue,
        };

    /// <summary>True of dtypes that kernels compute in float32.</summary>
    internal bool IsNarrow => Stored > Sums;

    /// <summary>Rounding of operations that are kernels of their own, whose results are stored.</summary>
    internal Rounding Composed => this with { Inner = Stored };

    /// <summary>Rounding of sums that are kept in the dtype as they grow.</summary>
    internal Rounding Accumulated => this with { Sums = Stored };

    /// <summary>The rounding of a dtype; float64's of those that have none.</summary>
    internal static Rounding Of(ScalarType type) =>
        type switch
        {
            ScalarType.Float32 => new(type, Single + Double, Single + Double, Single + Double),
            ScalarType.BFloat16 => new(type, 1 / 256.0 + Double, Single + Double, Single + Double),
            ScalarType.Float16 => new(type, 1 / 2048.0 + Double, Single + Double, Single + Double),
            _ => new(ScalarType.Float64, 2 * Double, 2 * Double, 2 * Double),
        };

    /// <summary>The rounding of a call: that of its narrowest floating-point tensor.</summary>
    internal static Rounding Of(IEnumerable<Tensor> tensors) =>
        tensors.Where(t => t.is_floating_point()).Select(t => Of(t.dtype)).OrderByDescending(r => r.Stored).FirstOrDefault(Of(ScalarType.Float64));

    /// <summary>Relative error of several roundings one upon the other (Higham's γ), for each of several numbers of roundings.</summary>
    internal static Tensor Gamma(Tensor roundings, double unit)
    {
        var product = roundings * unit;
        return where(product < 1, product / (1 - product), full_like(product, double.PositiveInfinity));
    }

    /// <summary>Relative error of several roundings one upon the other (Higham's γ).</summary>
    internal static double Gamma(double roundings, double unit) =>
        roundings * unit < 1 ? roundings * unit / (1 - roundings * unit) : double.PositiveInfinity;
}
