using Micrograd.Parity.Comparing;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing.Oracles;

/// <summary>
/// Oracles for what neither side decides: whether gradients are the derivatives of the values (finite differences), which of two numbers is
/// nearer to the exact one (GNU MPFR), and whether PyTorch agrees with itself (its other kernels).
/// </summary>
internal static class ThirdOpinions
{
    private const int Drawn = 300;
    private const int Differentiated = 40;
    private const int DifferentiatedInputs = 5;
    private const int SumOperands = 3;

    /// <summary>Finite differences are taken at everyday magnitudes, where rounding of the values stays far below the derivatives.</summary>
    private const double Least = 1.0 / 1024;
    private const double Greatest = 40;

    /// <summary>Checks ops and programs with these oracles, several at a time.</summary>
    /// <param name="items">Comparisons of ops and programs; others are left out.</param>
    /// <param name="ops">The catalogue.</param>
    /// <param name="context">Both sides, and the seed.</param>
    /// <param name="reasons">Reasons why finite differences refuse gradients that both sides have, by item name.</param>
    /// <param name="progress">Receives each result as it comes, from any thread.</param>
    /// <param name="everyPoint">Lists all special points, also those at which all sides have the same number.</param>
    /// <param name="cancellation">Ends the check between two items.</param>
    /// <exception cref="AggregateException">With a <see cref="DllNotFoundException"/> in it: GNU MPFR is not installed.</exception>
    public static IReadOnlyList<ItemOpinion> Ask(
        IReadOnlyList<IComparison> items,
        OpCatalogue ops,
        RunContext context,
        IReadOnlyDictionary<string, string> reasons,
        IProgress<ItemOpinion>? progress = null,
        bool everyPoint = false,
        CancellationToken cancellation = default
    )
    {
        var opinions = new ItemOpinion?[items.Count];
        Parallel.For(
            0,
            items.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation },
            i =>
            {
                opinions[i] = items[i] switch
                {
                    OpComparison op => Ask(op, ops, context, everyPoint),
                    ProgramComparison program => Ask(program, ops, context),
                    _ => null,
                };
                if (reasons.TryGetValue(items[i].Name, out var reason))
                    opinions[i] = opinions[i] is { } explained ? explained with { Reason = reason } : null;
                if (opinions[i] is { } opinion)
                    progress?.Report(opinion);
            }
        );
        return [.. opinions.OfType<ItemOpinion>()];
    }

    private static ItemOpinion Ask(OpComparison item, OpCatalogue ops, RunContext context, bool everyPoint)
    {
        var (op, random) = (item.Op, context.RandomFor(item.Name));
        var differences = new DifferenceCheck(ops, context);
        var operands = op.Arity == Op.Any ? SumOperands : op.Arity;
        for (var i = 0; i < Differentiated; i++)
            differences.Check(item.ProgramFor(operands), new ProgramInput(Everyday(op, operands, random), [1]));

        var truth = new TruthCheck(ops, context, everyPoint);
        var points = OpPoints.For(op, item.Settings, Drawn, random).ToList();
        foreach (var group in points.Select((point, i) => (Point: point, Special: i < points.Count - Drawn)).GroupBy(p => p.Point.Length))
        {
            truth.Check(
                item.ProgramFor(group.Key),
                [.. group.Select(p => new ProgramInput(p.Point, [1]))],
                group.Count(p => p.Special),
                op.Elementwise
            );
        }

        return new ItemOpinion(item.Name, item.Kind, differences.Opinion, KinkCheck.Check(op, item.Settings, ops, context), truth.Opinion);
    }

    private static ItemOpinion Ask(ProgramComparison item, OpCatalogue ops, RunContext context)
    {
        var inputs = item.Inputs(context.RandomFor(item.Name));
        var differences = new DifferenceCheck(ops, context);
        foreach (var input in inputs.Take(DifferentiatedInputs))
            differences.Check(item.Program, input with { Numbers = Array.ConvertAll(input.Numbers, x => (double)(float)x) });
        var truth = new TruthCheck(ops, context, everyPoint: false);
        truth.Check(item.Program, inputs, special: 0, onVectors: true);
        return new ItemOpinion(item.Name, item.Kind, differences.Opinion, [], truth.Opinion);
    }

    private static double[] Everyday(Op op, int operands, SeededRandom random)
    {
        var point = new double[operands];
        for (var k = 0; k < operands; k++)
        {
            var domain = op.Domains[Math.Min(k, op.Domains.Count - 1)];
            do point[k] = (float)domain.Draw(random);
            while (Math.Abs(point[k]) is < Least or > Greatest || point[k] < domain.Low || point[k] > domain.High);
        }

        return point;
    }
}
