using System.Globalization;

namespace Micrograd.Parity.Training;

/// <summary>A run's parameters one by one, each with the tensor of PyTorch's <c>state_dict</c> that holds it.</summary>
public sealed class ParameterLayout
{
    private readonly ParameterPlace[] _places;

    /// <summary>Lists the parameters.</summary>
    public ParameterLayout(IEnumerable<ParameterPlace> places)
    {
        _places = [.. places];
        Tensors = [.. _places.Select(p => p.Tensor).Distinct()];
    }

    /// <summary>The number of parameters.</summary>
    public int Count => _places.Length;

    /// <summary>The names of the tensors that hold them.</summary>
    public IReadOnlyList<string> Tensors { get; }

    /// <summary>A parameter's place.</summary>
    public ParameterPlace this[int index] =>
        (uint)index < _places.Length ? _places[index] : throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} parameters.");

    /// <summary>A tensor's dimensions.</summary>
    public IReadOnlyList<int> ShapeOf(string tensor)
    {
        var places = _places.Where(p => p.Tensor == tensor).ToList();
        if (places.Count == 0)
            throw new ArgumentException($"There is no tensor '{tensor}'; there are {string.Join(", ", Tensors)}.", nameof(tensor));
        return [.. Enumerable.Range(0, places[0].Index.Count).Select(d => 1 + places.Max(p => p.Index[d]))];
    }

    /// <summary>The numbers of one tensor in its own order, from a list by parameter.</summary>
    public T[] Slice<T>(string tensor, IReadOnlyList<T> all)
    {
        var numbers = new T[_places.Count(p => p.Tensor == tensor)];
        for (var i = 0; i < _places.Length; i++)
        {
            if (_places[i].Tensor == tensor)
                numbers[_places[i].Offset] = all[i];
        }

        return numbers;
    }
}

/// <summary>Position of a parameter: tensor and indices.</summary>
/// <param name="Tensor">The tensor's name: <c>0.weight</c>.</param>
/// <param name="Index">Its indices there.</param>
/// <param name="Offset">Its flat index in the tensor, in row-major order.</param>
public sealed record ParameterPlace(string Tensor, IReadOnlyList<int> Index, int Offset)
{
    /// <summary>The parameter's name: <c>0.weight[1, 2]</c>.</summary>
    public override string ToString() =>
        Index.Count == 0 ? Tensor : $"{Tensor}[{string.Join(", ", Index.Select(i => i.ToString(CultureInfo.InvariantCulture)))}]";
}
