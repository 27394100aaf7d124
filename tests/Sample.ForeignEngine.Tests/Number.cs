namespace Sample.ForeignEngine.Tests;

/// <summary>A scalar engine as people write it in C#: an object per node, its operands, and a closure that passes its gradient on.</summary>
public sealed class Number(double data, params Number[] operands)
{
    private static long s_made;

    private readonly long _made = Interlocked.Increment(ref s_made);
    private Action<double>? _pull;
    private double _arriving;

    public double Data { get; } = data;

    public double Grad { get; set; }

    public static Number operator +(Number a, Number b) => Of(a.Data + b.Data, a, b, (g, _) => (g, g));

    public static Number operator -(Number a, Number b) => Of(a.Data - b.Data, a, b, (g, _) => (g, -g));

    public static Number operator *(Number a, Number b) => Of(a.Data * b.Data, a, b, (g, _) => (g * b.Data, g * a.Data));

    public static Number operator /(Number a, Number b) => Of(a.Data / b.Data, a, b, (g, y) => (g / b.Data, -g * (y / b.Data)));

    public static Number operator -(Number a) => a.Apply(x => -x, (g, _, _) => -g);

    public Number Exp() => Apply(Math.Exp, (g, _, y) => g * y);

    public Number Log() => Apply(Math.Log, (g, x, _) => g / x);

    public Number Square() => Apply(x => x * x, (g, x, _) => g * (2 * x));

    public Number Tanh() => Apply(Math.Tanh, (g, _, y) => g * (1 - y * y));

    public Number Relu() => Apply(x => x < 0 ? 0 : x, (g, _, y) => y <= 0 ? 0 : g);

    /// <summary>An op of one operand.</summary>
    /// <param name="forward">x to y.</param>
    /// <param name="pull">Upstream gradient, x and y to the operand's share.</param>
    public Number Apply(Func<double, double> forward, Func<double, double, double, double> pull)
    {
        var result = new Number(forward(Data), this);
        result._pull = g => _arriving += pull(g, Data, result.Data);
        return result;
    }

    /// <summary>Visits what this node was computed from, the youngest first.</summary>
    public void Backward(double upstream)
    {
        var reached = new HashSet<Number> { this };
        var open = new Stack<Number>(reached);
        while (open.TryPop(out var node))
        {
            foreach (var operand in node.Operands.Where(reached.Add))
                open.Push(operand);
        }

        _arriving = upstream;
        foreach (var node in reached.OrderByDescending(n => n._made))
        {
            var g = node._arriving;
            node._arriving = 0;
            node.Grad += g;
            node._pull?.Invoke(g);
        }
    }

    private Number[] Operands => operands;

    private static Number Of(double data, Number a, Number b, Func<double, double, (double A, double B)> pull)
    {
        var result = new Number(data, a, b);
        result._pull = g =>
        {
            var (shareOfA, shareOfB) = pull(g, data);
            a._arriving += shareOfA;
            b._arriving += shareOfB;
        };
        return result;
    }
}
