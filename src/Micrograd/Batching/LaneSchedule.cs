namespace Micrograd.Batching;

/// <summary>
/// The order in which a program computes. Ops of one kind are put together, as the sums of a layer's neurons and then their activations, so that one
/// instruction computes them all, on rows that lie one after the other.
/// </summary>
/// <remarks>
/// An op moves forward to its group only past ops that it does not depend on and that contribute to none of the gradients it contributes to: the
/// order in which a gradient's contributions are added stays as it was recorded.
/// </remarks>
internal sealed class LaneSchedule
{
    /// <summary>Ops of other kinds that may lie between two of a group, as those of an activation that is composed of several.</summary>
    private const int LongestGap = 16;

    private const int NotPlaced = int.MaxValue;

    private readonly IReadOnlyList<LaneOp> _ops;
    private readonly int[] _next;
    private readonly int[] _rows;
    private readonly List<LaneOp[]> _groups = [];
    private int _rowCount;

    private LaneSchedule(IReadOnlyList<LaneOp> ops, int fixedRows)
    {
        _ops = ops;
        _rowCount = fixedRows;
        _next = [.. Enumerable.Range(1, ops.Count)];
        _rows = [.. Enumerable.Range(0, fixedRows + ops.Count).Select(row => row < fixedRows ? row : NotPlaced)];
    }

    /// <summary>The groups in order; the ops of one have results in consecutive rows.</summary>
    internal IReadOnlyList<LaneOp[]> Groups => _groups;

    /// <summary>Number of rows.</summary>
    internal int Rows => _rowCount;

    /// <summary>Makes the schedule.</summary>
    /// <param name="ops">The ops in the order of recording.</param>
    /// <param name="fixedRows">Number of rows before those of the ops, which stay in place.</param>
    internal static LaneSchedule Of(IReadOnlyList<LaneOp> ops, int fixedRows)
    {
        var schedule = new LaneSchedule(ops, fixedRows);
        for (var i = 0; i < ops.Count; i = schedule._next[i])
            schedule._groups.Add(schedule.Gather(i));
        return schedule;
    }

    /// <summary>Place of a row.</summary>
    internal int RowOf(int row) => row < 0 ? row : _rows[row];

    /// <summary>The group that begins with an op; its members leave the list of ops to come.</summary>
    private LaneOp[] Gather(int leader)
    {
        var before = _rowCount;
        var group = new List<LaneOp> { _ops[leader] };
        _rows[_ops[leader].Y] = _rowCount++;
        var passed = new HashSet<int>();
        var gap = 0;
        for (int i = _next[leader], last = leader; CanLead(_ops[leader]) && i < _ops.Count && gap < LongestGap; i = _next[i])
        {
            var op = _ops[i];
            var isFree = op.AllRows.All(row => row < 0 || _rows[row] < before) && !op.AllGradRows.Any(passed.Contains);
            if (isFree && (op.IsWeightedSum ? IsSameLayer(group[0], op) : IsNext(group[^1], op)))
            {
                group.Add(op);
                _rows[op.Y] = _rowCount++;
                _next[last] = _next[i];
                gap = 0;
                continue;
            }

            passed.UnionWith(op.AllGradRows.Where(row => row >= 0));
            last = i;
            gap++;
        }

        return [.. group];
    }

    private static bool CanLead(LaneOp op) =>
        op.IsSumOfDistinct || op is { HasOneOperand: true, Rows: [>= 0] } && (op.GradRows[0] == op.Rows[0] || !op.WantsGradient);

    /// <summary>True for sums of the same terms with other weights, as those of a layer's neurons.</summary>
    private static bool IsSameLayer(LaneOp first, LaneOp op) => first.IsWeightedSum && op.Init is null && op.Rows.AsSpan().SequenceEqual(first.Rows);

    /// <summary>True for the same op of one operand on the row behind.</summary>
    private bool IsNext(LaneOp last, LaneOp op) =>
        op.Rule == last.Rule
        && CanLead(op)
        && op.WantsGradient == last.WantsGradient
        && (op.P, op.Q).Equals((last.P, last.Q))
        && _rows[op.Rows[0]] == _rows[last.Rows[0]] + 1;
}
