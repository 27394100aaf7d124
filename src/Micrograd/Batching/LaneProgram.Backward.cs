using Micrograd.Tapes;

namespace Micrograd.Batching;

internal sealed unsafe partial class LaneProgram
{
    private LaneMemory<double> _gradients = new(0);
    private LaneMemory<double> _outerGradients = new(0);
    private LaneMemory<double> _bySample = new(0);
    private LaneMemory<PassedOnTerm> _passedOn = new(0);

    /// <summary>For each of the most sums that lie together, all bits; and the same with none for those that are not reached.</summary>
    private LaneMemory<double> _all = new(0);
    private LaneMemory<double> _some = new(0);
    private bool[] _isReached = [];
    private RowRange[] _allRows = [];

    /// <summary>
    /// Passes gradients on to the outer values, from the last sample to the first, and within a sample as a backward pass would.
    /// </summary>
    /// <param name="store">Numbers stored by <see cref="Forward(ReadOnlySpan{double}, int, double*)"/>.</param>
    /// <param name="count">Number of samples.</param>
    /// <param name="results">The results on the tape, those of a sample beside each other.</param>
    internal void Backward(double* store, int count, in ResultCells results)
    {
        ReadOuters();
        Outers.ReadGradients(results.Tape, _outerGradients.Start);
        for (var block = Blocks(count) - 1; block >= 0; block--)
        {
            var first = block * Block;
            var numbers = NumbersOf(first, store);
            var width = Width(count - first);

            // Samples with the same results reached go together: all of the block, unless a root reaches some and not others.
            for (var to = Math.Min(count - first, Block); to > 0; )
            {
                var from = results.IsEachReached ? 0 : to - 1;
                while (from > 0 && results.AreReachedAlike(first + from - 1, first + to - 1))
                    from--;
                Backward(numbers, first, from, to, width, results);
                to = from;
            }
        }

        Outers.WriteGradients(results.Tape, _outerGradients.Start, results.IsEachReached);
    }

    private void AllocateBackward()
    {
        var sums = WeightedSum.FillUp(Instructions.Select(i => i.Members).DefaultIfEmpty().Max(), WeightGradients.SumsTogether);
        _gradients = new((GradRows + WeightedSum.Quad) * Block); // a layer's last sums are read four together
        _outerGradients = new(OuterPlaces);
        _bySample = new(WeightGradients.SumsTogether * Block);
        _passedOn = new(PassedOn);
        _all = new(sums);
        _some = new(sums);
        _isReached = new bool[Rows];
        _all.Elements.Fill(BitConverter.Int64BitsToDouble(-1));
        _allRows = [new RowRange(0, GradRows)];
    }

    private void Backward(double* numbers, int first, int from, int to, int width, in ResultCells results)
    {
        var isWhole = results.IsWholeSampleReached(first + from);
        if (!isWhole && !FindReached(first + from, results))
            return;
        var gradients = _gradients.Start;
        foreach (var (start, count) in isWhole ? AccumulatedRows : _allRows)
            new Span<double>(gradients + start * width, count * width).Fill(Cell.NoGradient);
        for (int k = 0, own = 0; k < Results.Length; k++)
        {
            if (ResultWantsGradient[k])
                results.Read(first, from, to, own++, numbers + Results[k] * width, gradients + Results[k] * width);
        }

        for (var i = Instructions.Length - 1; i >= 0; i--)
        {
            ref readonly var instruction = ref Instructions[i];
            if (!instruction.WantsGradient)
                continue;
            if (instruction.IsWeightedSum)
                BackwardSums(instruction, numbers, gradients, from, to, width, isWhole);
            else if (isWhole || instruction.Members == 1 && _isReached[instruction.Y])
                BackwardOps(instruction, numbers, gradients, width);
            else
                BackwardReachedOps(instruction, numbers, gradients, width);
        }

        AddShares(gradients, from, to, width);
    }

    private void BackwardOps(in LaneInstruction instruction, double* numbers, double* gradients, int width)
    {
        var call = Call(instruction, numbers, _uniforms.Start, width);
        call.GradA = gradients + instruction.GradA * width;
        call.GradB = gradients + instruction.GradB * width;
        call.IsFirst = instruction.IsFirst;
        call.GradY = gradients + instruction.Y * width;
        for (var k = 0; k < instruction.Count; k++)
            call.GradMany[k] = gradients + OperandGradRows[instruction.First + k] * width;
        instruction.Vjp(call);
    }

    /// <summary>The ops of a group that are reached, each for itself: 0 · ∞ in a dead branch must make no NaN.</summary>
    private void BackwardReachedOps(in LaneInstruction group, double* numbers, double* gradients, int width)
    {
        var one = group;
        one.Members = 1;
        for (var k = group.Members - 1; k >= 0; k--)
        {
            if (!_isReached[group.Y + k])
                continue;
            (one.Y, one.A, one.GradA) = (group.Y + k, group.A + k, group.GradA + k);
            BackwardOps(one, numbers, gradients, width);
        }
    }

    private void BackwardSums(in LaneInstruction sums, double* numbers, double* gradients, int from, int to, int width, bool isWhole)
    {
        var weights = _outers.Start + sums.Weights;
        var terms = _passedOn.Start + sums.FirstPassedOn;
        if (isWhole)
        {
            if (sums.TermsWantGradient)
                WeightedSum.BackwardTerms(sums, weights, terms, gradients, width);
        }
        else
        {
            for (var k = sums.Members - 1; k >= 0; k--)
            {
                var isReached = _isReached[sums.Y + k];
                _some.Start[k] = isReached ? _all.Start[k] : 0;
                if (isReached && sums.TermsWantGradient)
                    WeightedSum.BackwardTermsOfOne(sums, k, weights, terms, gradients, isFirst: false, width);
            }
        }

        WeightGradients.Add(
            sums,
            _outerGradients.Start + sums.Weights,
            (isWhole ? _all : _some).Start,
            _rows.Start + sums.First,
            numbers,
            gradients,
            _bySample.Start,
            from,
            to,
            width
        );
    }

    /// <summary>Accumulates contributions to outer values that are no weights: sample by sample, each in the order of a backward pass.</summary>
    private void AddShares(double* gradients, int from, int to, int width)
    {
        for (var k = 0; k < SharedOuters.Length; k++)
        {
            var sum = _outerGradients.Start[SharedOuters[k]];
            for (var i = to - 1; i >= from; i--)
            {
                foreach (var row in SharedRows[k])
                    sum += gradients[row * width + i];
            }

            _outerGradients.Start[SharedOuters[k]] = sum;
        }
    }

    /// <summary>Marks the rows that a sample's reached results depend on; false if none is reached.</summary>
    private bool FindReached(int sample, in ResultCells results)
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
            for (var k = instruction.Members - 1; k >= 0; k--)
            {
                if (_isReached[instruction.Y + k])
                    ReachOperands(instruction, k);
            }
        }

        return any;
    }

    private void ReachOperands(in LaneInstruction instruction, int member)
    {
        for (var k = 0; k < instruction.Count; k++)
            Reach(OperandRows[instruction.First + k]);
        if (!instruction.IsWeightedSum)
            Reach(instruction.A + member);
        else if (instruction.A >= 0)
            Reach(instruction.A);
        Reach(instruction.B);
    }

    private void Reach(int row)
    {
        if (row >= 0)
            _isReached[row] = true;
    }
}
