namespace Micrograd.Parity.Fuzzing.Oracles;

/// <summary>
/// Joins the results of two processes, one with the kernels that PyTorch selects by default and one with the plain ones: a process keeps
/// the kernels that it began with.
/// </summary>
internal static class PlainOpinions
{
    /// <summary>
    /// Adds to each item's result that of 0-dim tensors and vectors under plain kernels. Of the special points those are kept at which some
    /// side has another number.
    /// </summary>
    /// <param name="best">Results under the kernels that PyTorch selects by default, with every special point.</param>
    /// <param name="plain">Results under plain kernels by item name, with every special point.</param>
    public static IReadOnlyList<ItemOpinion> Beside(IReadOnlyList<ItemOpinion> best, IReadOnlyDictionary<string, TruthOpinion> plain)
    {
        return [.. best.Select(item => plain.TryGetValue(item.Name, out var other) ? item with { Truth = Join(item.Truth, other) } : item)];
    }

    private static TruthOpinion Join(TruthOpinion best, TruthOpinion plain)
    {
        var others = plain.SpecialPoints.DistinctBy(Key).ToDictionary(Key);
        return best with
        {
            PlainVector = plain.Vector,
            SpecialPoints =
            [
                .. best
                    .SpecialPoints.Select(p =>
                        others.TryGetValue(Key(p), out var other) ? p with { PlainAlone = other.Alone, PlainVector = other.Vector } : p
                    )
                    .Where(p => p.IsParting),
            ],
        };
    }

    private static (string At, Programs.Quantity Quantity, int? Operand) Key(SpecialPoint point) => (point.At, point.Quantity, point.Operand);
}
