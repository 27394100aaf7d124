using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>The formulas of PyTorch's loss kernels (aten/src/ATen/native/Loss.cpp, SoftMax.cpp), forward and backward, for one term.</summary>
internal static class FusedLosses
{
    private static readonly Formula s_binaryCrossEntropy = Formula.Of(
        (x, s) => (s[0] - 1) * Held(Term.OfC(Primitive.Log1p, -x)) - s[0] * Held(Term.OfC(Primitive.Log, x)),
        (g, x, y, s) => g * (x - s[0]) / Greater((1 - x) * x, 1e-12)
    );

    private static readonly Formula s_withLogits = Ops.LossKernels.Rows.First(row => row.Name == "binary_cross_entropy_with_logits").Formula;

    private static readonly Formula s_crossEntropy = Formula.Of(
        (x, s) => -LogSoftmax(x, (int)s[0]),
        (g, x, s, k) => k == (int)s[0] ? g * LogSoftmax(x, k).Exp() - g : g * LogSoftmax(x, k).Exp()
    );

    internal static FusedLoss BinaryCrossEntropy(Dataset data, bool mean) => new("binary_cross_entropy", s_binaryCrossEntropy, Each(data), mean);

    internal static FusedLoss WithLogits(Dataset data, bool mean) => new("binary_cross_entropy_with_logits", s_withLogits, Each(data), mean);

    internal static FusedLoss CrossEntropy(Dataset data, int outputs, bool mean)
    {
        var scores = outputs / data.Count;
        return new(
            "cross_entropy",
            s_crossEntropy,
            [.. data.Classes().Select((own, i) => (Enumerable.Range(i * scores, scores).ToArray(), new double[] { own }))],
            mean
        );
    }

    private static List<(int[] Outputs, double[] Settings)> Each(Dataset data) =>
        [.. data.Targets.ToArray().Select((t, i) => (new[] { i }, new[] { t }))];

    private static Term Greater(Term a, Term b) => Term.If(a < b, b, a);

    private static Term Held(Term logarithm) => Greater(logarithm, -100);

    private static Term LogSoftmax(Term[] x, int k)
    {
        var greatest = x.Aggregate(Greater);
        return x[k] - greatest - Term.Sum([.. x.Select(score => (score - greatest).Exp())]).Log();
    }
}
