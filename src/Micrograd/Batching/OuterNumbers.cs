using Micrograd.Tapes;

namespace Micrograd.Batching;

/// <summary>The values from outside that a recording uses: reads their numbers and gradients from the tape, and writes gradients back.</summary>
internal sealed unsafe class OuterNumbers
{
    /// <summary>A value of each step that values come from.</summary>
    private readonly Value[] _ofEachStep;
    private readonly (int Offset, int Place)[] _constants;
    private readonly (int Offset, int Place)[] _graded;

    private OuterNumbers((Value Value, int Place)[] outers)
    {
        _ofEachStep = [.. outers.Select(outer => outer.Value).DistinctBy(value => value.Stamp)];
        var places = outers.Select(outer => (Offset: (int)outer.Value.Offset, outer.Place)).Order().ToList();
        _constants = [.. places.Where(place => place.Offset < 0)];
        _graded = [.. places.Where(place => place.Offset >= 0)];
    }

    internal static OuterNumbers Of((Value Value, int Place)[] outers) => new(outers);

    /// <summary>Reads the numbers as they are now.</summary>
    /// <exception cref="StaleValueException">A value belongs to a step that has ended, or to another tape.</exception>
    internal void Read(double* numbers)
    {
        var start = Head.Base;
        foreach (ref readonly var value in _ofEachStep.AsSpan())
            _ = Head.CellOf(start, value);
        foreach (var (offset, place) in _constants)
            numbers[place] = Cell.At(start, offset)->Data;
        foreach (var (offset, place) in _graded)
            numbers[place] = Cell.At(start, offset)->Data;
    }

    /// <summary>Reads what the gradients are so far.</summary>
    internal void ReadGradients(in Arena arena, double* gradients)
    {
        if (arena.IsLater)
            Read<LaterPass>(arena, gradients);
        else
            Read<FirstPass>(arena, gradients);
    }

    /// <summary>Writes the gradients.</summary>
    /// <param name="arena">The tape.</param>
    /// <param name="gradients">The gradients by place.</param>
    /// <param name="areReached">True if the backward pass has reached all of the values, also those that have −0.</param>
    internal void WriteGradients(in Arena arena, double* gradients, bool areReached)
    {
        var isAnyNegativeZero = arena.IsLater ? Write<LaterPass>(arena, gradients) : Write<FirstPass>(arena, gradients);
        if (!areReached || !isAnyNegativeZero)
            return;
        foreach (var (offset, place) in _graded)
        {
            if (Cell.IsNegativeZero(gradients[place]))
                arena.NegativeZeros.Add(Cell.At(arena.Base, offset));
        }
    }

    private void Read<TPass>(in Arena arena, double* gradients)
        where TPass : struct, IPass
    {
        var (start, places) = ((nint)arena.Base, (nint)arena.Places);
        foreach (var (offset, place) in _graded)
            gradients[place] = TPass.Get((double*)places, (Cell*)(start + offset));
    }

    private bool Write<TPass>(in Arena arena, double* gradients)
        where TPass : struct, IPass
    {
        var (start, places) = ((nint)arena.Base, (nint)arena.Places);
        var isAnyNegativeZero = false;
        foreach (var (offset, place) in _graded)
        {
            TPass.Set((double*)places, (Cell*)(start + offset), gradients[place]);
            isAnyNegativeZero |= Cell.IsNegativeZero(gradients[place]);
        }

        return isAnyNegativeZero;
    }
}
