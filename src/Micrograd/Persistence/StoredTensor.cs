namespace Micrograd;

/// <summary>A tensor as a file holds it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its sizes; empty for a single number.</param>
/// <param name="Numbers">Its elements, last index fastest.</param>
public sealed record StoredTensor(string Name, IReadOnlyList<int> Shape, ReadOnlyMemory<double> Numbers);
