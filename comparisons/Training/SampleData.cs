using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>The same plain numbers as each side takes them.</summary>
internal static class SampleData
{
    /// <summary>Each sample's inputs.</summary>
    internal static IEnumerable<double[]> Of(Dataset data) => Enumerable.Range(0, data.Count).Select(i => data.Input(i).ToArray());

    /// <summary>For the engine: a row as constants.</summary>
    internal static Value[] Ours(double[] row) => Array.ConvertAll(row, x => (Value)x);

    /// <summary>For the 0-dim mirror: each number a tensor.</summary>
    internal static Tensor[][] ZeroDim(double[][] rows) => Array.ConvertAll(rows, ZeroDim);

    /// <summary>For the 0-dim mirror: each number a tensor.</summary>
    internal static Tensor[] ZeroDim(double[] row) => Array.ConvertAll(row, x => tensor(x, float64));

    /// <summary>For the mirror of modules: one tensor, a row per sample.</summary>
    internal static Tensor Rows(double[][] rows) => tensor(rows.SelectMany(r => r).ToArray(), float64).reshape(rows.Length, -1);

    /// <summary>For the mirror of modules: one tensor, a row of one number per sample.</summary>
    internal static Tensor Column(double[] numbers) => tensor(numbers, float64).reshape(numbers.Length, 1);
}
