using System.Runtime.CompilerServices;

namespace Micrograd.Batching;

/// <summary>
/// A function of one sample, computed for blocks of samples at once: each sample in a lane of its own, in the order of operations in
/// which the function was recorded.
/// </summary>
/// <remarks>
/// Of a block, row lies behind row: as many numbers as the block has samples, rounded up to a multiple of four, and eight at least. Instructions that compute several rows take
/// them as one.
/// </remarks>
internal sealed unsafe partial class LaneProgram
{
    /// <summary>Samples in a block.</summary>
    internal const int Block = 64;

    private LaneMemory<double> _uniforms = new(0);
    private LaneMemory<double> _outers = new(0);
    private LaneMemory<double> _gathered = new(0);
    private LaneMemory<int> _gatheredAt = new(0);
    private LaneMemory<int> _rows = new(0);
    private LaneMemory<nint> _many = new(0);

    internal required int Inputs { get; init; }

    /// <summary>Rows of numbers in a block: ones, the inputs, then a row for each result of an instruction.</summary>
    internal required int Rows { get; init; }

    internal required int GradRows { get; init; }

    /// <summary>The rows of gradients that begin empty: those to which no instruction writes the first contribution.</summary>
    internal required RowRange[] AccumulatedRows { get; init; }

    internal required LaneInstruction[] Instructions { get; init; }

    /// <summary>The rows of terms and of operands of ops of many, and of their gradients.</summary>
    internal required int[] OperandRows { get; init; }

    internal required int[] OperandGradRows { get; init; }

    /// <summary>The terms of sums whose factor requires a gradient.</summary>
    internal required PassedOnTerm[] PassedOn { get; init; }

    internal required UniformRow[] Uniforms { get; init; }

    /// <summary>The rows of the results, and which of them want a gradient.</summary>
    internal required int[] Results { get; init; }

    internal required bool[] ResultWantsGradient { get; init; }

    /// <summary>Number of results per sample that require a gradient.</summary>
    internal int GradientsPerSample { get; private set; }

    /// <summary>The values from outside.</summary>
    internal required OuterNumbers Outers { get; init; }

    internal required int OuterPlaces { get; init; }

    /// <summary>Outer values that are no sum's weights: their places, and the rows of their contributions in the order of accumulation.</summary>
    internal required int[] SharedOuters { get; init; }

    internal required int[][] SharedRows { get; init; }

    /// <summary>For each result, the outer values with a gradient behind it.</summary>
    internal required Value[][] OutersOfResults { get; init; }

    /// <summary>Numbers that a run of so many samples keeps.</summary>
    internal long Size(int samples) => (long)Blocks(samples) * Rows * Block;

    /// <summary>Room for what runs need; to be called once.</summary>
    internal LaneProgram Allocate()
    {
        var most = Instructions.Where(i => !i.IsWeightedSum).Select(i => i.Count).DefaultIfEmpty().Max();
        _uniforms = new(Uniforms.Length * Block);
        _outers = new(OuterPlaces);
        _gathered = new(most);
        _gatheredAt = new([.. Enumerable.Range(0, most).Select(k => k * sizeof(double))]);
        _many = new(2 * most);
        _rows = new(OperandRows);
        GradientsPerSample = ResultWantsGradient.Count(wants => wants);
        AllocateBackward();
        return this;
    }

    /// <summary>Computes every row for every sample.</summary>
    /// <param name="samples">The samples, one after the other.</param>
    /// <param name="count">Number of samples.</param>
    /// <param name="store">Receives <see cref="Size"/> numbers.</param>
    internal void Forward(ReadOnlySpan<double> samples, int count, double* store)
    {
        ReadOuters();
        for (var first = 0; first < count; first += Block)
        {
            var numbers = NumbersOf(first, store);
            var width = Width(count - first);
            Fill(samples[(first * Inputs)..], Math.Min(count - first, Block), numbers, width);
            Forward(numbers, width);
        }
    }

    /// <summary>The numbers of a result for the samples of a block.</summary>
    /// <param name="store">What <see cref="Forward(ReadOnlySpan{double}, int, double*)"/> stored.</param>
    /// <param name="first">The block's first sample.</param>
    /// <param name="count">Number of samples in all.</param>
    /// <param name="result">The result.</param>
    internal double* Result(double* store, int first, int count, int result) => NumbersOf(first, store) + Results[result] * Width(count - first);

    private static int Blocks(int samples) => (int)(((long)samples + Block - 1) / Block);

    /// <summary>Numbers in a row of a block of so many samples.</summary>
    private static int Width(int samples) => Math.Max(WeightedSum.Lanes, WeightedSum.FillUp(Math.Min(samples, Block), WeightedSum.Quad));

    /// <summary>The rows of the block that begins with a sample.</summary>
    private double* NumbersOf(int first, double* store) => store + (long)first * Rows;

    /// <summary>Reads the outer values' numbers as they are now.</summary>
    private void ReadOuters()
    {
        Outers.Read(_outers.Start);
        for (var i = 0; i < Uniforms.Length; i++)
            _uniforms.Elements.Slice(i * Block, Block).Fill(Uniforms[i].Outer < 0 ? Uniforms[i].Number : _outers.Start[Uniforms[i].Outer]);
    }

    /// <summary>Puts a block's samples into its first rows. Lanes without a sample repeat the last one.</summary>
    private void Fill(ReadOnlySpan<double> samples, int count, double* numbers, int width)
    {
        new Span<double>(numbers, width).Fill(1);
        for (var k = 0; k < Inputs; k++)
        {
            var row = numbers + (1 + k) * width;
            for (int i = 0, at = k; i < count; i++, at += Inputs)
                row[i] = samples[at];
            new Span<double>(row + count, width - count).Fill(row[count - 1]);
        }
    }

    private void Forward(double* numbers, int width)
    {
        var uniforms = _uniforms.Start;
        foreach (ref readonly var instruction in Instructions.AsSpan())
        {
            if (instruction.IsWeightedSum)
            {
                WeightedSum.Forward(instruction, _outers.Start + instruction.Weights, _rows.Start + instruction.First, numbers, width);
                continue;
            }

            var call = Call(instruction, numbers, uniforms, width);
            instruction.Forward(call);
        }
    }

    private LaneCall Call(in LaneInstruction instruction, double* numbers, double* uniforms, int width)
    {
        Unsafe.SkipInit(out LaneCall call);
        call.A = Row(instruction.A);
        call.B = Row(instruction.B);
        call.Y = Row(instruction.Y);
        call.P = instruction.P;
        call.Q = instruction.Q;
        call.Width = instruction.Members * width;
        if (instruction.Count > 0)
        {
            call.Many = (double**)_many.Start;
            call.GradMany = call.Many + instruction.Count;
            call.ManyCount = instruction.Count;
            call.Gathered = _gathered.Start;
            call.GatheredAt = _gatheredAt.Start;
            for (var k = 0; k < instruction.Count; k++)
                call.Many[k] = Row(OperandRows[instruction.First + k]);
        }

        return call;

        double* Row(int row) => row >= 0 ? numbers + row * width : uniforms + ~row * Block;
    }
}
