using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>
/// Finds the order of a batch's targets from recorded gradients. These are the outputs' errors times the outputs' own gradients, which inputs and
/// parameters give; each error tells the target it is of.
/// </summary>
internal static class TargetOrder
{
    private const int MostSamples = 64;
    private const int MostOutputs = 200;

    /// <summary>The one order of all steps; null if there is none.</summary>
    internal static int[]? Find(TrainingClues clues)
    {
        if (!IsSmall(clues.Run))
            return null;
        if (Errors(clues.Recorded, clues.Run) is { } errors)
            return Matched(Candidates(clues.Run), errors, Near(clues));

        // Few parameters tell few errors. What another target adds to an error is the same in each step, if the error is linear in the target.
        var steps = new List<(double[][] Rows, double[] More)>();
        double[][]? candidates = null;
        double[] right = [];
        foreach (var (recorded, run) in clues.Guided())
        {
            if (Equations(recorded, run) is not { } equations)
                break;
            if (candidates is null)
                (candidates, right) = (Candidates(run), run.ErrorsWith(run.Samples));
            steps.Add(equations);
        }

        if (candidates is null)
            return null;
        double[][] rows = [.. steps.SelectMany(s => s.Rows)];
        double[] more = [.. steps.SelectMany(s => s.More)];
        if (right.Length == candidates.Length)
            return AssignedOrder.Find(
                rows,
                more,
                clues.IsSingle ? 1e-6 : 1e-13,
                Array.ConvertAll(candidates, c => c.Select((e, i) => e - right[i]).ToArray())
            );
        return Solve(rows, more) is { } added ? Matched(candidates, [.. right.Zip(added, (e, d) => e + d)], Near(clues)) : null;
    }

    /// <summary>The order of each step by itself; empty if some step's is not found.</summary>
    internal static Dictionary<int, int[]> OfEachStep(TrainingClues clues)
    {
        var orders = new Dictionary<int, int[]>();
        if (!IsSmall(clues.Run))
            return orders;
        foreach (var (recorded, run) in clues.Guided())
        {
            if (Errors(recorded, run) is not { } errors || Matched(Candidates(run), errors, Near(clues), orIdentity: true) is not { } order)
                return [];
            orders[recorded.Step] = order;
        }

        return orders;
    }

    /// <summary>Relative distance up to which an error is that of a target.</summary>
    private static double Near(TrainingClues clues) => clues.IsSingle ? 1e-3 : 1e-6;

    private static bool IsSmall(ModelTraining run) => run.BatchCount is > 1 and <= MostSamples && run.Outputs.Length <= MostOutputs;

    private static double[]? Errors(PartialStep recorded, ModelTraining run) =>
        Equations(recorded, run) is { } equations && Solve(equations.Rows, equations.More) is { } added
            ? [.. run.ErrorsWith(run.Samples).Zip(added, (e, d) => e + d)]
            : null;

    /// <summary>An equation for each parameter: its gradients of the outputs, and what its recorded gradient has more than the right one.</summary>
    private static (double[][] Rows, double[] More)? Equations(PartialStep recorded, ModelTraining run)
    {
        if (recorded.Gradients is not { } gradients || Array.Exists(gradients, g => g is not { } number || !double.IsFinite(number)))
            return null;
        var right = run.NodeGradients();
        var ofOutputs = Array.ConvertAll(run.Outputs, o => run.NodeGradients(o));
        return (
            [.. gradients.Select((_, p) => Array.ConvertAll(ofOutputs, g => g[p] ?? 0))],
            [.. gradients.Select((g, p) => g!.Value - (right[p] ?? 0))]
        );
    }

    /// <summary>The outputs' errors if every sample had the targets of one, for each.</summary>
    private static double[][] Candidates(ModelTraining run) =>
        [
            .. Enumerable
                .Range(0, run.BatchCount)
                .Select(j =>
                    run.ErrorsWith(
                        new Dataset(
                            run.Samples.Features,
                            run.Samples.Inputs.ToArray(),
                            [.. Enumerable.Range(0, run.BatchCount).SelectMany(_ => run.Samples.Target(j).ToArray())]
                        )
                    )
                ),
        ];

    private static int[]? Matched(double[][] candidates, double[] errors, double near, bool orIdentity = false)
    {
        var (order, outputs) = (new int[candidates.Length], errors.Length / candidates.Length);
        var greatest = candidates.SelectMany(c => c).Max(Math.Abs);
        var isUsed = new bool[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            var fitting = Enumerable.Range(0, order.Length).Where(j => Distance(i, j) <= near * greatest).OrderBy(j => isUsed[j]).ThenBy(j => j != i);
            if (!fitting.Any())
                return null;
            order[i] = fitting.First();
            isUsed[order[i]] = true;
        }

        return orIdentity || order.Where((j, i) => i != j).Any() ? order : null;

        double Distance(int sample, int of) => Enumerable.Range(sample * outputs, outputs).Max(k => Math.Abs(errors[k] - candidates[of][k]));
    }

    /// <summary>Solves equations that agree, more of them than unknowns, by elimination; null if they do not determine all unknowns.</summary>
    private static double[]? Solve(double[][] rows, double[] more)
    {
        if (rows.Length == 0 || rows.Length < rows[0].Length)
            return null;
        var unknowns = rows[0].Length;
        var all = rows.Select((row, i) => (double[])[.. row, more[i]]).ToArray();
        var greatest = rows.SelectMany(r => r).Max(Math.Abs);
        for (var column = 0; column < unknowns; column++)
        {
            var pivot = Enumerable.Range(column, all.Length - column).MaxBy(r => Math.Abs(all[r][column]));
            if (!(Math.Abs(all[pivot][column]) > 1e-9 * greatest))
                return null;
            (all[column], all[pivot]) = (all[pivot], all[column]);
            for (var r = 0; r < all.Length; r++)
            {
                var factor = r == column ? 0 : all[r][column] / all[column][column];
                for (var k = column; factor != 0 && k <= unknowns; k++)
                    all[r][k] -= factor * all[column][k];
            }
        }

        return [.. Enumerable.Range(0, unknowns).Select(c => all[c][unknowns] / all[c][c])];
    }
}
