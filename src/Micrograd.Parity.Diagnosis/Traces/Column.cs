namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>A list that grows part by part, without a copy of all that it holds.</summary>
internal sealed class Column<T>
{
    private const int Bits = 15;
    private const int Smallest = 8;

    private readonly List<T[]> _parts = [];

    internal int Count { get; private set; }

    internal T this[int index] => _parts[index >> Bits][index & ((1 << Bits) - 1)];

    internal void Add(T item)
    {
        var (part, place) = (Count >> Bits, Count & ((1 << Bits) - 1));
        if (part == _parts.Count)
            _parts.Add(new T[part == 0 ? Smallest : 1 << Bits]);
        var items = _parts[part];
        if (place == items.Length)
        {
            Array.Resize(ref items, 2 * place);
            _parts[part] = items;
        }

        items[place] = item;
        Count++;
    }
}
