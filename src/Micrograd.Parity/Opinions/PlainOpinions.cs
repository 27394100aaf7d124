namespace Micrograd.Parity.Opinions;

/// <summary>
/// Joins what two processes found, one with the kernels that PyTorch takes by itself and one with the plain ones: a process keeps the
/// kernels that it began with.
/// </summary>
public static class PlainOpinions
{
    /// <summary>The opinions with what vectors gave under plain kernels beside them.</summary>
    /// <param name="best">The opinions under the kernels that PyTorch takes by itself.</param>
    /// <param name="plain">By item, those under plain kernels.</param>
    public static IReadOnlyList<ItemOpinion> Beside(IReadOnlyList<ItemOpinion> best, IReadOnlyDictionary<string, TruthOpinion> plain)
    {
        ArgumentNullException.ThrowIfNull(best);
        ArgumentNullException.ThrowIfNull(plain);
        return [.. best.Select(item => plain.TryGetValue(item.Name, out var other) ? item with { Truth = Join(item.Truth, other) } : item)];
    }

    /// <summary>A point that only one process lists is one where all sides of the other have the engine's bits.</summary>
    private static TruthOpinion Join(TruthOpinion best, TruthOpinion plain)
    {
        var others = plain.SpecialPoints.ToDictionary(Key);
        var listed = best.SpecialPoints.Select(Key).ToHashSet();
        return best with
        {
            PlainVector = plain.Vector,
            SpecialPoints =
            [
                .. best.SpecialPoints.Select(p => p with
                {
                    PlainVector = p.Vector is null ? null : others.TryGetValue(Key(p), out var other) ? other.Vector : p.Ours,
                }),
                .. plain.SpecialPoints.Where(p => !listed.Contains(Key(p))).Select(p => p with
                {
                    Alone = p.Ours,
                    Vector = p.Vector is null ? null : p.Ours,
                    PlainVector = p.Vector,
                }),
            ],
        };
    }

    private static (string At, Programs.Quantity Quantity, int Operand) Key(SpecialPoint point) => (point.At, point.Quantity, point.Operand);
}
