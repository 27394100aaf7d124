using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>A program as a Python script that anyone with PyTorch can run. Ops are translated from the rows' own TorchSharp source.</summary>
internal static partial class PythonSource
{
    /// <summary>The script: it prints what PyTorch computes beside what we did.</summary>
    /// <param name="program">The program.</param>
    /// <param name="ops">The catalogue.</param>
    /// <param name="ours">Our trace, to be shown beside; null for none.</param>
    public static string ScriptOf(Program program, OpCatalogue ops, Trace? ours = null)
    {
        var text = new StringBuilder();
        text.Append(
            """
            import torch
            import torch.nn.functional as F

            def number(x, requires_grad=False):
                return torch.tensor(x, dtype=torch.float64, requires_grad=requires_grad)


            """
        );
        for (var i = 0; i < program.Nodes.Count; i++)
        {
            var node = program.Nodes[i];
            text.Append(CultureInfo.InvariantCulture, $"n{i} = {(node.Op is null ? Leaf(node) : Call(node, ops[node.Op]))}\n");
        }

        var names = string.Join(", ", Enumerable.Range(0, program.Nodes.Count).Select(i => $"n{i}"));
        text.Append($"nodes = [{names}]\nfor n in nodes:\n    if n.requires_grad:\n        n.retain_grad()\n\n");
        foreach (var pass in program.Passes)
        {
            if (pass.Clear)
                text.Append("for n in nodes:\n    n.grad = None\n");
            text.Append(CultureInfo.InvariantCulture, $"n{pass.Root}.backward(number({Number(pass.Upstream)}), retain_graph=True)\n");
        }

        text.Append(ours is null ? "ours = [(None, None)] * len(nodes)\n" : $"ours = [{string.Join(", ", Pairs(ours))}]\n");
        text.Append(
            """
            for i, n in enumerate(nodes):
                gradient = None if n.grad is None else n.grad.item()
                print(f"n{i}: value {n.item()!r} (ours {ours[i][0]!r}), gradient {gradient!r} (ours {ours[i][1]!r})")

            """
        );
        return text.ToString();
    }

    /// <summary>One op applied to nodes, in Python.</summary>
    public static string Call(Node node, Op op)
    {
        var names = node.Operands.Select(o => $"n{o}").ToList();
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        if (op.Arity == Op.Any)
        {
            parameters.Add(op.TheirsParameters[0], $"[{string.Join(", ", names)}]");
        }
        else
        {
            for (var k = 0; k < names.Count; k++)
                parameters.Add(op.TheirsParameters[k], names[k]);
        }

        var source = Setting().Replace(op.TheirsSource, m => Number(node.Settings[int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)]));
        source = Word().Replace(source, m => parameters.GetValueOrDefault(m.Value, m.Value));
        source = Scalar().Replace(source, "number($1)");
        source = Function().Replace(source, "torch.$1(");
        source = InPlace().Replace(source, "F.$2($1, ");
        return source
            .Replace("GELU.Approximate.tanh", "approximate='tanh'", StringComparison.Ordinal)
            .Replace("TorchScript.Mish(", "F.mish(", StringComparison.Ordinal);
    }

    /// <summary>A number as Python writes it, with all its bits.</summary>
    public static string Number(double number) =>
        double.IsNaN(number) ? "float('nan')"
        : double.IsInfinity(number) ? $"float('{(number > 0 ? "" : "-")}inf')"
        : NumberText.Of(number) is var text && text.AsSpan().ContainsAny('.', 'E') ? text
        : $"{text}.0";

    private static string Leaf(Node node) => $"number({Number(node.Number)}{(node.RequiresGrad ? ", requires_grad=True" : "")})";

    private static IEnumerable<string> Pairs(Trace trace) =>
        trace.Values.Zip(trace.Gradients, (v, g) => $"({Number(v)}, {(g is { } gradient ? Number(gradient) : "None")})");

    [GeneratedRegex(@"\bs\[(\d+)\]")]
    private static partial Regex Setting();

    /// <summary>A word that no point precedes and no parenthesis follows: a parameter, not a method or function.</summary>
    [GeneratedRegex(@"(?<![.\w'])[a-z]\w*\b(?!\()")]
    private static partial Regex Word();

    [GeneratedRegex(@"\btensor\(([^,()]*|float\('-?\w+'\)), float64\)")]
    private static partial Regex Scalar();

    /// <summary>A function applied to a copy in place, which in TorchSharp stands for one that it lacks; Python has it as a function.</summary>
    [GeneratedRegex(@"(\w+)\.clone\(\)\.(\w+)_\(")]
    private static partial Regex InPlace();

    /// <summary>Functions that C# calls without a qualifier, because TorchSharp.torch is imported statically.</summary>
    [GeneratedRegex(@"(?<![.\w])(stack|where)\(")]
    private static partial Regex Function();
}
