using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Finds the numbers that leaves had when the values of a graph were computed.</summary>
internal static class ChangedLeaves
{
    private const int MostTries = 60;
    private const double Near = 1e-9;

    /// <summary>Changes the first leaf before the backward pass.</summary>
    internal static void Planted(ModelTape tape, int root, double upstream)
    {
        tape.Change(0, tape.Value(0) + 0.25);
        ModelTape.ReverseCreation(tape, root, upstream);
    }

    /// <summary>Leaves that had other numbers, changed before the backward pass or after it: those of an update together, each alone.</summary>
    internal static IEnumerable<GraphForm> Find(GraphTrace trace, OpCatalogue ops)
    {
        var isWrong = trace.Nodes.Select(n => n.Op is not null && !IsValue(ops, n, n.Operands.Select(o => trace.Nodes[o].Value))).ToArray();
        var uses = trace
            .Nodes.SelectMany((n, i) => n.Operands.Select(o => (Leaf: o, User: i)))
            .Where(u => trace.Nodes[u.Leaf].Op is null)
            .ToLookup(u => u.Leaf, u => u.User);
        var found = new Dictionary<int, double>();
        foreach (var use in uses.Where(u => u.All(user => isWrong[user])))
        {
            if (Before(trace, ops, use.Key, trace.Nodes[use.First()]) is { } before)
                found[use.Key] = before;
        }

        if (Updated(trace, found) is { } updated)
        {
            foreach (
                var form in Forms(trace, updated.Leaves, $"{updated.Leaves.Count} leaves, by {NumberText.Of(updated.Rate)} times their gradients")
            )
                yield return form;
        }

        foreach (var (leaf, before) in found)
        {
            var says = $"{trace.Nodes[leaf]} from {NumberText.Of(before)} to {NumberText.Of(trace.Nodes[leaf].Value)}";
            foreach (var form in Forms(trace, new Dictionary<int, double> { [leaf] = before }, says))
                yield return form;
        }
    }

    private static IEnumerable<GraphForm> Forms(GraphTrace trace, Dictionary<int, double> leaves, string says)
    {
        yield return new(
            $"{says}, before the backward pass",
            new()
            {
                Sweep = (tape, root, upstream) =>
                {
                    foreach (var leaf in leaves.Keys)
                        tape.Change(leaf, trace.Nodes[leaf].Value);
                    ModelTape.ReverseCreation(tape, root, upstream);
                },
            },
            leaves
        );
        yield return new($"{says}; gradients are of the old numbers", ModelRules.Right, leaves);
    }

    /// <summary>Leaves that an update has changed: all by the same multiple of their gradients.</summary>
    private static (Dictionary<int, double> Leaves, double Rate)? Updated(GraphTrace trace, Dictionary<int, double> found)
    {
        var rates = found
            .Where(f => trace.Nodes[f.Key].Gradient is { } g && g != 0)
            .ToDictionary(f => f.Key, f => (f.Value - trace.Nodes[f.Key].Value) / trace.Nodes[f.Key].Gradient!.Value);
        return rates
            .Select(r => (r.Value, Leaves: rates.Where(other => Math.Abs(other.Value - r.Value) <= 1e-6 * Math.Abs(r.Value)).ToList()))
            .Where(r => r.Leaves.Count > 1)
            .OrderByDescending(r => r.Leaves.Count)
            .Select(r => ((Dictionary<int, double>, double)?)(r.Leaves.ToDictionary(l => l.Key, l => found[l.Key]), Short(r.Value)))
            .FirstOrDefault();
    }

    private static double Short(double x) =>
        Enumerable.Range(1, 12).Select(digits => Math.Round(x, digits)).FirstOrDefault(r => Math.Abs(r - x) <= 1e-6 * Math.Abs(x), x);

    private static bool IsValue(OpCatalogue ops, GraphNode node, IEnumerable<double> operands)
    {
        var value = OpCall.Create(ops[node.Op!], [.. operands], node.Settings).Result;
        return value.Equals(node.Value) || Math.Abs(value - node.Value) <= Near * Math.Max(Math.Abs(value), Math.Abs(node.Value));
    }

    /// <summary>The number of a leaf with which a node has its recorded value, by Newton's method; null if none is found.</summary>
    private static double? Before(GraphTrace trace, OpCatalogue ops, int leaf, GraphNode use)
    {
        foreach (var start in new[] { trace.Nodes[leaf].Value, 1, -1, 0.1, 3, -3, 10 })
        {
            var x = start;
            for (var k = 0; k < MostTries && double.IsFinite(x); k++)
            {
                var operands = Operands(x);
                if (IsValue(ops, use, operands))
                    return Simple(x);
                var call = OpCall.Create(ops[use.Op!], operands, use.Settings);
                var slope = call.Shares(1).Where((_, i) => use.Operands[i] == leaf).Sum();
                x -= (call.Result - use.Value) / slope;
            }
        }

        return null;

        double[] Operands(double x) => [.. use.Operands.Select(o => o == leaf ? x : trace.Nodes[o].Value)];

        // A number that was written by hand is a short one near by.
        double Simple(double x) =>
            Enumerable
                .Range(1, 12)
                .Select(digits => Math.Round(x, digits))
                .Where(r => Math.Abs(r - x) <= Near * Math.Abs(x) && IsValue(ops, use, Operands(r)))
                .Cast<double?>()
                .FirstOrDefault()
            ?? x;
    }
}
