namespace Micrograd.Parity.Programs;

/// <summary>Writes a program as one writes an expression: <c>var d = p.Leaf("a", 2) * p.Leaf("b", -3);</c></summary>
public sealed class ProgramBuilder
{
    private readonly List<Node> _nodes = [];
    private readonly List<Pass> _passes = [];
    private readonly List<PrintedFigure> _figures = [];

    /// <summary>Writes a program.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="write">Writes its nodes and returns the root of the (first) backward pass.</param>
    /// <param name="note">Remark for the reader.</param>
    public static Program Define(string name, Func<ProgramBuilder, Expression> write, string note = "")
    {
        var builder = new ProgramBuilder();
        var root = write(builder);
        if (builder._passes.Count == 0)
            builder.Backward(root);
        return new Program(name, builder._nodes, builder._passes) { Note = note, Figures = builder._figures };
    }

    /// <summary>A named leaf that requires a gradient.</summary>
    public Expression Leaf(string label, double number) => Add(Node.Leaf(number, label));

    /// <summary>A number without gradient.</summary>
    public Expression Constant(double number) => Add(Node.Constant(number));

    /// <summary>An op of the catalogue.</summary>
    public Expression Apply(string op, IReadOnlyList<Expression> operands, params double[] settings) =>
        Add(Node.Of(op, [.. operands.Select(o => o.Index)], settings));

    /// <summary>A backward pass; without any, one runs from the returned root.</summary>
    public void Backward(Expression root, double upstream = 1, bool clear = false) => _passes.Add(new Pass(root.Index, upstream, clear));

    /// <summary>Names a node.</summary>
    public Expression Label(Expression node, string label)
    {
        _nodes[node.Index] = _nodes[node.Index] with { Label = label };
        return node;
    }

    /// <summary>States figures printed elsewhere: a node's value, and its gradient (null: not printed).</summary>
    public void Printed(Expression node, string? value, string? gradient = null)
    {
        if (value is not null)
            _figures.Add(new PrintedFigure(node.Index, Quantity.Value, value));
        if (gradient is not null)
            _figures.Add(new PrintedFigure(node.Index, Quantity.Gradient, gradient));
    }

    private Expression Add(Node node)
    {
        _nodes.Add(node);
        return new Expression(this, _nodes.Count - 1);
    }
}
