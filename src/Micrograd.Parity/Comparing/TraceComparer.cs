using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Comparing;

/// <summary>Compares two traces of one program number by number: the value of every op, the gradient of every node.</summary>
internal static class TraceComparer
{
    /// <summary>Judges one differing number: node, quantity, ours, theirs.</summary>
    public delegate (Verdict Verdict, string Explanation) Judge(int node, Quantity quantity, double? ours, double? theirs);

    /// <summary>Compares two traces.</summary>
    /// <param name="program">The program that was run.</param>
    /// <param name="input">The numbers it was run on.</param>
    /// <param name="ours">The engine's trace.</param>
    /// <param name="theirs">PyTorch's trace.</param>
    /// <param name="judge">Called for each number that differs.</param>
    /// <param name="differences">Receives each number that differs, the first divergence first.</param>
    /// <returns>Number of numbers compared, by verdict.</returns>
    public static Counts Compare(Program program, ProgramInput input, Trace ours, Trace theirs, Judge judge, ICollection<Difference> differences)
    {
        long same = 0;
        var counts = Counts.None;
        List<(int Node, Quantity Quantity)>? differing = null;
        for (var i = 0; i < program.Nodes.Count; i++)
        {
            if (program.Nodes[i].Op is not null)
            {
                if (Ulps.Same(ours.Values[i], theirs.Values[i]))
                    same++;
                else
                    (differing ??= []).Add((i, Quantity.Value));
            }

            if (ours.Gradients[i] is null && theirs.Gradients[i] is null)
                continue;
            if (ours.Gradients[i] is { } a && theirs.Gradients[i] is { } b && Ulps.Same(a, b))
                same++;
            else
                (differing ??= []).Add((i, Quantity.Gradient));
        }

        counts = counts with { SameBits = same };
        if (differing is null)
            return counts;

        differing.Sort((x, y) => Order(x).CompareTo(Order(y)));
        foreach (var (node, quantity) in differing)
        {
            double? a = quantity == Quantity.Value ? ours.Values[node] : ours.Gradients[node];
            double? b = quantity == Quantity.Value ? theirs.Values[node] : theirs.Gradients[node];
            var (verdict, explanation) = judge(node, quantity, a, b);
            counts = counts.With(verdict);
            differences.Add(new Difference(Describe(program, node), quantity, a, b, Show(program, input), verdict, explanation));
        }

        return counts;
    }

    /// <summary>The node's index and how it is computed: <c>#3 mul(#0, #1)</c>.</summary>
    public static string Describe(Program program, int node)
    {
        var n = program.Nodes[node];
        var settings = n.Settings.Select(NumberText.Of);
        var what = n.Op is null
            ? (n.RequiresGrad ? "leaf" : "constant")
            : $"{n.Op}({string.Join(", ", n.Operands.Select(o => program.Nodes[o].Label ?? $"#{o}").Concat(settings))})";
        return n.Label is null ? $"#{node} {what}" : $"#{node} {n.Label} = {what}";
    }

    /// <summary>The inputs and upstream gradients in full precision.</summary>
    public static string Show(Program program, ProgramInput input)
    {
        var inputs = string.Join(", ", input.Numbers.Select(x => Difference.Show(x)));
        return program.Passes.Count == 0 ? inputs : $"{inputs} upstream {string.Join(", ", input.Upstreams.Select(x => Difference.Show(x)))}";
    }

    /// <summary>Values in the order of creation, then gradients in the reverse: the first is where the two sides part.</summary>
    private static int Order((int Node, Quantity Quantity) place) => place.Quantity == Quantity.Value ? place.Node : int.MaxValue - place.Node;
}
