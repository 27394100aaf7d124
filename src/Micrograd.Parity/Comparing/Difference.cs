using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparing;

/// <summary>One number on which the two sides differ, with all that is needed to see it again.</summary>
/// <param name="Node">The node in its program, by index and description.</param>
/// <param name="Quantity">The quantity that differs: value or gradient.</param>
/// <param name="Ours">The engine's number; null where it has none.</param>
/// <param name="Theirs">PyTorch's number; null where it has none.</param>
/// <param name="Input">The inputs and upstream gradients, in full precision.</param>
/// <param name="Verdict">The verdict on it.</param>
/// <param name="Explanation">The known difference's reason, or a remark on the mismatch; may be empty.</param>
public sealed record Difference(string Node, Quantity Quantity, double? Ours, double? Theirs, string Input, Verdict Verdict, string Explanation = "")
{
    /// <summary>Distance in units in the last place; <see cref="ulong.MaxValue"/> where one is NaN or missing.</summary>
    public ulong Ulp => Ours is { } ours && Theirs is { } theirs ? Ulps.Distance(ours, theirs) : ulong.MaxValue;

    /// <summary>The step and phase in a training run; null elsewhere.</summary>
    internal TrainingPlace? Place { get; init; }

    /// <summary>The line that runs this comparison again; set by the item that knows its own name.</summary>
    public string Again { get; init; } = "";

    /// <summary>The difference in words, one fact a line.</summary>
    public override string ToString() => string.Join(Environment.NewLine, Lines().Select(PlainText.OneLine));

    internal static string Show(double? number) => number is { } x ? NumberText.Of(x) : "none";

    private string What =>
        Quantity == Quantity.Gradient ? $"gradient of {Node}"
        : Place is null ? $"value of {Node}"
        : Node;

    private IEnumerable<string> Lines()
    {
        yield return Place is null ? What : $"{Place}: {What}";
        yield return $"  ours    {Show(Ours)}";
        yield return $"  theirs  {Show(Theirs)}   {Ulps.Apart(Ours, Theirs)}";
        yield return $"  at      {Input}";
        if (Explanation.Length > 0)
            yield return $"  {Explanation}";
        if (Again.Length > 0)
            yield return $"  again   {Again}";
    }
}
