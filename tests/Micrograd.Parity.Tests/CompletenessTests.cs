using System.Reflection;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Tests;

/// <summary>An op of the engine without a row in the catalogue fails here, by its name.</summary>
public class CompletenessTests
{
    /// <summary>What yields a Value and is no op: making constants, and names for operators that have rows.</summary>
    private static readonly HashSet<string> s_noOps =
    [
        "Constant",
        "Detach",
        "op_Implicit",
        "op_Modulus",
        "Add",
        "Subtract",
        "Multiply",
        "Divide",
        "Negate",
    ];

    private static readonly Dictionary<string, string> s_operators = new()
    {
        ["op_Addition"] = "a + b",
        ["op_Subtraction"] = "a - b",
        ["op_Multiply"] = "a * b",
        ["op_Division"] = "a / b",
        ["op_UnaryNegation"] = "-x",
    };

    public static TheoryData<string> Operations =>
        [
            .. typeof(Value)
                .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(m => m.ReturnType == typeof(Value) && !s_noOps.Contains(m.Name))
                .Select(m => m.Name)
                .Distinct(),
        ];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Every_public_operation_has_a_row(string operation)
    {
        var call = s_operators.GetValueOrDefault(operation, $".{operation}(");
        Assert.Contains(ParitySuite.Default.Ops.All, row => row.OursSource.Contains(call, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_rule_is_exercised_by_some_row()
    {
        var rules = typeof(Value)
            .Assembly.GetTypes()
            .Where(t => t.IsValueType && t.GetInterfaces().Any(i => i.Name == "IRule"))
            .Select(t => (string)t.GetProperty("Name", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!)
            .ToHashSet();
        Assert.True(rules.Count > 70);

        var recorded = new HashSet<string>();
        foreach (var op in ParitySuite.Default.Ops.All)
        {
            foreach (var settings in op.Settings)
            {
                foreach (var x in new[] { 0.3, -0.3 })
                    recorded.UnionWith(RecordedOps(op, settings, x));
            }
        }

        rules.ExceptWith(recorded);
        Assert.Empty(rules);
    }

    private static List<string> RecordedOps(Op op, double[] settings, double x)
    {
        using var step = Tape.Current.BeginStep();
        var operands = Enumerable.Range(0, op.Arity == Op.Any ? 3 : op.Arity).Select(_ => new Value(x)).ToArray();
        var open = new Stack<Value>([op.Ours(operands, settings)]);
        var names = new List<string>();
        while (open.TryPop(out var value))
        {
            if (value.Op is { } name)
                names.Add(name);
            foreach (var operand in value.Operands)
                open.Push(operand);
        }

        return names;
    }
}
