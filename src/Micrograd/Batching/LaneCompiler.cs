using Micrograd.Tapes;

namespace Micrograd.Batching;

/// <summary>
/// Turns what a function recorded into a <see cref="LaneProgram"/>: gives every node a row, and makes one instruction of every sum of
/// products that is recorded one after the other, as a neuron's.
/// </summary>
internal sealed unsafe class LaneCompiler
{
    private const int Ones = 0;
    private const int NoGradient = -1;

    private readonly RecordedFunction _function;
    private readonly bool[] _wantsGradient;
    private readonly int[] _uses;
    private readonly int[] _outerUses;
    private readonly int[] _rowOfNode;
    private readonly List<LaneInstruction> _instructions = [];
    private readonly List<int> _rows = [];
    private readonly List<int> _gradRows = [];
    private readonly List<int> _weights = [];
    private readonly Dictionary<int, int> _uniformOfOuter = [];
    private readonly List<UniformRow> _uniforms = [];
    private readonly List<Share> _shares = [];
    private int _rowCount;
    private int _lastFirst;
    private int _lastCount;

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
        for (var node = 0; node < _function.Nodes.Count; )
            node = TryWeightedSum(node) is { } next ? next : AddOp(node);

        // Gradients have the rows of numbers, then one for each use of an outer value, then one for contributions that nobody needs.
        var shareRows = _shares.Select((share, i) => (share.Instruction, share.Order, share.Outer, Row: _rowCount + i)).ToList();
        var unwanted = _rowCount + _shares.Count;
        var gradRows = _gradRows.Select(Placed).ToArray();
        var instructions = _instructions.ToArray();
        for (var i = 0; i < instructions.Length; i++)
        {
            instructions[i].GradA = Placed(instructions[i].GradA);
            instructions[i].GradB = Placed(instructions[i].GradB);
        }

        // Of each outer value, the rows of its contributions in the order in which a backward pass meets them.
        var byOuter = shareRows.OrderByDescending(s => s.Instruction).ThenBy(s => s.Order).GroupBy(s => s.Outer).ToList();
        var placeOfOuter = PlacesOfOuters(byOuter.Select(g => g.Key));
        return new LaneProgram
        {
            Inputs = _function.Inputs,
            Rows = _rowCount,
            GradRows = unwanted + 1,
            Instructions = instructions,
            OperandRows = [.. _rows],
            OperandGradRows = gradRows,
            Uniforms = [.. _uniforms.Select(u => u.Outer >= 0 ? u with { Outer = placeOfOuter[u.Outer] } : u)],
            Results = [.. _function.Results.Select(node => _rowOfNode[node])],
            ResultWantsGradient = [.. _function.Results.Select(node => _wantsGradient[node])],
            Outers = [.. placeOfOuter.Select(p => (_function.Outers[p.Key], p.Value))],
            OuterPlaces = _weights.Count + placeOfOuter.Values.Count(p => p >= _weights.Count),
            SharedOuters = [.. byOuter.Select(g => placeOfOuter[g.Key])],
            SharedRows = [.. byOuter.Select(g => g.Select(s => s.Row).ToArray())],
            OutersOfResults = [.. _function.Results.Select(OutersBehind)],
        };

        int Placed(int row) =>
            row == NoGradient ? unwanted
            : row < NoGradient ? _rowCount + (NoGradient - 1 - row)
            : row;
    }

    /// <summary>Weights lie as their sums want them; all other outer values after them.</summary>
    private Dictionary<int, int> PlacesOfOuters(IEnumerable<int> shared)
    {
        var places = new Dictionary<int, int>();
        for (var i = 0; i < _weights.Count; i++)
        {
            if (_weights[i] >= 0)
                places.Add(_weights[i], i);
        }

        var next = _weights.Count;
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

    private int AddOp(int index)
    {
        var node = _function.Nodes[index];
        var kind = Rules.Kind(node.Rule);
        var instruction = new LaneInstruction
        {
            Forward = Rules.LaneForwards[node.Rule],
            Vjp = Rules.LaneVjps[node.Rule],
            WantsGradient = _wantsGradient[index],
            P = node.P,
            Q = node.Q,
            First = _rows.Count,
            GradA = NoGradient,
            GradB = NoGradient,
        };
        if (instruction.Forward == null)
            throw new InvalidOperationException($"The function cannot be recorded: what it calls is a recording already ({Rules.Name(node.Rule)}).");
        if (kind == OperandKind.Many)
        {
            instruction.Count = node.Operands.Count;
            for (var k = 0; k < node.Operands.Count; k++)
            {
                _rows.Add(RowOf(node.Operands[k]));
                _gradRows.Add(GradRowOf(node.Operands[k], k));
            }
        }
        else
        {
            instruction.A = RowOf(node.Operands[0]);
            instruction.GradA = GradRowOf(node.Operands[0], 0);
            if (kind == OperandKind.Two)
            {
                instruction.B = RowOf(node.Operands[1]);
                instruction.GradB = GradRowOf(node.Operands[1], 1);
            }
        }

        instruction.Y = _rowOfNode[index] = _rowCount++;
        _instructions.Add(instruction);
        return index + 1;
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
        _shares.Add(new Share(_instructions.Count, order, operand.Index));
        return NoGradient - _shares.Count;
    }

    /// <summary>
    /// If a sum of terms begins at a node, each a weight or the product of a weight and a row, adds it and returns the node after it. A weight is an outer
    /// value that is used nowhere else. The nodes must lie one after the other, so that a backward pass meets nothing in between.
    /// </summary>
    private int? TryWeightedSum(int start)
    {
        var terms = new List<(int Weight, int Row, int GradRow)>();
        RecordedOperand? init = null;
        int sum;
        if (AsProduct(start) is not { } product)
            return null;
        if (start + 1 < _function.Nodes.Count && OtherThan(start + 1, start) is { } other)
        {
            // Begins with a weight alone, or goes on from what is there.
            if (IsWeight(other))
                terms.Add((other.Index, Ones, NoGradient));
            else if (other.Source == OperandSource.Node)
                init = other;
            else
                return null;
            terms.Add(product);
            sum = start + 1;
        }
        else if (
            start + 2 < _function.Nodes.Count
            && AsProduct(start + 1) is { } second
            && OtherThan(start + 2, start + 1) is { } first
            && first == new RecordedOperand(OperandSource.Node, start)
        )
        {
            terms.Add(product);
            terms.Add(second);
            sum = start + 2;
        }
        else
        {
            return null;
        }

        while (_uses[sum] == 1 && sum + 1 < _function.Nodes.Count)
        {
            if (OtherThan(sum + 1, sum) is { } weight && IsWeight(weight))
            {
                terms.Add((weight.Index, Ones, NoGradient));
                sum++;
            }
            else if (
                sum + 2 < _function.Nodes.Count
                && AsProduct(sum + 1) is { } next
                && OtherThan(sum + 2, sum + 1) is { } before
                && before == new RecordedOperand(OperandSource.Node, sum)
            )
            {
                terms.Add(next);
                sum += 2;
            }
            else
            {
                break;
            }
        }

        AddWeightedSum(sum, init, terms);
        return sum + 1;
    }

    private void AddWeightedSum(int sum, RecordedOperand? init, List<(int Weight, int Row, int GradRow)> terms)
    {
        var instruction = new LaneInstruction
        {
            A = init is { } first ? RowOf(first) : -1,
            GradA = init is { } from ? GradRowOf(from, 0) : NoGradient,
            GradB = NoGradient,
            WantsGradient = true,
            First = FirstOf(terms),
            Count = terms.Count,
            Weights = _weights.Count,
            TermsWantGradient = init is { } begun && WantsGradient(begun),
        };
        foreach (var (weight, _, gradRow) in terms)
        {
            _weights.Add(weight);
            instruction.TermsWantGradient |= gradRow != NoGradient;
        }

        while (_weights.Count % WeightedSum.Together != 0)
            _weights.Add(-1);
        instruction.Y = _rowOfNode[sum] = _rowCount++;
        _instructions.Add(instruction);
    }

    /// <summary>Start of the terms' rows, filled up to whole vectors: the last sum's, if they are the same, as in the neurons of a layer.</summary>
    private int FirstOf(List<(int Weight, int Row, int GradRow)> terms)
    {
        int[] rows = [.. terms.Select(t => t.Row), .. Enumerable.Repeat(Ones, -terms.Count & (WeightedSum.Together - 1))];
        if (_rows.Skip(_lastFirst).Take(_lastCount).SequenceEqual(rows))
            return _lastFirst;
        (_lastFirst, _lastCount) = (_rows.Count, rows.Length);
        _rows.AddRange(rows);
        _gradRows.AddRange(terms.Select(t => t.GradRow));
        _gradRows.AddRange(Enumerable.Repeat(NoGradient, rows.Length - terms.Count));
        return _lastFirst;
    }

    /// <summary>The product of a weight and an input or node, used nowhere else but in a sum.</summary>
    private (int Weight, int Row, int GradRow)? AsProduct(int index)
    {
        var node = _function.Nodes[index];
        if (node.Rule != Rules.Mul || _uses[index] != 1)
            return null;
        var (a, b) = (node.Operands[0], node.Operands[1]);
        if (!IsWeight(a))
            (a, b) = (b, a);
        if (!IsWeight(a) || b.Source is not (OperandSource.Input or OperandSource.Node))
            return null;
        return (a.Index, RowOf(b), WantsGradient(b) ? _rowOfNode[b.Index] : NoGradient);
    }

    /// <summary>The other operand of a sum that has a node as one of its operands.</summary>
    private RecordedOperand? OtherThan(int index, int operand)
    {
        var node = _function.Nodes[index];
        if (node.Rule != Rules.Add)
            return null;
        var asOperand = new RecordedOperand(OperandSource.Node, operand);
        return node.Operands[1] == asOperand ? node.Operands[0]
            : node.Operands[0] == asOperand ? node.Operands[1]
            : null;
    }

    private bool IsWeight(RecordedOperand operand) =>
        operand.Source == OperandSource.Outer && _outerUses[operand.Index] == 1 && WantsGradient(operand);

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

    /// <summary>A use of an outer value: by which instruction, as which of its operands.</summary>
    private readonly record struct Share(int Instruction, int Order, int Outer);
}

/// <summary>A row that has the same number for every sample: an outer value's, or a plain one where there is none (−1).</summary>
internal readonly record struct UniformRow(int Outer, double Number);
