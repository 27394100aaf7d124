using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Bounds;

/// <summary>
/// Greatest errors, in ulps of the exact value, that each library states for its functions of one double: those of glibc by
/// <see cref="LibraryErrors"/>' sources, below 1 ulp for Intel's vector mathematics in its high-accuracy mode (oneMKL developer reference,
/// "VM numerical accuracy") and for SLEEF's functions u10.
/// </summary>
internal static class StatedErrors
{
    /// <summary>The C library's.</summary>
    internal static double OfGlibc(Primitive f) =>
        f switch
        {
            Primitive.Sqrt => 0.5,
            Primitive.Erfc => 6,
            Primitive.Sinh or Primitive.Cosh or Primitive.Tanh or Primitive.Asinh or Primitive.Acosh or Primitive.Atanh or Primitive.Log10 => 3,
            Primitive.Erf => 2,
            _ => 1,
        };

    /// <summary>PyTorch's.</summary>
    internal static double OfTorch(Primitive f, FunctionSource source) => source == FunctionSource.CLibrary ? OfGlibc(f) : 1;
}
