using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Wrong rules of softmax, in the forward pass and in the backward pass of a cross-entropy.</summary>
internal static class SoftmaxRules
{
    internal static bool IsClasses(TrainingSpec spec) => spec.Loss.Kind is "cross_entropy" or "nll_loss";

    /// <summary>Other gradients of a sample's scores, from its probabilities and those less the class.</summary>
    internal static LoopRules OfScores(Func<double[], double[], int, double> gradient) =>
        new()
        {
            Error = (t, _) =>
                [
                    .. Samples(t)
                        .SelectMany(sample =>
                        {
                            double[] p = Probabilities(sample.Scores);
                            double[] error = [.. p.Select((q, i) => i == sample.Class ? q - 1 : q)];
                            return p.Select((_, i) => gradient(p, error, i) * Share(t));
                        }),
                ],
        };

    /// <summary>Weight of one term in the loss.</summary>
    internal static double Share(ModelTraining training) =>
        training.Spec.Loss.Word("reduction") == "sum" ? 1
        : IsClasses(training.Spec) ? 1.0 / training.BatchCount
        : 1.0 / training.Outputs.Length;

    private static IEnumerable<(double[] Scores, int Class)> Samples(ModelTraining training)
    {
        var classes = training.Samples.Classes();
        var count = training.Outputs.Length / classes.Length;
        return classes.Select((own, i) => (Array.ConvertAll(training.Outputs[(i * count)..((i + 1) * count)], o => o.Data), own));
    }

    private static double[] Probabilities(double[] scores)
    {
        var greatest = scores.Max();
        double[] powers = [.. scores.Select(z => Math.Exp(z - greatest))];
        return [.. powers.Select(e => e / powers.Sum())];
    }

    /// <summary>Softmax over other groups: samples and scores of the same group are normalised together.</summary>
    internal static LoopRules Grouped(Func<int, int, int> group) =>
        new()
        {
            Loss = (t, outputs) => IsClasses(t.Spec) ? OwnClass(t, outputs, scores => Whole(scores, group, logarithm: true)) : null,
            Softmax = sums => Whole(sums, group, logarithm: false),
        };

    /// <summary>The scores' gradient p − y, with probabilities over other groups.</summary>
    internal static Func<ModelTraining, double[], double[]> ErrorOf(Func<int, int, int> group) =>
        (t, right) =>
        {
            if (!IsClasses(t.Spec))
                return right;
            var samples = Samples(t).ToList();
            var greatest = samples.Max(s => s.Scores.Max());
            var sums = samples
                .SelectMany((s, i) => s.Scores.Select((z, k) => (Group: group(i, k), Power: Math.Exp(z - greatest))))
                .GroupBy(p => p.Group)
                .ToDictionary(g => g.Key, g => g.Sum(p => p.Power));
            return
            [
                .. samples.SelectMany(
                    (s, i) => s.Scores.Select((z, k) => (Math.Exp(z - greatest) / sums[group(i, k)] - (k == s.Class ? 1 : 0)) * Share(t))
                ),
            ];
        };

    private static IEnumerable<OpValue> OwnClass(ModelTraining training, OpValue[] outputs, Func<OpValue[][], OpValue[][]> logarithms)
    {
        var classes = training.Samples.Classes();
        return logarithms([.. outputs.Chunk(outputs.Length / classes.Length)]).Select((logs, i) => -logs[classes[i]]);
    }

    private static OpValue[][] Whole(OpValue[][] scores, Func<int, int, int> group, bool logarithm)
    {
        var greatest = scores[0][0].Constant(scores.SelectMany(s => s).Max(z => z.Data));
        var shifted = Array.ConvertAll(scores, row => Array.ConvertAll(row, z => z - greatest));
        var powers = Array.ConvertAll(shifted, row => Array.ConvertAll(row, z => z.Apply("exp")));
        var sums = powers
            .SelectMany((row, i) => row.Select((e, k) => (Group: group(i, k), Power: e)))
            .GroupBy(p => p.Group)
            .ToDictionary(g => g.Key, g => OpValue.Fold(g.Select(p => p.Power)));
        return
        [
            .. scores.Select(
                (row, i) =>
                    row.Select(
                            (_, k) => sums[group(i, k)] is var sum && logarithm ? shifted[i][k] - sum.Apply("log") : powers[i][k].Apply("div", sum)
                        )
                        .ToArray()
            ),
        ];
    }

    /// <summary>exp(z) / Σ exp(z) as it stands, and the scores' gradient p − y.</summary>
    internal static LoopRules Overflowing() => OfQuotient() with { Error = OverflowingError };

    internal static double[] OverflowingError(ModelTraining training, double[] right)
    {
        if (!IsClasses(training.Spec))
            return right;
        return
        [
            .. Samples(training)
                .SelectMany(sample =>
                {
                    double[] powers = [.. sample.Scores.Select(Math.Exp)];
                    var sum = powers.Sum();
                    return powers.Select((e, i) => (e / sum - (i == sample.Class ? 1 : 0)) * Share(training));
                }),
        ];
    }

    internal static LoopRules OfQuotient() =>
        new()
        {
            Loss = (t, outputs) =>
                IsClasses(t.Spec)
                    ? OwnClass(t, outputs, scores => Array.ConvertAll(scores, row => Array.ConvertAll(Quotients(row), p => p.Apply("log"))))
                    : null,
            Softmax = sums => Array.ConvertAll(sums, Quotients),
        };

    internal static LoopRules OfLogarithm() =>
        new()
        {
            Loss = (t, outputs) =>
                IsClasses(t.Spec)
                    ? OwnClass(t, outputs, scores =>
                        Array.ConvertAll(scores, row =>
                            OpValue.Fold(row.Select(z => z.Apply("exp"))).Apply("log") is var sum ? Array.ConvertAll(row, z => z - sum) : row
                        )
                    )
                    : null,
        };

    private static OpValue[] Quotients(OpValue[] scores)
    {
        var powers = Array.ConvertAll(scores, z => z.Apply("exp"));
        var sum = OpValue.Fold(powers);
        return Array.ConvertAll(powers, e => e.Apply("div", sum));
    }
}
