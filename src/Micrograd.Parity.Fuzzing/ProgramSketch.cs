using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>One random program while it is drawn: how it is built up differs from program to program.</summary>
internal sealed class ProgramSketch
{
    private readonly OpCatalogue _ops;
    private readonly IReadOnlyList<Op> _chosen;
    private readonly SeededRandom _random;
    private readonly NumberSource _numbers;
    private readonly List<Node> _nodes = [];
    private readonly List<bool> _wantsGradient = [];

    /// <summary>Nodes that may be used further, and those of them that nothing uses yet. Dead branches are in neither.</summary>
    private readonly List<int> _live = [];
    private readonly List<int> _unused = [];

    private readonly int _size;
    private readonly double _freshLeaf;
    private readonly double _constant;
    private readonly double _hub;
    private readonly double _repeat;
    private readonly double _deadBranch;

    internal ProgramSketch(OpCatalogue ops, IReadOnlyList<Op> chosen, SeededRandom random)
    {
        (_ops, _chosen, _random) = (ops, chosen, random);
        _numbers = new NumberSource(random, special: random.Chance(0.35) ? 0.5 * random.NextDouble() : 0.02);
        _size = random.Next(10) switch
        {
            < 3 => random.Next(1, 8),
            < 7 => random.Next(8, 40),
            < 9 => random.Next(40, 100),
            _ => random.Next(100, ProgramGenerator.MaximumNodes + 1),
        };
        _freshLeaf = 0.1 + 0.5 * random.NextDouble();
        _constant = random.Chance(0.5) ? 0.4 * random.NextDouble() : 0;
        _hub = random.Chance(0.3) ? 0.6 * random.NextDouble() : 0;
        _repeat = 0.2 * random.NextDouble();
        _deadBranch = random.Chance(0.3) ? 0.2 * random.NextDouble() : 0;
    }

    private int Room => _size - _nodes.Count;

    internal Program Draw(string name)
    {
        Keep(Add(Node.Leaf(_numbers.Draw())));
        var joins = _chosen.Where(o => o.Arity == Op.Any).ToList();
        var joined = joins.Count > 0 && _random.Chance(0.85) ? 1 : 0;
        while (Room > joined)
        {
            if (Room > 3 + joined && _random.Chance(_deadBranch))
                DeadBranch();
            else if (Room > 4 + joined && _random.Chance(0.1))
                Diamond();
            else
                Keep(Apply(NextOp(), []));
        }

        if (joined > 0 && Room > 0 && _unused.Count > 1)
            Keep(Add(Of(_random.OneOf(joins), [.. _unused])));
        return new Program(name, _nodes, Passes());
    }

    /// <summary>An op; one whose domain is limited only half as often, since most numbers lie outside it.</summary>
    private Op NextOp()
    {
        var op = _random.OneOf(_chosen);
        return op.Domains[0] == Domain.Reals || _random.Chance(0.5) ? op : _random.OneOf(_chosen);
    }

    /// <summary>Adds an op on the given first operands and others of its own choice.</summary>
    private int Apply(Op op, int[] first)
    {
        var count = op.Arity == Op.Any ? Math.Max(first.Length, _random.OneOf([1, 2, 3, 4, 5, 8, 17, 33])) : op.Arity;
        var operands = new int[count];
        for (var k = 0; k < count; k++)
        {
            operands[k] =
                k < first.Length ? first[k]
                : k > 0 && _random.Chance(_repeat) ? operands[k - 1]
                : Operand(op, k, mayAdd: Room > 1 + Math.Min(count - k, Room / 2));
        }

        return Add(Of(op, operands));
    }

    private int Operand(Op op, int position, bool mayAdd)
    {
        if (mayAdd && _random.Chance(_freshLeaf))
        {
            var number = _numbers.DrawFor(op, position);
            return Keep(Add(_random.Chance(_constant) ? Node.Constant(number) : Node.Leaf(number)));
        }

        if (_random.Chance(_hub))
            return _live[0];
        if (_unused.Count > 0 && _random.Chance(0.6))
            return _unused[^_random.Next(1, Math.Min(4, _unused.Count) + 1)];
        return _random.OneOf(_live);
    }

    /// <summary>Adds two ops on one node, and a third on both.</summary>
    private void Diamond()
    {
        var top = _random.OneOf(_live);
        var left = Keep(Apply(NextOp(), [top]));
        var right = Keep(Apply(NextOp(), [top]));
        var wide = _chosen.Where(o => o.Arity is 2 or Op.Any).ToList();
        Keep(wide.Count > 0 ? Apply(_random.OneOf(wide), [left, right]) : Apply(NextOp(), [left]));
    }

    /// <summary>
    /// Adds nodes that no root reaches: an op on a live node and on infinity or NaN, and perhaps another on that. Its derivatives are infinite
    /// or NaN as well, so that an engine which visits it spoils the live node's gradient with 0 · ∞.
    /// </summary>
    private void DeadBranch()
    {
        var infinite = Add(Node.Leaf(_random.OneOf([double.PositiveInfinity, double.NegativeInfinity, double.NaN])));
        var live = _random.OneOf(_live);
        var op = NextOp();
        var dead = Add(
            Of(
                op,
                op.Arity switch
                {
                    1 => [_random.Chance(0.5) ? live : infinite],
                    2 => _random.Chance(0.5) ? [live, infinite] : [infinite, live],
                    3 => [live, infinite, live],
                    _ => [infinite, live],
                }
            )
        );
        var unary = _chosen.Where(o => o.Arity == 1).ToList();
        if (unary.Count > 0 && _random.Chance(0.5))
            Add(Of(_random.OneOf(unary), [dead]));
    }

    private Node Of(Op op, int[] operands)
    {
        _unused.RemoveAll(operands.Contains);
        return Node.Of(op.Name, operands, _random.OneOf(op.Settings));
    }

    private int Add(Node node)
    {
        _wantsGradient.Add(ProgramRules.WantsGradient(node, _wantsGradient, _ops));
        _nodes.Add(node);
        return _nodes.Count - 1;
    }

    private int Keep(int node)
    {
        _live.Add(node);
        _unused.Add(node);
        return node;
    }

    /// <summary>One to three backward passes, mostly from the last node, some from others; all from live ones.</summary>
    private Pass[] Passes()
    {
        var roots = _live.Where(n => _wantsGradient[n]).ToList();
        var passes = new Pass[
            _random.Next(10) switch
            {
                < 6 => 1,
                < 9 => 2,
                _ => 3,
            }
        ];
        for (var p = 0; p < passes.Length; p++)
        {
            var root = _random.Chance(p == 0 ? 0.8 : 0.4) ? roots[^1] : _random.OneOf(roots);
            passes[p] = new Pass(root, _random.Chance(0.4) ? 1 : OpPoints.Upstream(_random), p > 0 && _random.Chance(0.3));
        }

        return passes;
    }
}
