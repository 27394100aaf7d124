using Micrograd.Tapes;

namespace Micrograd.Batching;

/// <summary>The results of a replayed recording on the tape: cells one after the other, those of a sample beside each other.</summary>
internal readonly unsafe ref struct ResultCells
{
    private readonly Cell* _first;
    private readonly Cell* _last;
    private readonly int _perSample;

    /// <summary>Makes them.</summary>
    /// <param name="tape">The tape in the present pass.</param>
    /// <param name="first">The first result's cell.</param>
    /// <param name="last">The last result that the pass has reached.</param>
    /// <param name="count">Number of results.</param>
    /// <param name="perSample">Number of results per sample.</param>
    internal ResultCells(in Arena tape, Cell* first, Cell* last, int count, int perSample)
    {
        Tape = tape;
        _first = first;
        _last = last;
        _perSample = perSample;
        IsEachReached = last == this[count - 1];
        for (var result = 0; IsEachReached && result < count; result++)
            IsEachReached = IsReached(result);
    }

    internal Arena Tape { get; }

    /// <summary>True if the pass has reached every result of every sample.</summary>
    internal bool IsEachReached { get; }

    internal Cell* this[int result] => (Cell*)((byte*)_first + Cell.MaximumBytes * (long)result);

    internal bool IsReached(int sample, int result) => IsEachReached || IsReached(sample * _perSample + result);

    internal bool IsWholeSampleReached(int sample)
    {
        for (var result = 0; result < _perSample; result++)
        {
            if (!IsReached(sample, result))
                return false;
        }

        return true;
    }

    internal bool AreReachedAlike(int sample, int other)
    {
        for (var result = 0; result < _perSample; result++)
        {
            if (IsReached(sample, result) != IsReached(other, result))
                return false;
        }

        return true;
    }

    /// <summary>Reads numbers of a result, which may have been assigned since, and gradients, where it has been reached.</summary>
    /// <param name="block">The block's first sample.</param>
    /// <param name="from">First sample of those reached alike, from the block's first one.</param>
    /// <param name="to">The sample behind the last one of them.</param>
    /// <param name="result">Its place among a sample's.</param>
    /// <param name="numbers">Its numbers for the block.</param>
    /// <param name="gradients">Its gradients for the block.</param>
    internal void Read(int block, int from, int to, int result, double* numbers, double* gradients)
    {
        if (!IsReached(block + from, result))
            return;
        for (var i = from; i < to; i++)
        {
            var cell = this[(block + i) * _perSample + result];
            numbers[i] = cell->Data;
            gradients[i] = *Tape.Gradient(cell);
        }
    }

    private bool IsReached(int result)
    {
        var cell = this[result];
        return cell <= _last && (!Cell.IsNegativeZero(*Tape.Gradient(cell)) || Tape.NegativeZeros.Has(cell));
    }
}
