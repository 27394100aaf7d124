using System.Globalization;
using System.Text.Json;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>Numbers as a list, or as the nested lists that <c>tolist()</c> gives of a tensor, row by row.</summary>
/// <param name="Shape">The lengths of the lists, from the outermost in.</param>
/// <param name="Numbers">The numbers' elements; a null stands for one that is not given.</param>
internal sealed record NestedNumbers(IReadOnlyList<int> Shape, IReadOnlyList<JsonElement> Numbers)
{
    /// <summary>Reads them; null if it is no list, or if lists of one level differ in length.</summary>
    internal static NestedNumbers? Parse(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array)
            return null;
        var (shape, level) = (new List<int>(), new List<JsonElement> { element });
        while (level.Count > 0 && level.TrueForAll(e => e.ValueKind == JsonValueKind.Array))
        {
            var length = level[0].GetArrayLength();
            if (!level.TrueForAll(e => e.GetArrayLength() == length))
                return null;
            shape.Add(length);
            level = [.. level.SelectMany(e => e.EnumerateArray())];
        }

        return level.Exists(e => e.ValueKind == JsonValueKind.Array) ? null : new NestedNumbers(shape, level);
    }

    /// <summary>True if it is one list of all numbers, or nested as a shape is.</summary>
    internal bool Fits(IReadOnlyList<int> shape) =>
        (Shape.Count == 1 && Shape[0] == shape.Aggregate(1, (a, b) => a * b)) || Shape.SequenceEqual(shape);

    /// <summary>A shape as text: <c>3 × 2</c>.</summary>
    internal static string Text(IReadOnlyList<int> shape) => string.Join(" × ", shape.Select(n => n.ToString(CultureInfo.InvariantCulture)));
}
