using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// Compares a recorded graph with the one that was meant, op by op: the value that the recorded ops give for a call, and what they pass on to its
/// operands, must be possible for the op that was meant. Both are enclosed, so that any other composition of the same function is right. Of the
/// recorded numbers only the operands' are read: an op that is computed wrongly is no matter of wiring.
/// </summary>
internal sealed class WiringCheck
{
    private readonly GraphTrace _recorded;
    private readonly GraphTrace _meant;
    private readonly OpCatalogue _ops;
    private readonly FormulaBackend<Enclosure> _bounds;
    private readonly bool _isInferred;
    private int?[] _links;

    /// <summary>True if inputs are known by their names, so that one for which nothing stands was not recorded.</summary>
    private bool _namesInputs = true;

    private WiringCheck(GraphTrace recorded, OpCatalogue ops, bool isFloat32)
    {
        (_recorded, _meant, _ops) = (recorded, recorded.Meant!, ops);
        var format = isFloat32 ? FloatFormat.Binary32 : FloatFormat.Binary64;
        var rounding = new HonestRounding(format);
        _bounds = new FormulaBackend<Enclosure>(ops, new EnclosureArithmetic(format))
        {
            ReordersSums = true,
            Result = rounding.Result,
            Share = rounding.Share,
        };
        _links = new int?[_meant.Nodes.Count];
        for (var i = 0; i < recorded.Nodes.Count; i++)
        {
            if (recorded.Nodes[i].Means is { } meant)
                _links[meant] = i;
        }

        _isInferred = Array.TrueForAll(_links, link => link is null);
        if (_isInferred)
            Infer();
    }

    /// <summary>Compares a graph with what was meant by it.</summary>
    /// <param name="recorded">The graph, of which it is known what was meant.</param>
    /// <param name="ops">The catalogue.</param>
    /// <param name="isFloat32">True if its engine computes in float32.</param>
    internal static WiringReport Check(GraphTrace recorded, OpCatalogue ops, bool isFloat32) => new WiringCheck(recorded, ops, isFloat32).Report();

    private WiringReport Report()
    {
        var findings = new List<WiringFinding>();
        for (var m = 0; m < _links.Length; m++)
        {
            if (_meant.Nodes[m].Op is not null && _links[m] is { } r && Parting(m, r) is { } finding)
                findings.Add(_isInferred && m == _meant.Root ? FirstWithoutCounterpart(finding) : finding);
        }

        if (_isInferred && findings.Count > 0 && AgreesAsAWhole())
            findings = [];

        return new WiringReport(
            _meant.Nodes.Count(n => n.Op is not null),
            [
                .. findings
                    .GroupBy(f => _meant.Nodes[f.Meant].Op!)
                    .Select(g => new WiringGroup(g.Key, g.Count(), _meant.Nodes.Count(n => n.Op == g.Key), g.First())),
            ]
        );
    }

    /// <summary>The first difference of an op that was meant and the recorded node that stands for it; null if there is none.</summary>
    private WiringFinding? Parting(int meant, int recorded)
    {
        var (theirs, ours, leaves) = Cones(meant, recorded);
        var (right, wired) = (_bounds.Run(theirs.Program, theirs.Input), _bounds.Run(ours.Program, ours.Input));
        if (!Overlap(right.Values[theirs.Root], wired.Values[ours.Root]))
            return Finding(meant, recorded, Quantity.Value, null, theirs, ours);
        for (var k = 0; k < leaves.Count; k++)
        {
            if (!Overlap(Gradient(right, k), Gradient(wired, k)))
                return Finding(meant, recorded, Quantity.Gradient, k, theirs, ours) with { Operand = leaves[k] };
        }

        return null;
    }

    private WiringFinding Finding(int meant, int recorded, Quantity quantity, int? leaf, Cone theirs, Cone ours)
    {
        var torch = new TorchBackend(_ops);
        var (right, wired) = (Number(theirs), Number(ours));
        var node = _meant.Nodes[meant];
        var exchanged =
            quantity == Quantity.Value && node.Operands.Count == 2
                ? torch
                    .Run(Program.OfOp("", node.Op!, 2, node.Settings) with { Passes = [] }, new ProgramInput([.. OperandsOf(theirs).Reverse()], []))
                    .Values[^1]
                : double.NaN;
        return new WiringFinding(meant, recorded, quantity, leaf, wired, right)
        {
            IsExchanged = Math.Abs(exchanged - wired) <= 1e-6 * Math.Abs(wired) && exchanged != right,
        };

        double Number(Cone cone)
        {
            var trace = torch.Run(cone.Program, cone.Input);
            return leaf is { } k ? trace.Gradients[k] ?? 0 : trace.Values[cone.Root];
        }

        IEnumerable<double> OperandsOf(Cone cone)
        {
            var values = torch.Run(cone.Program, cone.Input).Values;
            return cone.Program.Nodes[cone.Root].Operands.Select(k => values[k]);
        }
    }

    /// <summary>Finds the place in what was meant where a graph without links of its own parts from it: no recorded node gives that op's numbers.</summary>
    private WiringFinding FirstWithoutCounterpart(WiringFinding atRoot)
    {
        for (var m = 0; m < _meant.Root; m++)
        {
            if (_links[m] is null && _meant.Nodes[m].Op is not null && Cuts(m).Count > 0)
            {
                var (theirs, _, leaves) = Cones(m, _recorded.Root);
                var right = new TorchBackend(_ops).Run(theirs.Program with { Passes = [] }, theirs.Input).Values[theirs.Root];
                var counterparts = _links.OfType<int>().Where(r => r != _recorded.Root).ToHashSet();
                var instead = Enumerable
                    .Range(0, _recorded.Nodes.Count)
                    .Cast<int?>()
                    .FirstOrDefault(r => !counterparts.Contains(r!.Value) && _recorded.Nodes[r.Value].Operands.Any(o => leaves.Contains(o)));
                return instead is { } node && Parting(m, node) is { } parting
                    ? parting
                    : new WiringFinding(m, null, Quantity.Value, null, null, right);
            }
        }

        return atRoot;
    }

    /// <summary>
    /// The function of the same recorded numbers that was meant, and the one that was recorded: from the nodes before an op of which it is known what
    /// stands for them. Each of those is a leaf of both.
    /// </summary>
    private (Cone Theirs, Cone Ours, List<int?> Leaves) Cones(int meant, int recorded)
    {
        var places = new Dictionary<int, int>();
        var (leaves, numbers) = (new List<int?>(), new List<double>());
        foreach (var cut in Cuts(meant))
        {
            var place = _links[cut] is { } known ? leaves.IndexOf(known) : -1;
            if (place < 0)
            {
                place = leaves.Count;
                leaves.Add(_links[cut]);
                numbers.Add((_links[cut] is { } r ? _recorded.Nodes[r] : _meant.Nodes[cut]).Value);
            }

            places.Add(cut, place);
        }

        return (
            Cone.From(_meant, meant, places, [.. numbers]),
            Cone.From(
                _recorded,
                recorded,
                leaves.Index().Where(p => p.Item is not null).ToDictionary(p => p.Item!.Value, p => p.Index),
                [.. numbers]
            ),
            leaves
        );
    }

    /// <summary>The nodes nearest before an op for which something stands in the recorded graph, or should.</summary>
    private List<int> Cuts(int meant)
    {
        var (cuts, open) = (new SortedSet<int>(), new Stack<int>(_meant.Nodes[meant].Operands));
        while (open.TryPop(out var node))
        {
            if (_links[node] is not null || (_namesInputs && _meant.Nodes[node] is { Op: null, Label: not null }))
            {
                cuts.Add(node);
                continue;
            }

            foreach (var operand in _meant.Nodes[node].Operands)
                open.Push(operand);
        }

        return [.. cuts];
    }

    /// <summary>
    /// Finds out what stands for what, where the trace does not say: nodes of the same label, the root for the root, then in the order of what was
    /// meant each op for the first node that agrees with it.
    /// </summary>
    private void Infer()
    {
        var byLabel = _recorded.Nodes.Select((n, i) => (n.Label, i)).Where(p => p.Label is not null).ToLookup(p => p.Label, p => p.i);
        for (var m = 0; m < _links.Length; m++)
        {
            if (_meant.Nodes[m].Label is { } label && byLabel[label].ToList() is [var only])
                _links[m] = only;
        }

        if (Array.TrueForAll(_links, link => link is null))
        {
            _namesInputs = false;
            InferLeaves();
        }

        var numbers = Enumerable.Range(0, _links.Length).Select(m => _links[m] is { } r ? _recorded.Nodes[r].Value : _meant.Nodes[m].Value);
        var whole = Cone.From(_meant, _meant.Root, [], [], [.. numbers]);
        var right = new TorchBackend(_ops).Run(whole.Program, whole.Input).Values;
        var used = _links.OfType<int>().ToHashSet();
        for (var m = 0; m < _meant.Root; m++)
        {
            if (_links[m] is not null || _meant.Nodes[m].Op is null || whole.IndexOf(m) is not { } index || Cuts(m).Count == 0)
                continue;
            var near = Enumerable
                .Range(0, _recorded.Nodes.Count)
                .Where(r =>
                    _recorded.Nodes[r].Op is not null && !used.Contains(r) && r != _recorded.Root && IsNear(_recorded.Nodes[r].Value, right[index])
                )
                .OrderByDescending(r => IsSameCall(_meant.Nodes[m], _recorded.Nodes[r]));
            if (near.Cast<int?>().FirstOrDefault(r => Parting(m, r!.Value) is null) is { } found)
            {
                _links[m] = found;
                used.Add(found);
            }
        }

        _links[_meant.Root] = _recorded.Root;

        static bool IsNear(double a, double b) => a.Equals(b) || Math.Abs(a - b) <= 1e-3 * Math.Abs(b);
    }

    private bool IsSameCall(GraphNode meant, GraphNode recorded) =>
        meant.Op == recorded.Op && meant.Operands.Select(o => _links[o]).SequenceEqual(recorded.Operands.Cast<int?>());

    /// <summary>True if both are the same function of the leaves: a node that stands for two may have been taken for the wrong one.</summary>
    private bool AgreesAsAWhole()
    {
        _links = [.. _links.Select((link, m) => _meant.Nodes[m].Op is null ? link : null)];
        return Parting(_meant.Root, _recorded.Root) is null;
    }

    /// <summary>Without labels, leaves are known by numbers that each side has once.</summary>
    private void InferLeaves()
    {
        var theirs = _recorded.Nodes.Select((n, i) => (n, i)).Where(p => p.n.Op is null).ToLookup(p => p.n.Value, p => p.i);
        foreach (var group in _meant.Nodes.Select((n, i) => (n, i)).Where(p => p.n.Op is null).GroupBy(p => p.n.Value, p => p.i))
        {
            if (group.ToList() is [var meant] && theirs[group.Key].ToList() is [var recorded])
                _links[meant] = recorded;
        }
    }

    private static Enclosure Gradient(FormulaTrace<Enclosure> trace, int leaf) => trace.HasGradient[leaf] ? trace.Gradients[leaf] : Enclosure.Of(0);

    private static bool Overlap(Enclosure a, Enclosure b) => (a.MayBeNaN && b.MayBeNaN) || !(a.Low > b.High || b.Low > a.High);
}
