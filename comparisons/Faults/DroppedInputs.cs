using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Finds which inputs of a layer were dropped in each sample of each step: those without which the recorded outputs follow.</summary>
internal static class DroppedInputs
{
    /// <summary>Greatest number of inputs of a layer of which all subsets are tried.</summary>
    private const int MostInputs = 12;

    /// <summary>Factors of what is kept: none, 1/(1 − p) in training, and 1 − p where nothing is dropped.</summary>
    private static readonly double[] s_factors =
    [
        1,
        .. new[] { 0.5, 0.2, 0.1, 0.25, 0.3, 0.4, 0.05, 0.15, 0.6, 0.7, 0.75, 0.8, 0.9, 1 / 3.0, 2 / 3.0 }.SelectMany(p =>
            new[] { 1 / (1 - p), 1 - p }
        ),
    ];

    /// <summary>Dropped inputs of a layer, as factors by step, sample, layer and input.</summary>
    internal static IEnumerable<(string Says, Func<int, int, int, int, double> Factors)> Found(TrainingClues clues)
    {
        if (clues.Recorded.Outputs is null || !clues.IsFrom(TrainingPhase.Forward))
            yield break;
        foreach (var layers in Layers(clues.Shape).Where(layers => layers.Sum(l => clues.Shape.Sizes[l]) <= MostInputs))
        {
            foreach (var factor in s_factors)
            {
                if (OfLayers(clues, layers, factor) is not { } masks)
                    continue;
                yield return (
                    $"inputs of {(layers.Length == 1 ? $"layer {layers[0]}" : $"layers {string.Join(", ", layers)}")}"
                        + (factor == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", what is kept times {factor:G6}")),
                    (step, sample, layer, input) =>
                        masks.TryGetValue((step, sample), out var mask) && mask.TryGetValue(layer, out var factors) ? factors[input] : 1
                );
                break;
            }
        }
    }

    /// <summary>Layers whose inputs may be dropped: each one, the last first; all hidden ones; all.</summary>
    private static IEnumerable<int[]> Layers(NetworkShape shape)
    {
        for (var l = shape.Layers - 1; l >= 0; l--)
            yield return [l];
        if (shape.Layers > 2)
            yield return [.. Enumerable.Range(1, shape.Layers - 1)];
        yield return [.. Enumerable.Range(0, shape.Layers)];
    }

    private static Dictionary<(int Step, int Sample), Dictionary<int, double[]>>? OfLayers(TrainingClues clues, int[] layers, double factor)
    {
        var found = new Dictionary<(int, int), Dictionary<int, double[]>>();
        foreach (var (recorded, run) in clues.Guided())
        {
            if (recorded.Outputs is not { } outputs || outputs.Length != run.Outputs.Length)
                break;
            var count = outputs.Length / run.BatchCount;
            for (var i = 0; i < run.BatchCount; i++)
            {
                if (OfSample(run, i, layers, factor, outputs[(i * count)..((i + 1) * count)], clues.IsSingle ? 1e-6 : 1e-9) is not { } mask)
                    return null;
                found[(recorded.Step, i)] = mask;
            }
        }

        return found.Values.Any(masks => masks.Values.Any(mask => mask.Any(m => m != 1))) ? found : null;
    }

    private static Dictionary<int, double[]>? OfSample(ModelTraining run, int sample, int[] layers, double factor, double[] outputs, double near)
    {
        var inputs = Array.ConvertAll(run.Forwarded[sample][layers[0]].Inputs, x => x.Data);
        near *= Math.Max(1, outputs.Max(Math.Abs));
        for (var kept = (1 << layers.Sum(l => run.Shape.Sizes[l])) - 1; kept >= 0; kept--)
        {
            var (masks, rest) = (new Dictionary<int, double[]>(), kept);
            foreach (var l in layers)
            {
                masks[l] = [.. Enumerable.Range(0, run.Shape.Sizes[l]).Select(i => (rest >> i & 1) != 0 ? factor : 0)];
                rest >>= run.Shape.Sizes[l];
            }

            var gives = run.From(layers[0], inputs, (l, x) => masks.TryGetValue(l, out var mask) ? [.. x.Zip(mask, (a, m) => a * m)] : x);
            if (gives.Zip(outputs, (a, b) => Math.Abs(a - b)).Max() <= near)
                return masks;
        }

        return null;
    }
}
