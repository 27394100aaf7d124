using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;
using static TorchSharp.torch;

namespace Micrograd.Parity.Bounds;

/// <summary>A library of elementary functions.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Format">The format that it computes in.</param>
/// <param name="Apply">A function's results at points, each given by its operands.</param>
internal sealed record FunctionLibrary(string Name, FloatFormat Format, Func<Primitive, IReadOnlyList<double[]>, double[]> Apply)
{
    /// <summary>The engine's elementary functions in a process that chooses none.</summary>
    internal static ElementaryFunctions EnginesDefault => CLibrary.Instance;

    /// <summary>The engine's default set: the C library's functions of doubles.</summary>
    public static FunctionLibrary OfC { get; } = Create("C library", EnginesDefault);

    /// <summary>A set of the engine's elementary functions. Those of two operands, of which it has none, are the C library's.</summary>
    public static FunctionLibrary Create(string name, ElementaryFunctions functions)
    {
        return new FunctionLibrary(name, FloatFormat.Binary64, (f, points) =>
            [.. points.Select(p => p.Length == 1 ? DoubleArithmetic.Apply(functions, f, p[0]) : DoubleArithmetic.Instance.Apply(f, p[0], p[1]))]
        );
    }

    /// <summary>PyTorch's functions on vectors, with the kernels that it has chosen.</summary>
    public static FunctionLibrary OnVectors(OpCatalogue ops, FloatFormat format)
    {
        var backend = new TorchVectorBackend(ops, format == FloatFormat.Binary64 ? float64 : float32);
        return new FunctionLibrary("PyTorch on vectors", format, (f, points) =>
        {
            var op = FunctionErrors.NameOf(f);
            var program = Program.OfOp(op, op, points[0].Length, []);
            return [.. backend.Run(program, [.. points.Select(p => new ProgramInput(p, [1]))]).Select(trace => trace.Values[^1])];
        });
    }

    private sealed class CLibrary : ElementaryFunctions
    {
        internal static CLibrary Instance { get; } = new();
    }
}
