using System.Numerics;

namespace Micrograd.Tapes;

/// <summary>
/// PyTorch's order of summation for a one-dimensional double tensor: sixteen running sums (four lanes of four vectors), each cascaded
/// through four levels so that a long sum adds numbers of like size, then the sums together, after the elements left over.
/// </summary>
internal static unsafe class CascadeSum
{
    private const int Lanes = 4;
    private const int Rows = 4;
    private const int Levels = 4;

    internal static double Of(byte* start, ReadOnlySpan<int> offsets)
    {
        var vectors = offsets.Length / Lanes;
        Span<double> lanes = stackalloc double[Lanes];
        for (var lane = 0; lane < Lanes; lane++)
            lanes[lane] = Lane(start, offsets, lane, vectors);

        var sum = 0.0;
        for (var k = vectors * Lanes; k < offsets.Length; k++)
            sum += *(double*)(start + offsets[k]);
        foreach (var lane in lanes)
            sum += lane;
        return sum;
    }

    /// <summary>One lane's elements (every fourth), in four rows.</summary>
    private static double Lane(byte* start, ReadOnlySpan<int> offsets, int lane, int vectors)
    {
        var steps = vectors / Rows;
        Span<double> rows = stackalloc double[Rows];
        for (var row = 0; row < Rows; row++)
            rows[row] = Cascade(start, offsets, row * Lanes + lane, steps);
        for (var i = steps * Rows; i < vectors; i++)
            rows[0] += *(double*)(start + offsets[i * Lanes + lane]);
        return rows[0] + rows[1] + rows[2] + rows[3];
    }

    private static double Cascade(byte* start, ReadOnlySpan<int> offsets, int offset, int steps)
    {
        const int Stride = Lanes * Rows;
        var power = Math.Max(4, CeilingLog2(steps) / Levels);
        var step = 1 << power;
        Span<double> levels = stackalloc double[Levels];
        levels.Clear();
        var i = 0;
        while (i + step <= steps)
        {
            for (var end = i + step; i < end; i++)
                levels[0] += *(double*)(start + offsets[i * Stride + offset]);
            for (var level = 1; level < Levels; level++)
            {
                levels[level] += levels[level - 1];
                levels[level - 1] = 0;
                if ((i & ((step - 1) << (level * power))) != 0)
                    break;
            }
        }

        for (; i < steps; i++)
            levels[0] += *(double*)(start + offsets[i * Stride + offset]);
        return levels[0] + levels[1] + levels[2] + levels[3];
    }

    private static int CeilingLog2(int x) => x <= 2 ? 1 : BitOperations.Log2((uint)x - 1) + 1;
}
