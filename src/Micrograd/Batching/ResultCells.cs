using Micrograd.Tapes;

namespace Micrograd.Batching;

/// <summary>The results of a replayed recording on the tape: cells one after the other, those of a sample beside each other.</summary>
/// <param name="arena">The tape.</param>
/// <param name="first">The first result's cell.</param>
/// <param name="isReached">For each result whether the backward pass has reached it.</param>
/// <param name="perSample">Number of results per sample.</param>
internal readonly unsafe ref struct ResultCells(Arena arena, Cell* first, ReadOnlySpan<bool> isReached, int perSample)
{
    private readonly ReadOnlySpan<bool> _isReached = isReached;

    /// <summary>The place of an outer value's gradient.</summary>
    internal double* GradientOf(Value outer) => arena.Gradient(Cell.At(arena.Base, outer.Offset));

    internal Cell* this[int result] => (Cell*)((byte*)first + Cell.MaximumBytes * (long)result);

    internal bool IsReached(int sample, int result) => _isReached[sample * perSample + result];

    internal bool IsWholeSampleReached(int sample) => !Of(sample).Contains(false);

    internal bool IsEachReached
    {
        get
        {
            for (var result = 0; result < perSample; result++)
            {
                if (!IsReachedInAnySample(result))
                    return false;
            }

            return true;
        }
    }

    internal bool IsReachedInAnySample(int result)
    {
        for (var i = result; i < _isReached.Length; i += perSample)
        {
            if (_isReached[i])
                return true;
        }

        return false;
    }

    internal bool AreReachedAlike(int sample, int other) => Of(sample).SequenceEqual(Of(other));

    /// <summary>Reads a result's number, which may have been assigned since, and its gradient if it has been reached.</summary>
    internal void Read(int sample, int result, ref double number, ref double gradient)
    {
        if (!IsReached(sample, result))
            return;
        var cell = this[sample * perSample + result];
        number = cell->Data;
        gradient = *arena.Gradient(cell);
    }

    private ReadOnlySpan<bool> Of(int sample) => _isReached.Slice(sample * perSample, perSample);
}
