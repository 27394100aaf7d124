using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Faults.FaultRuns;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in how a batch is divided and what is divided by its size, found in any number: of micro-batches, of layers, of times.</summary>
internal static class BatchFaults
{
    /// <summary>Greatest number of micro-batches that is tried.</summary>
    private const int MostParts = 64;

    private static readonly TrainingSpec s_mean = WithLoss("mse_loss");

    internal static IReadOnlyList<TrainingFault> All { get; } =
    [
        Row(
            "micro-batches-not-divided",
            "Gradients of micro-batches are added up and not divided by their number",
            s_mean,
            s => !IsSum(s),
            new() { Gradient = (_, _, g) => 2 * g },
            "The batch is computed in parts. Each part's loss is a mean, and backward is called for each; the sum of k means is k times the mean.",
            "Losses and outputs of the first step are right; all gradients are k times the right ones, for k parts of the same size.",
            "8 samples in 4 parts of 2: gradients are 4 times the right ones.",
            "(loss / k).backward() for each part, or divide the gradients before the update.",
            clues =>
                Divisions(clues)
                    .SelectMany(k =>
                        new[]
                        {
                            new FaultVariant($"{k} micro-batches", new() { Gradient = (_, _, g) => k * g }),
                            new(
                                $"{k} micro-batches; the loss told is their sum",
                                new() { Gradient = (_, _, g) => k * g, Told = (_, loss) => k * loss }
                            ),
                        }
                    )
        ),
        Row(
            "micro-batches-of-uneven-size",
            "Micro-batches of different size count alike",
            s_mean,
            s => !IsSum(s),
            Weighted(n => Chunks(n, Math.Max(1, n - 1)), undivided: false),
            "The batch's size is no multiple of the micro-batches'. The mean of the parts' means weighs the samples of a small part more.",
            "Outputs of the first step are right; gradients lean to the samples of the smaller part. The ratio to the right ones is not constant.",
            "6 samples in parts of 4 and 2: those of the second part count twice as much.",
            "Weigh each part by its size: (loss · size / all).backward(), or sum and divide once.",
            Uneven
        ),
        Row(
            "micro-batches-divided-twice",
            "Gradients of micro-batches are divided by their number, although the loss is a sum",
            WithLoss("l1_loss", ("reduction", "sum")),
            IsSum,
            new() { Gradient = (_, _, g) => g / 2 },
            "The sum of the parts' sums is the sum already; dividing by the number of parts makes it smaller.",
            "Losses and outputs of the first step are right; all gradients are the right ones over the number of parts.",
            "4 samples in 2 parts: gradients are half of the right ones.",
            "Divide means, not sums.",
            clues => Divisions(clues).Select(k => new FaultVariant($"{k} micro-batches", new() { Gradient = (_, _, g) => g / k }))
        ),
        Row(
            "one-layer-not-averaged",
            "The gradient of some parameters is not divided by the number of samples",
            s_mean,
            s => !IsSum(s),
            new() { Gradient = (t, p, g) => t.Shape.LayerOf(p) == 0 && !t.Shape.IsBias(p) ? g * t.BatchCount : g },
            "1/n is missing where the gradient of one layer, of weights or of biases is computed; the others have it.",
            "These gradients are n times the right ones, with n the number of samples; all others are right in the first step.",
            "dW2 = δ2.T @ h / n beside dW1 = δ1.T @ x.",
            "Divide the error at the outputs once, and no gradient after it.",
            clues => Scaled(clues, clues.Run.BatchCount, $"{clues.Run.BatchCount} times the right one")
        ),
        Row(
            "one-layer-averaged",
            "The gradient of some parameters is divided by the number of samples, although the loss is a sum",
            Small,
            _ => true,
            new() { Gradient = (t, p, g) => t.Shape.LayerOf(p) == 0 && !t.Shape.IsBias(p) ? g / t.BatchCount : g },
            "1/n stands where the gradient of one layer, of weights or of biases is computed, and nowhere else; or it is there twice.",
            "These gradients are the right ones over n, the number of samples; all others are right in the first step.",
            "dW1 = δ1.T @ x / n beside dW2 = δ2.T @ h.",
            "Divide all or none.",
            clues => Scaled(clues, 1.0 / clues.Run.BatchCount, $"1/{clues.Run.BatchCount} of the right one")
        ),
        Row(
            "gradient-scaled",
            "Gradients have a constant factor",
            Small,
            _ => true,
            new() { Gradient = (_, _, g) => 0.75 * g },
            "A number is multiplied into the gradient of all parameters, or of some: a 2 of the square, a number of samples, outputs or batches.",
            "Losses and outputs of the first step are right; the ratio of gradients to the right ones is the same for all of a tensor.",
            "dW1 = 0.75 · δ1.T @ x.",
            "Compare with the derivative of the loss that is computed.",
            OfRatios
        ) with
        {
            IsGeneral = true,
        },
        Row(
            "rate-scaled",
            "Changes have a constant factor",
            Small,
            _ => true,
            new() { Update = t => t.Update(_ => true, 3) },
            "A number is multiplied into the learning rate, or the rate is another one.",
            "Gradients of the first step are right; each change of a parameter has the same ratio to the right one.",
            "lr = 0.03 in place of 0.01.",
            "Compare the learning rates.",
            OfChange
        ) with
        {
            IsGeneral = true,
        },
    ];

    private static bool IsSum(TrainingSpec spec) => spec.Loss.Word("reduction") == "sum";

    /// <summary>Numbers of parts of the same size that a batch can be divided into.</summary>
    private static IEnumerable<int> Divisions(TrainingClues clues) =>
        !clues.IsFrom(TrainingPhase.Loss, TrainingPhase.Backward)
            ? []
            : Enumerable.Range(2, Math.Max(0, clues.Run.BatchCount - 1)).Where(k => clues.Run.BatchCount % k == 0);

    private static IEnumerable<FaultVariant> Uneven(TrainingClues clues)
    {
        var n = clues.IsFrom(TrainingPhase.Loss, TrainingPhase.Backward) ? clues.Run.BatchCount : 0;
        foreach (var size in Enumerable.Range(1, Math.Max(0, Math.Min(n, MostParts) - 1)))
        {
            foreach (
                var (says, split) in new[]
                {
                    ("the last smaller", (Func<int, int[]>)(all => Chunks(all, size))),
                    ("the first smaller", all => [.. Chunks(all, size).Reverse()]),
                    ("about alike", all => Alike(all, size)),
                }
            )
            {
                var sizes = split(n);
                if (sizes.Length < 2 || sizes.Distinct().Count() == 1)
                    continue;
                var parts = string.Join(", ", sizes.Take(8)) + (sizes.Length > 8 ? ", …" : "");
                foreach (var undivided in new[] { false, true })
                {
                    var title = $"parts of {parts} samples{(undivided ? ", not divided by their number" : "")}";
                    var loop = Weighted(split, undivided);
                    yield return new(title, loop);
                    yield return new($"{title}; so is the loss told", loop with { Told = (t, _) => OfParts(t, split, undivided) });
                }
            }
        }
    }

    /// <summary>Parts of a size, the last one what is left.</summary>
    private static int[] Chunks(int samples, int size) => [.. Enumerable.Range(0, samples).Chunk(size).Select(c => c.Length)];

    /// <summary>A number of parts that differ by one sample at most, the greater ones first.</summary>
    private static int[] Alike(int samples, int parts) =>
        [.. Enumerable.Range(0, parts).Select(k => samples / parts + (k < samples % parts ? 1 : 0))];

    /// <summary>Backward from the parts' means, added up and divided by the number of parts or not.</summary>
    private static LoopRules Weighted(Func<int, int[]> split, bool undivided) =>
        new()
        {
            Error = (t, right) =>
            {
                var weights = Weights(t.BatchCount, split, undivided);
                var outputs = right.Length / t.BatchCount;
                return [.. right.Select((g, i) => g * weights[i / outputs])];
            },
        };

    /// <summary>Weight of each sample, 1 for that in the mean of all.</summary>
    private static double[] Weights(int samples, Func<int, int[]> split, bool undivided)
    {
        var sizes = split(samples);
        return [.. sizes.SelectMany(size => Enumerable.Repeat((double)samples / size / (undivided ? 1 : sizes.Length), size))];
    }

    private static double OfParts(ModelTraining training, Func<int, int[]> split, bool undivided)
    {
        var weights = Weights(training.BatchCount, split, undivided);
        OpValue[] terms = [.. ((LossRow)training.Spec.Loss.Row).Terms(training.Outputs, training.Samples, training.Spec.Loss)];
        return terms.Select((term, i) => term.Data * weights[i * training.BatchCount / terms.Length]).Sum() / terms.Length;
    }

    private static IEnumerable<FaultVariant> Scaled(TrainingClues clues, double factor, string says)
    {
        foreach (var part in clues.IsFrom(TrainingPhase.Backward) ? Parts(clues.Shape) : [])
            yield return new($"{says} in {part.Says}", new() { Gradient = (t, p, g) => part.Holds(t.Shape, p) ? factor * g : g });
    }

    /// <summary>Constant ratios of the recorded gradients to the right ones, tensor by tensor.</summary>
    private static IEnumerable<FaultVariant> OfRatios(TrainingClues clues)
    {
        if (clues.Recorded.Gradients is not { } recorded || !clues.IsFrom(TrainingPhase.Backward))
            yield break;
        var ratios = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var tensor in clues.Layout.Tensors)
        {
            if (Ratio(clues.Layout.Slice(tensor, recorded), clues.Layout.Slice(tensor, clues.Right.Gradients)) is { } ratio)
                ratios[tensor] = ratio;
        }

        // What one rule got wrong is a factor of some tensors; another mistake may be in the others.
        var wrong = ratios.Where(r => Math.Abs(r.Value - 1) > 1e-6).ToDictionary();
        if (wrong.Count > 0)
            yield return new(string.Join(", ", wrong.Select(r => $"{r.Key}: {Number(r.Value)} times the right one")), Factors(clues, wrong));
    }

    private static LoopRules Factors(TrainingClues clues, IReadOnlyDictionary<string, double> ratios)
    {
        double[] factors = [.. Enumerable.Range(0, clues.Layout.Count).Select(p => ratios.GetValueOrDefault(clues.Layout[p].Tensor, 1))];
        return new() { Gradient = (_, p, g) => factors[p] * g };
    }

    private static IEnumerable<FaultVariant> OfChange(TrainingClues clues)
    {
        if (clues.Recorded.Parameters is not { } recorded || !clues.IsFrom(TrainingPhase.Update))
            yield break;
        var before = clues.Before;
        var ratio = Ratio(
            [.. recorded.Select((p, i) => p - before[i])],
            [.. clues.Right.After.Parameters.Select((p, i) => (double?)(p - before[i]))]
        );
        if (ratio is { } found)
            yield return new($"{Number(found)} times the right one", new() { Update = t => t.Update(_ => true, found) });
    }

    /// <summary>The ratio that all numbers have, a whole one or its reciprocal where it is near; null if there is none.</summary>
    private static double? Ratio(IReadOnlyList<double?> recorded, IReadOnlyList<double?> right)
    {
        var greatest = right.Max(r => Math.Abs(r ?? 0));
        double[] ratios =
        [
            .. recorded
                .Zip(right)
                .Where(n => n.First is not null && Math.Abs(n.Second ?? 0) > 1e-3 * greatest)
                .Select(n => n.First!.Value / n.Second!.Value),
        ];
        if (ratios.Length == 0 || !ratios.All(double.IsFinite) || ratios.Max() - ratios.Min() > 1e-6 * Math.Abs(ratios[0]))
            return null;
        var (ratio, inverse) = (ratios[0], 1 / ratios[0]);
        return Math.Abs(ratio - Math.Round(ratio)) < 1e-6 * Math.Abs(ratio) ? Math.Round(ratio)
            : Math.Abs(inverse - Math.Round(inverse)) < 1e-6 * Math.Abs(inverse) ? 1 / Math.Round(inverse)
            : ratio;
    }

    private static string Number(double number) => number.ToString("G9", CultureInfo.InvariantCulture);
}
