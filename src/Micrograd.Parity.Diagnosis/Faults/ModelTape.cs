using Micrograd.Parity.Engines;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>
/// A simple engine in place of the tape: it evaluates one value or VJP of an op at a time and does traversal and accumulation
/// itself, so that faults can be planted in each. Without a planted fault it gives the engine's bits.
/// </summary>
/// <param name="ops">The ops.</param>
/// <param name="rules">The rules to compute by.</param>
internal sealed class ModelTape(OpCatalogue ops, ModelRules rules) : IOpTape
{
    /// <summary>Maximum number of node visits of a planted fault in one backward pass, beyond one visit per node.</summary>
    public const long MostVisits = 1_000_000;

    private readonly List<Entry> _nodes = [];
    private double?[] _gradients = [];
    private long _passedOn;

    /// <summary>Number of nodes.</summary>
    public int Count => _nodes.Count;

    /// <summary>Names of the ops that were applied.</summary>
    public IReadOnlyList<string> Ops => [.. _nodes.Select(n => n.Op?.Name).OfType<string>().Distinct()];

    /// <summary>Records a number; a constant if it requires no gradient.</summary>
    /// <param name="number">The number.</param>
    /// <param name="wantsGradient">True if it receives a gradient (requires_grad).</param>
    /// <param name="isCleared">True if zeroing the gradients reaches it: a parameter, not a number written in a formula.</param>
    /// <returns>The node's index.</returns>
    public int Number(double number, bool wantsGradient, bool isCleared = true)
    {
        _nodes.Add(new Entry(null, [], [], Rounded(number), wantsGradient) { IsCleared = isCleared });
        return _nodes.Count - 1;
    }

    public int Constant(double number) => Number(number, wantsGradient: false);

    /// <summary>Computes and records an op.</summary>
    /// <returns>The node's index.</returns>
    public int Apply(string op, int[] operands, double[] settings)
    {
        var row = ops[op];
        var numbers = Array.ConvertAll(operands, Value);
        var call = OpCall.Create(row, numbers, settings);
        var wants = false;
        for (var k = 0; k < operands.Length; k++)
            wants |= k != row.Condition && _nodes[operands[k]].WantsGradient;
        var value =
            rules.Op is { Value: { } rule } wrong && wrong.Op == op && wrong.Where(call)
                ? rule(call)
                : rules.Composition?.Invoke(call) ?? call.Result;
        _nodes.Add(new Entry(row, operands, settings, Rounded(value), wants));
        return _nodes.Count - 1;
    }

    /// <summary>Evaluates an op by the right rule, without recording it.</summary>
    public OpCall Call(string op, double[] operands, double[] settings) => OpCall.Create(ops[op], operands, settings);

    /// <summary>A node's number.</summary>
    public double Value(int node) => _nodes[node].Value;

    /// <summary>Changes the number of a leaf in place; what was computed from it stays.</summary>
    public void Change(int leaf, double number) => _nodes[leaf] = _nodes[leaf] with { Value = number };

    /// <summary>A node's operands.</summary>
    public IReadOnlyList<int> Operands(int node) => _nodes[node].Operands;

    /// <summary>True if a node is the result of an op.</summary>
    public bool IsOp(int node) => _nodes[node].Op is not null;

    /// <summary>True if a node is a leaf whose gradient is cleared between two passes.</summary>
    public bool IsCleared(int node) => _nodes[node].IsCleared;

    /// <summary>A node's gradient in this pass; null if none has arrived.</summary>
    public double? Gradient(int node) => _gradients[node];

    /// <summary>Sets a node's gradient.</summary>
    public void Set(int node, double? gradient) => _gradients[node] = gradient;

    /// <summary>Runs one backward pass.</summary>
    /// <returns>Each node's gradient in this pass; null where none arrived.</returns>
    /// <exception cref="ModelLimitException">A planted fault visits nodes so often that the pass would not end.</exception>
    public double?[] Backward(int root, double upstream)
    {
        _gradients = new double?[Count];
        _passedOn = 0;
        (rules.Sweep ?? ReverseCreation)(this, root, upstream);
        return _gradients;
    }

    /// <summary>Runs one backward pass from several nodes with given gradients, and from others with 1.</summary>
    /// <returns>Each node's gradient in this pass; null where none arrived.</returns>
    public double?[] Backward(int[] nodes, double[] gradients, int[] others)
    {
        _gradients = new double?[Count];
        _passedOn = 0;
        for (var i = 0; i < nodes.Length; i++)
            _gradients[nodes[i]] = gradients[i];
        foreach (var other in others)
            _gradients[other] = 1;
        for (var node = Count - 1; node >= 0; node--)
            PassOn(node);
        return _gradients;
    }

    /// <summary>Traverses a graph rightly: in reverse order of creation, so that each node has its complete gradient when it is visited.</summary>
    public static void ReverseCreation(ModelTape tape, int root, double upstream)
    {
        tape.Set(root, upstream);
        for (var node = root; node >= 0; node--)
            tape.PassOn(node);
    }

    /// <summary>Backpropagates a node's gradient to its operands; does nothing if it has none.</summary>
    public void PassOn(int node)
    {
        var entry = _nodes[node];
        if (entry.Op is null || _gradients[node] is not { } g)
            return;
        CountPass();
        if (rules.Gather is not null || rules.Rounding is not null || HasWrongShares(entry))
            PassSeparately(entry, g);
        else
            PassTogether(entry, g);
    }

    /// <summary>Backpropagates like an engine that keeps operands in a set: a repeated operand receives only its first contribution.</summary>
    public void PassOnOncePerOperand(int node)
    {
        var entry = _nodes[node];
        if (entry.Op is not null && _gradients[node] is { } g)
            PassSeparately(entry, g, oncePerOperand: true);
    }

    /// <summary>
    /// Contributions to the gradients of a node's operands, place by place, for an engine that acts between one contribution and the next; empty if
    /// the node has no gradient.
    /// </summary>
    public IEnumerable<(int Operand, double Share)> Shares(int node)
    {
        var entry = _nodes[node];
        if (entry.Op is null || _gradients[node] is not { } g)
            return [];
        CountPass();
        return entry.Operands.Zip(SharesOf(entry, g)).Where(p => p.Second is not null).Select(p => (p.First, p.Second!.Value));
    }

    /// <summary>Accumulates a contribution into a node's gradient, as the rules say.</summary>
    public void Deliver(int node, double share) =>
        _gradients[node] =
            _gradients[node] is not { } earlier ? share
            : rules.Gather is { } gather ? gather(earlier, share)
            : Rounded(earlier + share);

    private double Rounded(double number) => rules.Rounding?.Invoke(number) ?? number;

    private void CountPass()
    {
        if (++_passedOn > Math.Min(64L * Count, MostVisits) + Count)
            throw new ModelLimitException();
    }

    private bool HasWrongShares(Entry entry) => rules.Op is { Share: not null } wrong && wrong.Op == entry.Op!.Name && wrong.Where(Call(entry));

    private OpCall Call(Entry entry) => OpCall.Create(entry.Op!, Array.ConvertAll(entry.Operands, Value), entry.Settings);

    /// <summary>Accumulates an op's VJP into its operands' gradients, as PyTorch does.</summary>
    private void PassTogether(Entry entry, double g) =>
        VerifiedRules.Accumulate(entry.Op!, entry.Operands, Array.ConvertAll(entry.Operands, Value), entry.Settings, g, _gradients, wants: node =>
            _nodes[node].WantsGradient
        );

    /// <summary>Accumulates an op's VJP for planted faults: the whole contribution to each operand place arrives separately.</summary>
    private void PassSeparately(Entry entry, double g, bool oncePerOperand = false)
    {
        var shares = SharesOf(entry, g);
        for (var k = 0; k < shares.Length; k++)
        {
            if (shares[k] is { } share && !(oncePerOperand && Array.IndexOf(entry.Operands, entry.Operands[k]) < k))
                Deliver(entry.Operands[k], share);
        }
    }

    /// <summary>Contributions to the gradient of each operand place of an op; null where there is none.</summary>
    private double?[] SharesOf(Entry entry, double g)
    {
        var shares = VerifiedRules.Shares(entry.Op!, Array.ConvertAll(entry.Operands, Value), entry.Settings, g);
        shares = [.. shares.Select((share, k) => share is { } x && _nodes[entry.Operands[k]].WantsGradient ? Rounded(x) : (double?)null)];
        if (!HasWrongShares(entry))
            return shares;
        var (rule, call) = (rules.Op!.Share!, Call(entry));
        return [.. shares.Select((right, k) => right is { } number ? rule(call, k, g, number) : (double?)null)];
    }

    private sealed record Entry(Op? Op, int[] Operands, double[] Settings, double Value, bool WantsGradient)
    {
        public bool IsCleared { get; init; }
    }
}

/// <summary>A planted fault visits nodes too often to go on.</summary>
internal sealed class ModelLimitException()
    : Exception("The model engine visits nodes too often to go on: the mistake grows with the number of paths.");
