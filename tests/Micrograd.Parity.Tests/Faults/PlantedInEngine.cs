using System.Collections.Concurrent;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Tapes;

namespace Micrograd.Parity.Tests.Faults;

/// <summary>
/// The engine itself with a wrong rule for one op: its nodes lie on the engine's tape, and its backward sweep calls the wrong VJP. Whatever judges or
/// names mistakes then has the wrong rule in its own build.
/// </summary>
internal static class PlantedInEngine
{
    private static readonly Lock s_gate = new();
    private static readonly List<Func<double, double>> s_vjps = [];

    private static readonly Lazy<BlockingCollection<(Func<double>, TaskCompletionSource<double>)>> s_elsewhere = new(Begin);

    [ThreadStatic]
    private static int t_next;

    /// <summary>The catalogue of a build in which an op has this rule.</summary>
    internal static OpCatalogue Catalogue(OpRule rule) =>
        new(ParitySuite.Default.Ops.All.Select(op => op.Name == rule.Op ? op.ComputedBy((x, s) => Record(op, rule, x, s.ToArray())) : op));

    private static Value Record(Op op, OpRule rule, ReadOnlySpan<Value> operands, double[] settings)
    {
        double[] numbers = [.. operands.ToArray().Select(x => x.Data)];
        var doubles = DoubleArithmetic.Instance;
        var result = op.Formula.Value(doubles, numbers, settings);
        var call = new OpCall(op, numbers, settings, result);
        var holds = rule.Where(call);
        var value = holds && rule.Value is { } wrongValue ? wrongValue(call) : result;
        Value? sum = null;
        for (var k = 0; k < operands.Length; k++)
        {
            if (k == op.Condition || !operands[k].RequiresGrad)
                continue;
            var operand = k;
            lock (s_gate)
            {
                t_next = s_vjps.Count;
                s_vjps.Add(Vjp);
            }

            var contribution = Tape.Unary<Planted>(operands[k]);
            sum = sum is { } earlier ? earlier + contribution : contribution * 1;

            double Vjp(double g)
            {
                var shares = new List<double>();
                op.Formula.AddShares(shares, doubles, g, numbers, result, settings, operand);
                var right = shares.Aggregate((a, b) => a + b);

                return holds && rule.Share is { } wrong ? Elsewhere(() => wrong(call, operand, g, right)) : right;
            }
        }

        if (sum is not { } y)
            return Value.Constant(value);
        y.Data = value;
        return y;
    }

    /// <summary>Computes on another thread: a fault computes with the engine too, which on this one is amid its backward sweep.</summary>
    private static double Elsewhere(Func<double> compute)
    {
        var result = new TaskCompletionSource<double>();
        s_elsewhere.Value.Add((compute, result));
        return result.Task.GetAwaiter().GetResult();
    }

    private static BlockingCollection<(Func<double>, TaskCompletionSource<double>)> Begin()
    {
        var work = new BlockingCollection<(Func<double> Compute, TaskCompletionSource<double> Result)>();
        new Thread(() =>
        {
            foreach (var (compute, result) in work.GetConsumingEnumerable())
                result.SetResult(compute());
        })
        {
            IsBackground = true,
        }.Start();
        return work;
    }

    /// <summary>An operand's part of the planted op. Its value is the number of its VJP in the list.</summary>
    private readonly struct Planted : IUnaryRule
    {
        public static string Name => "planted";

        public static double Forward(double x) => t_next;

        public static double Vjp(double g, double x, double y)
        {
            lock (s_gate)
                return s_vjps[(int)y](g);
        }
    }
}
