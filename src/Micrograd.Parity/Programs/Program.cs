using System.Globalization;

namespace Micrograd.Parity.Programs;

/// <summary>A computation graph as data, independent of any engine: nodes in the order of creation, and the backward passes.</summary>
/// <param name="Name">Its name in reports and filters.</param>
/// <param name="Nodes">Leaves, constants and ops; an op's operands come before it.</param>
/// <param name="Passes">Backward passes, one after the other.</param>
public sealed record Program(string Name, IReadOnlyList<Node> Nodes, IReadOnlyList<Pass> Passes)
{
    /// <summary>Remark for the reader; may be empty.</summary>
    public string Note { get; init; } = "";

    /// <summary>Figures printed elsewhere that ours must reproduce.</summary>
    internal IReadOnlyList<PrintedFigure> Figures { get; init; } = [];

    /// <summary>The numbers of the leaves and constants as the program states them.</summary>
    internal ProgramInput DefaultInput => new([.. Nodes.Where(n => n.Op is null).Select(n => n.Number)], [.. Passes.Select(p => p.Upstream)]);

    /// <summary>A program of one op applied to leaves, with one backward pass from it.</summary>
    public static Program OfOp(string name, string op, int operands, IReadOnlyList<double> settings)
    {
        var nodes = Enumerable.Range(0, operands).Select(_ => Node.Leaf(0)).Append(Node.Of(op, [.. Enumerable.Range(0, operands)], settings));
        return new Program(name, [.. nodes], [new Pass(operands)]);
    }
}

/// <summary>One node of a program.</summary>
/// <param name="Op">The op's name in the catalogue; null for a leaf or constant.</param>
/// <param name="Operands">Indices of earlier nodes.</param>
/// <param name="Settings">The op's settings, such as a slope.</param>
/// <param name="RequiresGrad">For a leaf or constant: true if it requires a gradient.</param>
/// <param name="Number">For a leaf or constant: its number.</param>
/// <param name="Label">A name; may be null.</param>
public sealed record Node(string? Op, IReadOnlyList<int> Operands, IReadOnlyList<double> Settings, bool RequiresGrad, double Number, string? Label)
{
    /// <summary>A leaf that requires a gradient.</summary>
    public static Node Leaf(double number, string? label = null) => new(null, [], [], true, number, label);

    /// <summary>A constant, without gradient.</summary>
    public static Node Constant(double number, string? label = null) => new(null, [], [], false, number, label);

    /// <summary>An op applied to earlier nodes.</summary>
    public static Node Of(string op, IReadOnlyList<int> operands, IReadOnlyList<double>? settings = null, string? label = null) =>
        new(op, operands, settings ?? [], false, 0, label);
}

/// <summary>One backward pass.</summary>
/// <param name="Root">The node it starts from.</param>
/// <param name="Upstream">The upstream gradient at the root.</param>
/// <param name="Clear">True if all gradients are cleared before it.</param>
public sealed record Pass(int Root, double Upstream = 1, bool Clear = false);

/// <summary>Numbers to run a program on: one per leaf or constant in their order, and one upstream gradient per pass.</summary>
internal sealed record ProgramInput(double[] Numbers, double[] Upstreams);

/// <summary>A figure printed in a lecture or by another engine, that ours must print as well.</summary>
/// <param name="Node">The node's index.</param>
/// <param name="Quantity">The quantity printed: the node's value or its gradient.</param>
/// <param name="Printed">The figure as printed.</param>
internal sealed record PrintedFigure(int Node, Quantity Quantity, string Printed)
{
    /// <summary>
    /// True if a number prints as the figure. A figure of 16 digits or more must be matched exactly; a shorter one was rounded and is matched by
    /// every number that rounds to it.
    /// </summary>
    public bool IsPrintOf(double number)
    {
        var printed = double.Parse(Printed, CultureInfo.InvariantCulture);
        var digits = Printed.Count(char.IsAsciiDigit);
        var point = Printed.IndexOf('.', StringComparison.Ordinal);
        return digits >= 16 || point < 0 ? number == printed : Math.Round(number, Printed.Length - point - 1) == printed;
    }
}

/// <summary>Quantity of a node that is compared.</summary>
public enum Quantity
{
    /// <summary>Its number.</summary>
    Value,

    /// <summary>Its gradient.</summary>
    Gradient,
}
