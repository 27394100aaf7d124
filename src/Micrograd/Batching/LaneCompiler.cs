using Micrograd.Tapes;

namespace Micrograd.Batching;

/// <summary>Turns what a function recorded into a <see cref="LaneProgram"/>: gives every op a row, and makes instructions of them.</summary>
internal sealed unsafe class LaneCompiler
{
    private const int Ones = 0;
    private const int NoGradient = LaneOp.NoGradient;

    private readonly RecordedFunction _function;
    private readonly bool[] _wantsGradient;
    private readonly int[] _uses;
    private readonly int[] _outerUses;
    private readonly int[] _rowOfNode;
    private readonly List<LaneOp> _ops = [];
    private readonly Dictionary<int, int> _uniformOfOuter = [];
    private readonly List<UniformRow> _uniforms = [];
    private readonly List<Share> _shares = [];
    private int _rowCount;

    private LaneCompiler(RecordedFunction function)
    {
        _function = function;
        _wantsGradient = new bool[function.Nodes.Count];
        _uses = new int[function.Nodes.Count];
        _outerUses = new int[function.Outers.Count];
        _rowOfNode = new int[function.Nodes.Count];
        _rowCount = 1 + function.Inputs;
    }

    internal static LaneProgram Compile(RecordedFunction function) => new LaneCompiler(function).Compile();

    private LaneProgram Compile()
    {
        CountUses();
        var sums = new WeightedSumFinder(_function, _uses, IsWeight);
        for (var node = 0; node < _function.Nodes.Count; node++)
        {
            if (sums.StartingAt(node) is { } sum)
                AddWeightedSum(sum, out node);
            else
                AddOp(node);
        }

        var schedule = LaneSchedule.Of(_ops, 1 + _function.Inputs);
        var layout = new LaneLayout(schedule, schedule.Rows + _shares.Count);
        foreach (var group in schedule.Groups)
            layout.Add(group);
        var accumulated = layout.FindFirstContributions(1 + _function.Inputs, _function.Results.Select(node => _rowOfNode[node]));

        // Of each outer value, the rows of its contributions in the order in which a backward pass meets them.
        var byOuter = _shares
            .Select((share, i) => (share.Op, share.Order, share.Outer, Row: schedule.Rows + i))
            .OrderByDescending(s => s.Op)
            .ThenBy(s => s.Order)
            .GroupBy(s => s.Outer)
            .ToList();
        var placeOfOuter = PlacesOfOuters(layout.Weights, byOuter.Select(g => g.Key));
        return new LaneProgram
        {
            Inputs = _function.Inputs,
            Rows = schedule.Rows,
            GradRows = schedule.Rows + _shares.Count + 1,
            AccumulatedRows = accumulated,
            Instructions = [.. layout.Instructions],
            OperandRows = [.. layout.Rows],
            OperandGradRows = [.. layout.GradRows],
            PassedOn = [.. layout.PassedOn],
            Uniforms = [.. _uniforms.Select(u => u.Outer >= 0 ? u with { Outer = placeOfOuter[u.Outer] } : u)],
            Results = [.. _function.Results.Select(node => schedule.RowOf(_rowOfNode[node]))],
            ResultWantsGradient = [.. _function.Results.Select(node => _wantsGradient[node])],
            Outers = OuterNumbers.Of([.. placeOfOuter.Select(p => (_function.Outers[p.Key], p.Value))]),
            OuterPlaces = layout.Weights.Count + placeOfOuter.Values.Count(p => p >= layout.Weights.Count),
            SharedOuters = [.. byOuter.Select(g => placeOfOuter[g.Key])],
            SharedRows = [.. byOuter.Select(g => g.Select(s => s.Row).ToArray())],
            OutersOfResults = [.. _function.Results.Select(OutersBehind)],
        };
    }

    /// <summary>Weights lie as their sums want them; all other outer values after them.</summary>
    private Dictionary<int, int> PlacesOfOuters(List<int> weights, IEnumerable<int> shared)
    {
        var places = new Dictionary<int, int>();
        for (var i = 0; i < weights.Count; i++)
        {
            if (weights[i] >= 0)
                places.Add(weights[i], i);
        }

        var next = weights.Count;
        foreach (var outer in shared.Concat(_uniformOfOuter.Keys).Distinct())
        {
            if (places.TryAdd(outer, next))
                next++;
        }

        return places;
    }

    private void CountUses()
    {
        for (var i = 0; i < _function.Nodes.Count; i++)
        {
            foreach (var operand in _function.Nodes[i].Operands)
            {
                if (operand.Source == OperandSource.Node)
                    _uses[operand.Index]++;
                else if (operand.Source == OperandSource.Outer)
                    _outerUses[operand.Index]++;
                _wantsGradient[i] |= WantsGradient(operand);
            }
        }

        foreach (var result in _function.Results)
            _uses[result] += 2; // it is not only a part of a sum
    }

    private bool WantsGradient(RecordedOperand operand) =>
        operand.Source switch
        {
            OperandSource.Node => _wantsGradient[operand.Index],
            OperandSource.Outer => _function.Outers[operand.Index].RequiresGrad,
            _ => false,
        };

    private bool IsWeight(RecordedOperand operand) =>
        operand.Source == OperandSource.Outer && _outerUses[operand.Index] == 1 && WantsGradient(operand);

    private void AddOp(int index)
    {
        var node = _function.Nodes[index];
        if (Rules.LaneForwards[node.Rule] == null)
            throw new InvalidOperationException($"The function cannot be recorded: what it calls is a recording already ({Rules.Name(node.Rule)}).");
        _ops.Add(
            new LaneOp
            {
                Rule = node.Rule,
                WantsGradient = _wantsGradient[index],
                P = node.P,
                Q = node.Q,
                HasMany = Rules.Kind(node.Rule) == OperandKind.Many,
                Rows = [.. node.Operands.Select(RowOf)],
                GradRows = [.. node.Operands.Select(GradRowOf)],
                Y = _rowOfNode[index] = _rowCount++,
            }
        );
    }

    private void AddWeightedSum(RecordedSum sum, out int node)
    {
        node = sum.Node;
        _ops.Add(
            new LaneOp
            {
                WantsGradient = true,
                Init = sum.Init is { } init ? (RowOf(init), GradRowOf(init, 0)) : null,
                Weights = [.. sum.Terms.Select(term => term.Weight)],
                Rows = [.. sum.Terms.Select(term => term.Factor is { } factor ? RowOf(factor) : Ones)],
                GradRows = [.. sum.Terms.Select(term => term.Factor is { } factor && WantsGradient(factor) ? _rowOfNode[factor.Index] : NoGradient)],
                Y = _rowOfNode[node] = _rowCount++,
            }
        );
    }

    private int RowOf(RecordedOperand operand) =>
        operand.Source switch
        {
            OperandSource.Input => 1 + operand.Index,
            OperandSource.Node => _rowOfNode[operand.Index],
            OperandSource.Outer => ~UniformOf(operand.Index),
            _ => ~AddUniform(new UniformRow(-1, operand.Number)),
        };

    private int UniformOf(int outer)
    {
        if (!_uniformOfOuter.TryGetValue(outer, out var row))
            _uniformOfOuter.Add(outer, row = AddUniform(new UniformRow(outer, 0)));
        return row;
    }

    private int AddUniform(UniformRow row)
    {
        _uniforms.Add(row);
        return _uniforms.Count - 1;
    }

    /// <summary>Row of an operand's gradient: for an outer value a row of this use's own, whose place is known only at the end.</summary>
    private int GradRowOf(RecordedOperand operand, int order)
    {
        if (!WantsGradient(operand))
            return NoGradient;
        if (operand.Source == OperandSource.Node)
            return _rowOfNode[operand.Index];
        _shares.Add(new Share(_ops.Count, order, operand.Index));
        return NoGradient - _shares.Count;
    }

    /// <summary>The outer values with a gradient that a result was computed from.</summary>
    private Value[] OutersBehind(int result)
    {
        var behind = new bool[result + 1];
        behind[result] = true;
        var isOuterBehind = new bool[_function.Outers.Count];
        for (var i = result; i >= 0; i--)
        {
            if (!behind[i])
                continue;
            foreach (var operand in _function.Nodes[i].Operands)
            {
                if (operand.Source == OperandSource.Node)
                    behind[operand.Index] = true;
                else if (WantsGradient(operand))
                    isOuterBehind[operand.Index] = true;
            }
        }

        return [.. _function.Outers.Where((_, i) => isOuterBehind[i])];
    }

    /// <summary>A use of an outer value: by which op, as which of its operands.</summary>
    private readonly record struct Share(int Op, int Order, int Outer);
}

/// <summary>A row that has the same number for every sample: an outer value's, or a plain one where there is none (−1).</summary>
internal readonly record struct UniformRow(int Outer, double Number);
