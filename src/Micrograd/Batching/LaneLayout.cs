using Micrograd.Tapes;

namespace Micrograd.Batching;

/// <summary>
/// Makes an instruction of each group of a <see cref="LaneSchedule"/>. Gradients have the rows of numbers, then one for each use of an outer value, then
/// one for contributions that nobody needs.
/// </summary>
/// <param name="schedule">The schedule.</param>
/// <param name="unwanted">The row for contributions that nobody needs.</param>
internal sealed unsafe class LaneLayout(LaneSchedule schedule, int unwanted)
{
    private const int Ones = 0;
    private const int NoGradient = LaneOp.NoGradient;

    internal List<LaneInstruction> Instructions { get; } = [];

    /// <summary>The rows of terms and of operands of ops of many, and of their gradients.</summary>
    internal List<int> Rows { get; } = [];

    internal List<int> GradRows { get; } = [];

    /// <summary>The terms of sums whose factor requires a gradient.</summary>
    internal List<PassedOnTerm> PassedOn { get; } = [];

    /// <summary>The outer values of weights in their places; −1 in places that are left empty.</summary>
    internal List<int> Weights { get; } = [];

    internal void Add(LaneOp[] group) => Instructions.Add(group[0].Rule is { } rule ? Op(rule, group) : Sums(group));

    /// <summary>
    /// Has instructions of one operand, and layers, write gradients that nothing contributes to before; returns the rows of all other gradients.
    /// </summary>
    /// <param name="firstRow">First row that may have a gradient.</param>
    /// <param name="results">Rows whose gradients begin with what the tape has.</param>
    internal RowRange[] FindFirstContributions(int firstRow, IEnumerable<int> results)
    {
        var begun = new HashSet<int>(results) { NoGradient };
        var isAccumulated = new bool[unwanted + 1];
        isAccumulated.AsSpan(firstRow).Fill(true);
        for (var i = Instructions.Count - 1; i >= 0; i--)
        {
            var group = schedule.Groups[i];
            if (!group[0].WantsGradient)
                continue;
            var rows = (group[0].IsWeightedSum ? group[0].AllGradRows : group.SelectMany(op => op.GradRows)).Where(row => row != NoGradient).ToList();
            if ((group[0].HasOneOperand || group[0].IsSumOfDistinct) && !rows.Any(begun.Contains))
            {
                Instructions[i] = Instructions[i] with { IsFirst = true };
                rows.ForEach(row => isAccumulated[GradRowOf(row)] = false);
            }

            begun.UnionWith(rows);
        }

        return RowRange.Of(isAccumulated);
    }

    private LaneInstruction Op(byte rule, LaneOp[] group)
    {
        var op = group[0];
        var instruction = new LaneInstruction
        {
            Forward = Rules.LaneForwards[rule],
            Vjp = Rules.LaneVjps[rule],
            WantsGradient = op.WantsGradient,
            P = op.P,
            Q = op.Q,
            Y = schedule.RowOf(op.Y),
            Members = group.Length,
            First = Rows.Count,
            GradA = unwanted,
            GradB = unwanted,
        };
        if (op.HasMany)
        {
            instruction.Count = op.Rows.Length;
            Rows.AddRange(op.Rows.Select(schedule.RowOf));
            GradRows.AddRange(op.GradRows.Select(GradRowOf));
            return instruction;
        }

        (instruction.A, instruction.GradA) = (schedule.RowOf(op.Rows[0]), GradRowOf(op.GradRows[0]));
        if (op.Rows.Length > 1)
            (instruction.B, instruction.GradB) = (schedule.RowOf(op.Rows[1]), GradRowOf(op.GradRows[1]));
        return instruction;
    }

    private LaneInstruction Sums(LaneOp[] group)
    {
        var op = group[0];
        var instruction = new LaneInstruction
        {
            WantsGradient = true,
            Y = schedule.RowOf(op.Y),
            Members = group.Length,
            A = op.Init is { } init ? schedule.RowOf(init.Row) : -1,
            GradA = op.Init is { } begun ? GradRowOf(begun.GradRow) : unwanted,
            GradB = unwanted,
            First = Rows.Count,
            Count = op.Rows.Length,
            Weights = Weights.Count,
            FirstPassedOn = PassedOn.Count,
        };
        PassedOn.AddRange(op.GradRows.Select((row, term) => new PassedOnTerm(term, GradRowOf(row))).Where(term => term.GradRow != unwanted));
        instruction.PassedOn = PassedOn.Count - instruction.FirstPassedOn;
        instruction.TermsWantGradient = instruction.PassedOn > 0 || instruction.GradA != unwanted;
        while ((PassedOn.Count - instruction.FirstPassedOn) % WeightedSum.Quad != 0)
            PassedOn.Add(new PassedOnTerm(0, unwanted));

        var filled = instruction.FilledCount;
        Rows.AddRange(op.Rows.Select(schedule.RowOf));
        Rows.AddRange(Enumerable.Repeat(Ones, filled - op.Rows.Length));
        GradRows.AddRange(Enumerable.Repeat(unwanted, filled));
        for (var place = 0; place < WeightedSum.FillUp(group.Length, WeightedSum.Lanes) * filled; place++)
        {
            var (sum, term) = (
                place / (WeightedSum.Lanes * filled) * WeightedSum.Lanes + place % WeightedSum.Lanes,
                place / WeightedSum.Lanes % filled
            );
            Weights.Add(sum < group.Length && term < op.Rows.Length ? group[sum].Weights[term] : -1);
        }

        return instruction;
    }

    private int GradRowOf(int row) =>
        row >= 0 ? schedule.RowOf(row)
        : row == NoGradient ? unwanted
        : schedule.Rows + NoGradient - 1 - row;
}

/// <summary>A term of a sum whose factor requires a gradient, and that gradient's row.</summary>
internal readonly record struct PassedOnTerm(int Term, int GradRow);

/// <summary>Rows beside each other.</summary>
internal readonly record struct RowRange(int Start, int Count)
{
    /// <summary>The ranges of the rows that are chosen.</summary>
    internal static RowRange[] Of(bool[] isChosen)
    {
        var ranges = new List<RowRange>();
        for (int row = 0, start = 0; row < isChosen.Length; row++)
        {
            if (!isChosen[row])
                start = row + 1;
            else if (row + 1 == isChosen.Length || !isChosen[row + 1])
                ranges.Add(new RowRange(start, row + 1 - start));
        }

        return [.. ranges];
    }
}
