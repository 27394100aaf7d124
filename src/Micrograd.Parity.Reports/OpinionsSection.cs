using Micrograd.Parity.Fuzzing.Oracles;

namespace Micrograd.Parity.Reports;

/// <summary>The oracles' results as a section.</summary>
internal static class OpinionsSection
{
    private const int ShownPoints = 4;

    internal static IReadOnlyList<Block> Blocks(OpinionsReport opinions)
    {
        var items = opinions.Items;
        var kinks = items.SelectMany(o => o.Kinks.Select(kink => (Op: o.Name, At: kink))).ToList();
        var points = items.Sum(o => o.Truth.SpecialPoints.Count);
        return
        [
            new Paragraph(Wording.Of(opinions), opinions.Holds ? Tone.Lead : Tone.Bad),
            new Paragraph(
                $"{Wording.Of(opinions.Environment)}. Finite differences, by five points, say whether gradients are the derivatives of the values, to as "
                    + "many decimal digits as their own error allows. GNU MPFR says how far each side is from the exact numbers, in ulps of these. Great "
                    + "errors are no mistakes as such: both sides take PyTorch's order of operations, in which digits can cancel."
            ),
            .. from item in items from refused in item.Unexplained select new Paragraph($"Refused: {item.Name}, {Wording.Of(refused)}", Tone.Bad),
            .. from item in items
            where item.Reason is not null && item.Differences.Refused.Count > 0
            select new Paragraph(
                $"{item.Name}: {Wording.Number(item.Differences.Refused.Count - item.Unexplained.Count())} of "
                    + $"{Wording.Number(item.Differences.Checked)} gradients, the same on both sides, are not the derivatives: {item.Reason}."
            ),
            Digits(opinions.Items),
            .. kinks.Count > 0 ? [Kinks(kinks)] : Array.Empty<Block>(),
            Errors(opinions),
            Nearness(opinions.Items),
            .. points > 0 ? [Points(opinions, points)] : Array.Empty<Block>(),
        ];
    }

    private static SectionTable Digits(IReadOnlyList<ItemOpinion> items) =>
        SectionTable.Create(
            "Digits to which gradients agree with finite differences",
            items,
            new("item", false, o => o.Name),
            new("gradients", true, o => Wording.Number(o.Differences.Checked)),
            new("undecided", true, o => SectionCell.Count(o.Differences.Undecided)),
            new("least digits", true, o => Wording.Digits(o.Differences.LeastDigits)),
            new("median digits", true, o => Wording.Digits(o.Differences.MedianDigits)),
            new("refused", true, o => SectionCell.Count(o.Differences.Refused.Count))
        ) with
        {
            Summary = $"Digits of {Wording.Number(items.Count)} items",
        };

    private static SectionTable Errors(OpinionsReport opinions)
    {
        return SectionTable.Create(
            $"Greatest error in ulps of the exact number, kernels {opinions.Environment.Kernels}",
            opinions.Items,
            [new("item", false, o => o.Name), .. Sides("value", e => e?.Value), .. Sides("gradient", e => e?.Gradient)]
        ) with
        {
            Summary = $"Errors of {Wording.Number(opinions.Items.Count)} items",
        };

        IEnumerable<SectionColumn<ItemOpinion>?> Sides(string of, Func<ErrorsOfSide?, double?> error) =>
            [
                new($"{of}: ours", true, o => Wording.Error(error(o.Truth.Ours))),
                new("0-dim", true, o => Wording.Error(error(o.Truth.Alone))),
                new("vectors", true, o => Wording.Error(error(o.Truth.Vector))),
                opinions.HasPlain ? new("vectors, plain", true, o => Wording.Error(error(o.Truth.PlainVector))) : null,
            ];
    }

    private static SectionTable Nearness(IReadOnlyList<ItemOpinion> items) =>
        SectionTable.Create(
            "Numbers that are finite on one side alone; numbers of vectors that differ from ours, and who is nearer to the exact one",
            items,
            new("item", false, o => o.Name),
            new("lost: ours", true, o => SectionCell.Count(o.Truth.Ours.Lost)),
            new("vectors", true, o => o.Truth.Vector is { } vector ? SectionCell.Count(vector.Lost) : ""),
            new("differ", true, o => SectionCell.Count(o.Truth.Differing)),
            new("ours nearer", true, o => SectionCell.Count(o.Truth.OursNearer)),
            new("vectors nearer", true, o => SectionCell.Count(o.Truth.VectorNearer))
        ) with
        {
            Summary = $"Differences of {Wording.Number(items.Count)} items",
        };

    private static SectionTable Kinks(List<(string Op, KinkSlopes At)> kinks) =>
        SectionTable.Create(
            "Derivatives by finite differences from the left and from the right, and the gradient that is chosen; at a jump there is none",
            kinks,
            new("operation", false, k => k.Op),
            new("at", false, k => k.At.At),
            new("left", true, k => Wording.Slope(k.At.Left)),
            new("right", true, k => Wording.Slope(k.At.Right)),
            new("gradient", true, k => SectionCell.Both(k.At.Ours, k.At.Theirs))
        ) with
        {
            Summary = $"Derivatives on both sides of {Wording.Number(kinks.Count)} kinks and jumps",
            OnlyOnPage = true,
        };

    private static SectionTable Points(OpinionsReport opinions, int count)
    {
        var plain = opinions.HasPlain;
        return SectionTable.Create(
            $"The engine, a 0-dim tensor and a vector under kernels {opinions.Environment.Kernels},{(plain ? " the same under plain kernels," : "")} "
                + $"and the double nearest to the exact number; of each operation at most {ShownPoints} points",
            opinions.Items.SelectMany(o => o.Truth.SpecialPoints.Take(ShownPoints).Select(point => (Op: o.Name, Point: point))),
            new("operation", false, p => p.Op),
            new("at", false, p => p.Point.At),
            new("number", false, p => Wording.Of(p.Point)),
            new("ours", true, p => Wording.Full(p.Point.Ours)),
            new("0-dim", true, p => Wording.Full(p.Point.Alone)),
            new("vector", true, p => Full(p.Point.Vector)),
            plain ? new("0-dim, plain", true, p => Full(p.Point.PlainAlone)) : null,
            plain ? new("vector, plain", true, p => Full(p.Point.PlainVector)) : null,
            new("exact", true, p => Wording.Full(p.Point.Exact))
        ) with
        {
            Summary = $"PyTorch against itself at {Wording.Number(count)} special points",
            OnlyOnPage = true,
        };

        static string Full(double? number) => number is { } x ? Wording.Full(x) : "";
    }
}
