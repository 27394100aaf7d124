using System.Linq.Expressions;
using System.Reflection;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>
/// Evaluates an expression over an engine's nodes call by call, and notes the op that each call means: the operator, or the name of a method of the
/// engine's type. A call of anything else is taken as the engine recorded it.
/// </summary>
/// <typeparam name="T">The engine's node.</typeparam>
/// <param name="asRecorded">The op, the operands and the settings of a node as the engine has them; a leaf has no op.</param>
/// <param name="value">A node's number.</param>
internal sealed class MeantFunction<T>(Func<T, (string? Op, IEnumerable<T> Operands, double[] Settings)> asRecorded, Func<T, double> value)
    where T : notnull
{
    /// <summary>Methods of two operands, of which one may be given as a number.</summary>
    private static readonly HashSet<string> s_ofTwo = new(
        "add sub subtract mul multiply div divide remainder fmod maximum minimum max min fmax fmin atan2 hypot copysign logaddexp".Split(' '),
        StringComparer.OrdinalIgnoreCase
    );

    private readonly List<(TraceNode Node, string[] Parents)> _lines = [];
    private readonly Dictionary<T, string> _ids = [];
    private readonly Dictionary<ParameterExpression, object> _parameters = [];

    /// <summary>Nodes of the function that was meant, in the order of evaluation.</summary>
    internal IReadOnlyList<(TraceNode Node, string[] Parents)> Lines => _lines;

    /// <summary>The id of the node in what was meant that a node of the engine stands for; null if there is none.</summary>
    internal string? Means(T node) => _ids.GetValueOrDefault(node);

    /// <summary>Evaluates a function of inputs, one node a parameter or all in an array.</summary>
    internal T Evaluate(LambdaExpression function, T[] inputs)
    {
        var isArray = function.Parameters is [{ Type.IsArray: true }];
        if (!isArray && function.Parameters.Count != inputs.Length)
            throw new ArgumentException($"The function has {function.Parameters.Count} parameters, but {inputs.Length} inputs are given.");
        for (var k = 0; k < inputs.Length; k++)
        {
            var parameter = function.Parameters[isArray ? 0 : k];
            Leaf(inputs[k], isArray ? $"{parameter.Name}[{k}]" : parameter.Name);
            _parameters[parameter] = isArray ? inputs : inputs[k];
        }

        return (T)Translate(function.Body);
    }

    /// <summary>The value of an expression: a node, a list of nodes, or whatever else it is.</summary>
    private object Translate(Expression expression)
    {
        if (expression is ParameterExpression parameter)
            return _parameters[parameter];
        var parts = Parts(expression).ConvertAll(part => (Part: part, Value: Translate(part)));
        var inner = new Replaced(parts.ToDictionary(p => p.Part, p => p.Value)).Visit(expression)!;
        var result = Expression.Lambda(Expression.Convert(inner, typeof(object))).Compile(preferInterpretation: true).DynamicInvoke()!;
        if (result is T node && Call(expression) is { } op && !parts.Exists(p => ReferenceEquals(p.Value, result)))
            Noted(node, op, [.. parts.SelectMany(p => p.Value is T[] list ? list.Cast<object>() : [p.Value])]);
        return result;
    }

    /// <summary>The expressions that one is computed from.</summary>
    private static List<Expression> Parts(Expression expression) =>
        expression switch
        {
            BinaryExpression b => [b.Left, b.Right],
            UnaryExpression u when u.NodeType != ExpressionType.Quote => [u.Operand],
            MethodCallExpression { Object: { } of } call => [of, .. call.Arguments],
            MethodCallExpression call => [.. call.Arguments],
            MemberExpression { Expression: { } of } => [of],
            NewArrayExpression list => [.. list.Expressions],
            NewExpression made => [.. made.Arguments],
            ConstantExpression or MemberExpression or DefaultExpression => [],
            _ => throw new NotSupportedException(
                $"'{expression}' is neither an operator nor a call, of which it could be said what is meant: compute it outside, or split the function."
            ),
        };

    /// <summary>The op that a call means; null for one that means none by itself.</summary>
    private static string? Call(Expression expression) =>
        expression switch
        {
            BinaryExpression { NodeType: not ExpressionType.ArrayIndex } b => Operator(b.NodeType),
            UnaryExpression { NodeType: ExpressionType.Negate or ExpressionType.NegateChecked } => "neg",
            MethodCallExpression { Method: { Name: not "get_Item" } method } when IsOfEngine(method) => method.Name,
            MemberExpression { Member: PropertyInfo property } when property.DeclaringType!.IsAssignableFrom(typeof(T)) => property.Name,
            _ => null,
        };

    /// <summary>True for a method of the engine's type, and for an extension of it.</summary>
    private static bool IsOfEngine(MethodInfo method) =>
        method.DeclaringType!.IsAssignableFrom(typeof(T))
        || (
            method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute), false)
            && method.GetParameters()[0].ParameterType == typeof(T)
        );

    private static string Operator(ExpressionType type) =>
        type switch
        {
            ExpressionType.Add or ExpressionType.AddChecked => "add",
            ExpressionType.Subtract or ExpressionType.SubtractChecked => "sub",
            ExpressionType.Multiply or ExpressionType.MultiplyChecked => "mul",
            ExpressionType.Divide => "div",
            ExpressionType.Modulo => "%",
            _ => throw new NotSupportedException($"The operator {type} means no op."),
        };

    private void Noted(T result, string op, object[] parts)
    {
        var numbers = Array.FindAll(parts, p => p is not T);
        var takesNumbers = op is "add" or "sub" or "mul" or "div" or "%" || s_ofTwo.Contains(op);
        string[] parents = [.. parts.Where(p => takesNumbers || p is T).Select(p => p is T node ? Id(node) : Line(null, [], [], Number(p), null))];
        _ids[result] = Line(op, parents, takesNumbers ? [] : Array.ConvertAll(numbers, Number), double.NaN, null);
    }

    private static double Number(object part) =>
        part is IConvertible number
            ? number.ToDouble(System.Globalization.CultureInfo.InvariantCulture)
            : throw new NotSupportedException($"{part} is no number and no {typeof(T).Name}: it has no place in what was meant.");

    /// <summary>The id of a node; one that no call made is taken as the engine recorded it.</summary>
    private string Id(T node)
    {
        if (_ids.TryGetValue(node, out var id))
            return id;
        var (op, operands, settings) = asRecorded(node);
        string[] parents = [.. operands.Select(Id)];
        return _ids[node] = parents.Length == 0 ? Line(null, [], [], value(node), null) : Line(op, parents, settings, double.NaN, null);
    }

    private void Leaf(T node, string? label) => _ids[node] = Line(null, [], [], value(node), label);

    private string Line(string? op, string[] parents, double[] settings, double number, string? label)
    {
        var id = _lines.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var node = new TraceNode(id, 0)
        {
            WrittenOp = op,
            Settings = settings,
            Value = number,
            Label = label,
        };
        _lines.Add((node, parents));
        return id;
    }

    /// <summary>Puts the values of parts in their places.</summary>
    private sealed class Replaced(Dictionary<Expression, object> values) : ExpressionVisitor
    {
        public override Expression? Visit(Expression? node) =>
            node is not null && values.TryGetValue(node, out var value) ? Expression.Constant(value, node.Type) : base.Visit(node);
    }
}
