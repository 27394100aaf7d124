using System.Globalization;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>A node's id as a trace gives it: a text, or a whole number in its place.</summary>
/// <param name="Number">The number, if there is no text.</param>
/// <param name="Text">A text that is not the text of such a number; may be null.</param>
internal readonly record struct TraceId(int Number, string? Text)
{
    internal static TraceId Parse(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (text.Length == 1 || text[0] != '0')
            ? new TraceId(number, null)
            : new TraceId(-1, text);

    internal static TraceId From(long number) =>
        number is >= 0 and <= int.MaxValue ? new TraceId((int)number, null) : new TraceId(-1, number.ToString(CultureInfo.InvariantCulture));

    public override string ToString() => Text ?? Number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The ids of a graph's nodes. Numbers that ascend, as most do, are searched where they lie; others have a dictionary.</summary>
internal sealed class TraceIds
{
    private readonly Column<int> _keys = new(); // a number itself; a text's place among the texts as −1, −2, …
    private readonly List<string> _texts = [];
    private readonly Dictionary<string, int> _keysOfTexts = new(StringComparer.Ordinal);
    private Dictionary<int, int>? _indices;

    internal TraceId this[int index] => _keys[index] is var key && key >= 0 ? new TraceId(key, null) : new TraceId(-1, _texts[-1 - key]);

    /// <summary>Adds the next node's id; false if an earlier one has the same.</summary>
    internal bool TryAdd(TraceId id)
    {
        if (TryFind(id, out _))
            return false;
        var key = id.Number;
        if (id.Text is { } text)
        {
            _texts.Add(text);
            _keysOfTexts.Add(text, key = -_texts.Count);
        }

        if (_indices is null && _keys.Count > 0 && key < _keys[_keys.Count - 1])
            _indices = Enumerable.Range(0, _keys.Count).ToDictionary(i => _keys[i]);
        _indices?.Add(key, _keys.Count);
        _keys.Add(key);
        return true;
    }

    /// <summary>Finds the index of the node that has an id.</summary>
    internal bool TryFind(TraceId id, out int index)
    {
        var key = id.Number;
        index = 0;
        if (id.Text is { } text && !_keysOfTexts.TryGetValue(text, out key))
            return false;
        return _indices is null ? TrySearch(key, out index) : _indices.TryGetValue(key, out index);
    }

    private bool TrySearch(int key, out int index)
    {
        var (low, high) = (0, _keys.Count - 1);
        index = 0;
        if (high < 0)
            return false;
        index = (int)Math.Clamp(high - ((long)_keys[high] - key), low, high); // where it lies if those after it have the numbers after it
        while (low <= high)
        {
            if (_keys[index] == key)
                return true;
            if (_keys[index] < key)
                low = index + 1;
            else
                high = index - 1;
            index = low + ((high - low) / 2);
        }

        return false;
    }
}
