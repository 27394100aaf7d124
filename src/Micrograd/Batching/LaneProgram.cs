using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Micrograd.Tapes;

namespace Micrograd.Batching;

/// <summary>
/// A function of one sample, computed for blocks of samples at once: each sample in a lane of its own, in the order of operations in
/// which the function was recorded.
/// </summary>
internal sealed unsafe class LaneProgram
{
    /// <summary>Samples in a block.</summary>
    internal const int Block = 64;

    private const int Lanes = 8;

    // Pinned, so that pointers into them stay.
    private double[] _gradients = [];
    private double[] _uniforms = [];
    private double[] _outers = [];
    private double[] _outerGradients = [];
    private double[] _samples = [];
    private double[] _gathered = [];
    private int[] _gatheredAt = [];
    private int[] _rows = [];
    private int[] _gradRows = [];
    private nint[] _many = [];
    private bool[] _isReached = [];

    internal required int Inputs { get; init; }

    /// <summary>Rows of numbers in a block: ones, the inputs, then a row for each instruction.</summary>
    internal required int Rows { get; init; }

    internal required int GradRows { get; init; }

    internal required LaneInstruction[] Instructions { get; init; }

    /// <summary>The rows of terms and of operands of ops of many, and of their gradients.</summary>
    internal required int[] OperandRows { get; init; }

    internal required int[] OperandGradRows { get; init; }

    internal required UniformRow[] Uniforms { get; init; }

    /// <summary>The rows of the results, and which of them want a gradient.</summary>
    internal required int[] Results { get; init; }

    internal required bool[] ResultWantsGradient { get; init; }

    /// <summary>Number of results per sample that require a gradient.</summary>
    internal int GradientsPerSample { get; private set; }

    /// <summary>The values from outside, each with its place among the outer numbers.</summary>
    internal required (Value Value, int Place)[] Outers { get; init; }

    internal required int OuterPlaces { get; init; }

    /// <summary>Outer values that are no sum's weights: their places, and the rows of their contributions in the order of accumulation.</summary>
    internal required int[] SharedOuters { get; init; }

    internal required int[][] SharedRows { get; init; }

    /// <summary>For each result, the outer values with a gradient behind it.</summary>
    internal required Value[][] OutersOfResults { get; init; }

    /// <summary>The outer values with a gradient behind any result.</summary>
    internal Value[] OutersOfAll { get; private set; } = [];

    /// <summary>Numbers that a run of so many samples keeps.</summary>
    internal long Size(int samples) => (long)Blocks(samples) * Rows * Block;

    /// <summary>Room for what runs need; to be called once.</summary>
    internal LaneProgram Allocate()
    {
        var most = Instructions.Length == 0 ? 0 : Instructions.Max(i => i.IsWeightedSum ? 0 : i.Count);
        _gradients = Pinned<double>(GradRows * Block);
        _uniforms = Pinned<double>(Uniforms.Length * Block);
        _outers = Pinned<double>(OuterPlaces);
        _outerGradients = Pinned<double>(OuterPlaces);
        _samples = Pinned<double>(Instructions.Where(i => i.IsWeightedSum).Select(i => i.FilledCount).DefaultIfEmpty().Max() * Block);
        _gathered = Pinned<double>(most);
        _gatheredAt = Pinned<int>(most);
        _many = Pinned<nint>(2 * most);
        _rows = Pinned<int>(OperandRows.Length);
        _gradRows = Pinned<int>(OperandRows.Length);
        _isReached = new bool[Rows];
        GradientsPerSample = ResultWantsGradient.Count(wants => wants);
        OutersOfAll = [.. OutersOfResults.SelectMany(outers => outers).Distinct()];
        OperandRows.CopyTo(_rows, 0);
        OperandGradRows.CopyTo(_gradRows, 0);
        for (var k = 0; k < most; k++)
            _gatheredAt[k] = k * sizeof(double);
        return this;
    }

    /// <summary>Computes every row for every sample.</summary>
    /// <param name="samples">The samples, one after the other.</param>
    /// <param name="count">Number of samples.</param>
    /// <param name="store">Receives <see cref="Size"/> numbers.</param>
    internal void Forward(ReadOnlySpan<double> samples, int count, double* store)
    {
        ReadOuters();
        for (var block = 0; block < Blocks(count); block++)
        {
            var first = block * Block;
            var numbers = store + (long)block * Rows * Block;
            Fill(samples, first, Math.Min(count - first, Block), numbers);
            Forward(numbers, Width(count - first));
        }
    }

    /// <summary>The number of a result.</summary>
    internal double Result(double* store, int sample, int result) =>
        store[((long)(sample / Block) * Rows + Results[result]) * Block + sample % Block];

    /// <summary>
    /// Passes gradients on to the outer values, from the last sample to the first, and within a sample as a backward pass would.
    /// </summary>
    /// <param name="store">Numbers stored by <see cref="Forward(ReadOnlySpan{double}, int, double*)"/>.</param>
    /// <param name="count">Number of samples.</param>
    /// <param name="results">The results on the tape, those of a sample beside each other.</param>
    internal void Backward(double* store, int count, ResultCells results)
    {
        ReadOuters();
        foreach (ref readonly var outer in Outers.AsSpan())
            _outerGradients[outer.Place] = outer.Value.Offset < 0 ? 0 : *results.GradientOf(outer.Value);
        for (var block = Blocks(count) - 1; block >= 0; block--)
        {
            var first = block * Block;
            var numbers = store + (long)block * Rows * Block;

            // Samples with the same results reached go together: all of the block, unless a root reaches some and not others.
            for (var to = Math.Min(count - first, Block); to > 0; )
            {
                var from = to - 1;
                while (from > 0 && results.AreReachedAlike(first + from - 1, first + to - 1))
                    from--;
                Backward(numbers, first, from, to, results);
                to = from;
            }
        }

        foreach (ref readonly var outer in Outers.AsSpan())
        {
            if (outer.Value.Offset >= 0)
                *results.GradientOf(outer.Value) = _outerGradients[outer.Place];
        }
    }

    private static int Blocks(int samples) => (int)(((long)samples + Block - 1) / Block);

    private static int Width(int samples) => (Math.Min(samples, Block) + Lanes - 1) / Lanes * Lanes;

    private static T[] Pinned<T>(int length) => GC.AllocateArray<T>(length, pinned: true);

    private static T* At<T>(T[] pinned)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));

    /// <summary>Reads the outer values' numbers as they are now.</summary>
    private void ReadOuters()
    {
        var start = Head.Base;
        foreach (ref readonly var outer in Outers.AsSpan())
            _outers[outer.Place] = Head.CellOf(start, outer.Value)->Data;
        for (var i = 0; i < Uniforms.Length; i++)
            _uniforms.AsSpan(i * Block, Block).Fill(Uniforms[i].Outer < 0 ? Uniforms[i].Number : _outers[Uniforms[i].Outer]);
    }

    /// <summary>Puts a block's samples into its first rows. Lanes without a sample repeat the last one.</summary>
    private void Fill(ReadOnlySpan<double> samples, int first, int count, double* numbers)
    {
        new Span<double>(numbers, Block).Fill(1);
        for (var i = 0; i < Block; i++)
        {
            var sample = samples.Slice((first + Math.Min(i, count - 1)) * Inputs, Inputs);
            for (var k = 0; k < sample.Length; k++)
                numbers[(1 + k) * Block + i] = sample[k];
        }
    }

    private void Forward(double* numbers, int width)
    {
        var uniforms = At(_uniforms);
        var instructions = Instructions;
        for (var i = 0; i < instructions.Length; i++)
        {
            ref readonly var instruction = ref instructions[i];
            if (instruction.IsWeightedSum)
            {
                WeightedSum.Forward(
                    At(_outers) + instruction.Weights,
                    At(_rows) + instruction.First,
                    instruction.Count,
                    numbers,
                    instruction.A < 0 ? null : numbers + instruction.A * Block,
                    numbers + instruction.Y * Block,
                    width
                );
                continue;
            }

            var call = Call(instruction, numbers, uniforms, width);
            instruction.Forward(call);
        }
    }

    private void Backward(double* numbers, int first, int from, int to, ResultCells results)
    {
        var isWhole = results.IsWholeSampleReached(first + from);
        if (!isWhole && !FindReached(first + from, results))
            return;
        var gradients = At(_gradients);
        var uniforms = At(_uniforms);
        var width = Width(to);
        new Span<double>(gradients, GradRows * Block).Fill(Cell.NoGradient);
        for (int k = 0, own = 0; k < Results.Length; k++)
        {
            if (!ResultWantsGradient[k])
                continue;
            for (var i = from; i < to; i++)
                results.Read(first + i, own, ref numbers[Results[k] * Block + i], ref gradients[Results[k] * Block + i]);
            own++;
        }

        for (var i = Instructions.Length - 1; i >= 0; i--)
        {
            ref readonly var instruction = ref Instructions[i];
            if (!instruction.WantsGradient || !(isWhole || _isReached[instruction.Y]))
                continue;
            if (instruction.IsWeightedSum)
            {
                if (instruction.TermsWantGradient)
                    BackwardTerms(instruction, gradients, width);
                continue;
            }

            var call = Call(instruction, numbers, uniforms, width);
            call.GradA = gradients + instruction.GradA * Block;
            call.GradB = gradients + instruction.GradB * Block;
            call.GradY = gradients + instruction.Y * Block;
            for (var k = 0; k < instruction.Count; k++)
                call.GradMany[k] = gradients + OperandGradRows[instruction.First + k] * Block;
            instruction.Vjp(call);
        }

        AddToWeights(numbers, gradients, from, to, width, isWhole);
        AddShares(gradients, from, to);
    }

    private void BackwardTerms(in LaneInstruction instruction, double* gradients, int width) =>
        WeightedSum.BackwardTerms(
            At(_outers) + instruction.Weights,
            At(_gradRows) + instruction.First,
            instruction.Count,
            gradients,
            gradients + instruction.GradA * Block,
            gradients + instruction.Y * Block,
            width
        );

    /// <summary>Accumulates contributions to weights. Those of several sums with the same terms, as the neurons of a layer, go together.</summary>
    private void AddToWeights(double* numbers, double* gradients, int from, int to, int width, bool isWhole)
    {
        var weights = stackalloc double*[WeightedSum.Sums];
        var g = stackalloc double*[WeightedSum.Sums];
        var (sums, first, filled) = (0, -1, 0);
        foreach (ref readonly var instruction in Instructions.AsSpan())
        {
            if (!instruction.IsWeightedSum || !(isWhole || _isReached[instruction.Y]))
                continue;
            if (sums == WeightedSum.Sums || first != instruction.First)
                AddTogether();
            if (first != instruction.First)
            {
                (first, filled) = (instruction.First, instruction.FilledCount);
                WeightedSum.BySample(At(_rows) + first, filled, numbers, At(_samples), width);
            }

            weights[sums] = At(_outerGradients) + instruction.Weights;
            g[sums++] = gradients + instruction.Y * Block;
        }

        AddTogether();

        void AddTogether()
        {
            if (sums == WeightedSum.Sums)
            {
                WeightedSum.BackwardWeights(weights, At(_samples), filled, g, from, to, width);
            }
            else
            {
                for (var k = 0; k < sums; k++)
                    WeightedSum.BackwardWeights(weights[k], At(_samples), filled, g[k], from, to, width);
            }

            sums = 0;
        }
    }

    /// <summary>Accumulates contributions to outer values that are no weights: sample by sample, each in the order of a backward pass.</summary>
    private void AddShares(double* gradients, int from, int to)
    {
        for (var k = 0; k < SharedOuters.Length; k++)
        {
            var sum = _outerGradients[SharedOuters[k]];
            for (var i = to - 1; i >= from; i--)
            {
                foreach (var row in SharedRows[k])
                    sum += gradients[row * Block + i];
            }

            _outerGradients[SharedOuters[k]] = sum;
        }
    }

    /// <summary>Marks the rows that a sample's reached results depend on; false if none is reached.</summary>
    private bool FindReached(int sample, ResultCells results)
    {
        Array.Clear(_isReached);
        var any = false;
        for (int k = 0, own = 0; k < Results.Length; k++)
        {
            if (ResultWantsGradient[k])
                any |= _isReached[Results[k]] |= results.IsReached(sample, own++);
        }

        for (var i = Instructions.Length - 1; any && i >= 0; i--)
        {
            ref readonly var instruction = ref Instructions[i];
            if (!_isReached[instruction.Y])
                continue;
            for (var k = 0; k < instruction.Count; k++)
                Reach(OperandRows[instruction.First + k]);
            if (!instruction.IsWeightedSum || instruction.A >= 0)
                Reach(instruction.A);
            Reach(instruction.B);
        }

        return any;
    }

    private void Reach(int row)
    {
        if (row >= 0)
            _isReached[row] = true;
    }

    private LaneCall Call(in LaneInstruction instruction, double* numbers, double* uniforms, int width)
    {
        Unsafe.SkipInit(out LaneCall call);
        call.A = Row(instruction.A);
        call.B = Row(instruction.B);
        call.Y = Row(instruction.Y);
        call.P = instruction.P;
        call.Q = instruction.Q;
        call.Width = width;
        if (instruction.Count > 0)
        {
            call.Many = (double**)At(_many);
            call.GradMany = call.Many + instruction.Count;
            call.ManyCount = instruction.Count;
            call.Gathered = At(_gathered);
            call.GatheredAt = At(_gatheredAt);
            for (var k = 0; k < instruction.Count; k++)
                call.Many[k] = Row(OperandRows[instruction.First + k]);
        }

        return call;

        double* Row(int row) => row >= 0 ? numbers + row * Block : uniforms + ~row * Block;
    }
}
