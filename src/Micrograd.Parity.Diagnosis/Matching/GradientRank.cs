using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>
/// Ranks of the layers' weight gradients. A layer's gradient is a sum over samples of error times input, so its rank is at most the number of
/// samples, and of different errors, that took part.
/// </summary>
internal static class GradientRank
{
    /// <summary>Threshold of a zero row in elimination, relative to the largest number.</summary>
    private const double Vanishing = 1e-9;

    /// <summary>Finds the layers whose gradient has too low a rank, at the first recorded step that has any.</summary>
    internal static IReadOnlyList<Fact> Facts(TrainingTrace trace, IReadOnlyList<PartialStep> recorded, IEnumerable<StepTrace> right)
    {
        foreach (var (step, should) in recorded.Zip(right))
        {
            if (step.Gradients is null || Array.Exists(step.Gradients, g => g is null) || Array.Exists(should.Gradients, g => g is null))
                continue;
            var facts = new List<Fact>();
            foreach (var tensor in trace.Layout.Tensors.Where(t => t.EndsWith("weight", StringComparison.Ordinal)))
            {
                var columns =
                    1 + Enumerable.Range(0, trace.Layout.Count).Select(i => trace.Layout[i]).Where(p => p.Tensor == tensor).Max(p => p.Index[^1]);
                var has = Of(trace.Layout.Slice(tensor, step.Gradients), columns);
                var needs = Of(trace.Layout.Slice(tensor, should.Gradients), columns);
                if (has < needs)
                    facts.Add(new Fact(FactKind.LowRank, $"the gradient of {tensor} in step {step.Step} has rank {has}, PyTorch's {needs}", has));
            }

            if (facts.Count > 0)
                return facts;
        }

        return [];
    }

    /// <summary>Rank of a matrix given row by row, by Gaussian elimination with pivoting.</summary>
    internal static int Of(double?[] numbers, int columns)
    {
        var rows = numbers.Select(n => n ?? 0).Chunk(columns).ToList();
        var greatest = rows.SelectMany(r => r).Select(Math.Abs).DefaultIfEmpty(0).Max();
        var rank = 0;
        for (; rows.Count > 0; rank++)
        {
            var pivot = rows.MaxBy(r => r.Max(Math.Abs))!;
            var column = Array.IndexOf(Array.ConvertAll(pivot, Math.Abs), pivot.Max(Math.Abs));
            if (!(Math.Abs(pivot[column]) > Vanishing * greatest))
                break;
            rows.Remove(pivot);
            foreach (var row in rows)
            {
                var factor = row[column] / pivot[column];
                for (var i = 0; i < columns; i++)
                    row[i] -= factor * pivot[i];
            }
        }

        return rank;
    }
}
