using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Finds which inputs of a layer were dropped in each sample of each step: those without which the recorded outputs follow.</summary>
internal static class DropoutMasks
{
    /// <summary>Greatest number of inputs of a layer of which all subsets are tried.</summary>
    private const int MostInputs = 12;

    private const double Near = 1e-9;

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
        for (var l = clues.Shape.Layers - 1; l >= 0; l--)
        {
            if (clues.Shape.Sizes[l] > MostInputs)
                continue;
            var layer = l;
            foreach (var factor in s_factors)
            {
                if (OfLayer(clues, layer, factor) is not { } masks)
                    continue;
                yield return (
                    $"inputs of layer {layer}{(factor == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", what is kept times {factor:G6}"))}",
                    (step, sample, at, input) => at == layer && masks.TryGetValue((step, sample), out var mask) ? mask[input] : 1
                );
                break;
            }
        }
    }

    private static Dictionary<(int Step, int Sample), double[]>? OfLayer(TrainingClues clues, int layer, double factor)
    {
        var found = new Dictionary<(int, int), double[]>();
        foreach (var (recorded, run) in clues.Guided())
        {
            if (recorded.Outputs is not { } outputs || outputs.Length != run.Outputs.Length)
                break;
            var count = outputs.Length / run.BatchCount;
            for (var i = 0; i < run.BatchCount; i++)
            {
                if (OfSample(run, i, layer, factor, outputs[(i * count)..((i + 1) * count)]) is not { } mask)
                    return null;
                found[(recorded.Step, i)] = mask;
            }
        }

        return found.Values.Any(mask => mask.Any(m => m != 1)) ? found : null;
    }

    private static double[]? OfSample(ModelTraining run, int sample, int layer, double factor, double[] outputs)
    {
        var inputs = Array.ConvertAll(run.Forwarded[sample][layer].Inputs, x => x.Data);
        var scale = outputs.Max(Math.Abs);
        for (var kept = (1 << inputs.Length) - 1; kept >= 0; kept--)
        {
            var mask = kept;
            double[] factors = [.. inputs.Select((_, i) => (mask >> i & 1) != 0 ? factor : 0)];
            var gives = run.From(layer, [.. inputs.Zip(factors, (x, f) => x * f)]);
            if (gives.Zip(outputs, (a, b) => Math.Abs(a - b)).Max() <= Near * Math.Max(1, scale))
                return factors;
        }

        return null;
    }
}
