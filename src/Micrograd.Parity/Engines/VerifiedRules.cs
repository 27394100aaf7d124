using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Engines;

/// <summary>
/// Evaluates one op at a time at given numbers, for whatever judges or names mistakes. It computes by the engine's rules, but believes none of them:
/// each is compared with PyTorch at the first <see cref="Asked"/> numbers that it is used at and wherever the op's formula gives another number.
/// An op whose rule differs from PyTorch once is computed by PyTorch from then on, so that a mistake in this very engine is judged like anybody's.
/// </summary>
internal static class VerifiedRules
{
    /// <summary>Number of calls of an op at which PyTorch is asked in any case.</summary>
    internal const int Asked = 32;

    /// <summary>Number of PyTorch's results that are kept for an op.</summary>
    private const int Kept = 10_000;

    private static readonly ConditionalWeakTable<Op, Trust> s_trust = [];
    private static readonly DoubleArithmetic s_doubles = DoubleArithmetic.Instance;

    /// <summary>True if the engine's rule of an op has differed from PyTorch.</summary>
    internal static bool IsWrong(Op op) => TrustIn(op).IsLost;

    /// <summary>Returns the op's result.</summary>
    internal static double Value(Op op, double[] operands, double[] settings)
    {
        var trust = TrustIn(op);
        if (!trust.IsLost && !op.IsComposed)
        {
            var ours = OurValue(op, operands, settings);
            var agrees = Formula(op, operands) is not { } formula || Same(ours, formula.Value(s_doubles, operands, settings));
            if ((agrees && trust.KnowsValue) || !CanAsk(operands) || trust.OfValue(IsTheirs(op, operands, settings, ours)))
                return ours;
        }

        return Theirs(op, operands, settings, upstream: null).Result;
    }

    /// <summary>Returns the op's VJP: the contribution to the gradient of each operand; null where none flows.</summary>
    /// <param name="op">The op.</param>
    /// <param name="operands">Its operands' numbers.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="upstream">The result's gradient.</param>
    /// <param name="result">The result that the rule sees; null for the one computed from the operands.</param>
    internal static double?[] Shares(Op op, double[] operands, double[] settings, double upstream, double? result = null)
    {
        var gradients = new double?[operands.Length];
        Accumulate(op, [.. Enumerable.Range(0, operands.Length)], operands, settings, upstream, gradients, result);
        return gradients;
    }

    /// <summary>
    /// Accumulates a node's VJP into its operands' gradients, in the order in which PyTorch adds the contributions to an operand that is used in several
    /// places.
    /// </summary>
    /// <param name="op">The op.</param>
    /// <param name="nodes">Indices of the operands among the gradients.</param>
    /// <param name="operands">The operands' numbers.</param>
    /// <param name="settings">The op's settings.</param>
    /// <param name="upstream">The result's gradient.</param>
    /// <param name="gradients">Gradient of each node; null where none has arrived.</param>
    /// <param name="result">The result that the rule sees; null for the one computed from the operands.</param>
    /// <param name="wants">True for the nodes that receive a gradient; null for all.</param>
    internal static void Accumulate(
        Op op,
        int[] nodes,
        double[] operands,
        double[] settings,
        double upstream,
        double?[] gradients,
        double? result = null,
        Predicate<int>? wants = null
    )
    {
        var trust = TrustIn(op);
        var places = Array.ConvertAll(nodes, n => wants is null || wants(n));
        if (op.Condition is { } condition)
            places[condition] = false;
        if (!trust.IsLost && !op.IsComposed)
        {
            var pass = new Pass(op, nodes, operands, settings, upstream, gradients, result, places);
            var ours = OurGradients(pass);
            var agrees = AgreesWithFormula(pass, ours);
            if ((agrees && trust.KnowsShares) || !CanAsk(operands) || trust.OfShares(AreTheirs(op, operands, settings, upstream)))
            {
                for (var k = 0; k < nodes.Length; k++)
                    gradients[nodes[k]] = ours[k] ?? gradients[nodes[k]];
                return;
            }
        }

        var theirs = Theirs(op, operands, settings, upstream);
        for (var k = 0; k < nodes.Length; k++)
        {
            if (places[k] && theirs.Shares[k] is { } share)
                gradients[nodes[k]] = gradients[nodes[k]] is { } earlier ? earlier + share : share;
        }
    }

    /// <summary>True if PyTorch can be asked: it is loaded, and there is something to stack in a sum.</summary>
    private static bool CanAsk(double[] operands) => TorchLibrary.IsLoaded && operands.Length > 0;

    private static Trust TrustIn(Op op) => s_trust.GetValue(op, _ => new Trust());

    /// <summary>The op's formula, where it states the order of operations; a sum of more than two terms is one in any order.</summary>
    private static Formula? Formula(Op op, double[] operands) => op.Arity == Op.Any && operands.Length is (0 or > 2) ? null : op.Formula;

    /// <summary>True if two numbers are the same but for the sign of a zero, which is no part of a formula.</summary>
    private static bool Same(double? a, double? b) => a == b || Ulps.Same(a, b);

    private static double OurValue(Op op, double[] operands, double[] settings)
    {
        using var step = HarnessTape.BeginStep();
        return op.Ours(Array.ConvertAll(operands, Micrograd.Value.Constant), settings).Data;
    }

    /// <summary>
    /// Gradients of the operands after the VJP has been accumulated into them. The gradient so far is put on the tape as the contribution of a later
    /// node, so that an op recorded as several nodes adds its contributions to it one after the other.
    /// </summary>
    private static double?[] OurGradients(in Pass pass)
    {
        using var step = HarnessTape.BeginStep();
        var leaves = new Value[pass.Nodes.Length];
        for (var k = 0; k < leaves.Length; k++)
        {
            leaves[k] =
                !pass.Places[k] ? Micrograd.Value.Constant(pass.Operands[k])
                : pass.First(k) is var first && first < k ? leaves[first]
                : new Value(pass.Operands[k]);
        }

        var y = pass.Op.Ours(leaves, pass.Settings);
        if (pass.Result is { } given)
            y.Data = given;
        var root = y * pass.Upstream;
        for (var k = 0; k < leaves.Length; k++)
        {
            if (pass.Places[k] && pass.First(k) == k && pass.Gradients[pass.Nodes[k]] is { } earlier)
                root += leaves[k] * earlier;
        }

        root.Backward();
        return Array.ConvertAll(leaves, leaf => leaf.HasGrad ? leaf.Grad : (double?)null);
    }

    private static bool AgreesWithFormula(in Pass pass, double?[] ours)
    {
        if (Formula(pass.Op, pass.Operands) is not { } formula)
            return true;
        var value = pass.Result ?? formula.Value(s_doubles, pass.Operands, pass.Settings);
        var shares = new List<double>();
        for (var k = 0; k < pass.Nodes.Length; k++)
        {
            if (!pass.Places[k] || pass.First(k) < k)
                continue;
            shares.Clear();
            if (pass.Gradients[pass.Nodes[k]] is { } earlier)
                shares.Add(earlier);
            for (var j = k; j < pass.Nodes.Length; j++)
            {
                if (pass.Places[j] && pass.Nodes[j] == pass.Nodes[k])
                    formula.AddShares(shares, s_doubles, pass.Upstream, pass.Operands, value, pass.Settings, j);
            }

            var sum = shares[0];
            for (var s = 1; s < shares.Count; s++)
                sum += shares[s];
            if (!Same(ours[k], sum))
                return false;
        }

        return true;
    }

    /// <summary>PyTorch's numbers of a call; the last ones are kept, since planted mistakes are tried at the same numbers one after the other.</summary>
    private static (double Result, double?[] Shares) Theirs(Op op, double[] operands, double[] settings, double? upstream)
    {
        var known = TrustIn(op).Known;
        ReadOnlySpan<double> numbers = [.. operands, .. settings, upstream ?? 0, upstream is null ? 0 : 1, operands.Length];
        var key = Convert.ToBase64String(MemoryMarshal.AsBytes(numbers));
        if (known.TryGetValue(key, out var call))
            return call;
        var program = Program.OfOp(op.Name, op.Name, operands.Length, settings);
        var trace = new TorchBackend(new OpCatalogue([op])).Run(
            upstream is null ? program with { Passes = [] } : program,
            new ProgramInput(operands, upstream is { } g ? [g] : [])
        );
        if (known.Count >= Kept)
            known.Clear();
        return known[key] = (trace.Values[^1], trace.Gradients[..^1]);
    }

    private static bool IsTheirs(Op op, double[] operands, double[] settings, double ours) =>
        Ulps.Same(ours, Theirs(op, operands, settings, upstream: null).Result);

    /// <summary>True if the VJP by the engine's rule, at the engine's own result, has PyTorch's bits.</summary>
    private static bool AreTheirs(Op op, double[] operands, double[] settings, double upstream)
    {
        var places = Array.ConvertAll(operands, _ => true);
        if (op.Condition is { } condition)
            places[condition] = false;
        int[] nodes = [.. Enumerable.Range(0, operands.Length)];
        var ours = OurGradients(new Pass(op, nodes, operands, settings, upstream, new double?[nodes.Length], null, places));
        return ours.Zip(Theirs(op, operands, settings, upstream).Shares, Ulps.Same).All(same => same);
    }

    /// <summary>One node's part in a backward pass.</summary>
    /// <param name="Op">The op.</param>
    /// <param name="Nodes">Indices of the operands among the gradients.</param>
    /// <param name="Operands">The operands' numbers.</param>
    /// <param name="Settings">The op's settings.</param>
    /// <param name="Upstream">The result's gradient.</param>
    /// <param name="Gradients">Gradient of each node so far.</param>
    /// <param name="Result">The result that the rule sees; null for the one computed from the operands.</param>
    /// <param name="Places">True for the operands that receive a gradient.</param>
    private readonly record struct Pass(
        Op Op,
        int[] Nodes,
        double[] Operands,
        double[] Settings,
        double Upstream,
        double?[] Gradients,
        double? Result,
        bool[] Places
    )
    {
        /// <summary>The first place of an operand, those aside that receive no gradient.</summary>
        internal int First(int place)
        {
            var first = 0;
            while (!Places[first] || Nodes[first] != Nodes[place])
                first++;
            return first;
        }
    }

    /// <summary>Progress of the verification of a rule.</summary>
    private sealed class Trust
    {
        private volatile bool _isLost;
        private int _values;
        private int _shares;

        /// <summary>PyTorch's numbers by operands, settings and upstream gradient.</summary>
        internal ConcurrentDictionary<string, (double Result, double?[] Shares)> Known { get; } = new(StringComparer.Ordinal);

        internal bool IsLost => _isLost;

        internal bool KnowsValue => _values >= Asked;

        internal bool KnowsShares => _shares >= Asked;

        /// <summary>Notes how the value compared with PyTorch's; returns true if the rule may still be used.</summary>
        internal bool OfValue(bool isRight) => Of(isRight, ref _values);

        /// <summary>Notes how the VJP compared with PyTorch's; returns true if the rule may still be used.</summary>
        internal bool OfShares(bool isRight) => Of(isRight, ref _shares);

        private bool Of(bool isRight, ref int count)
        {
            Interlocked.Increment(ref count);
            _isLost |= !isRight;
            return !_isLost;
        }
    }
}
