using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>
/// Dropout on the outputs of layers: each is 0, or is divided by the probability of being kept, as PyTorch's module does while it trains. Masks are those
/// that a trace recorded, or else are drawn by Python's generator: layer by layer, sample by sample.
/// </summary>
/// <param name="spec">The run.</param>
internal sealed class DropoutPart(TrainingSpec spec)
{
    private readonly PythonRandom _random = new(spec.Seed);

    /// <summary>The factors of each layer's outputs in the next step; null for layers without dropout.</summary>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="samples">Number of its samples.</param>
    internal double[]?[] Next(int step, int samples) => [.. spec.Dropout.Select((p, layer) => p == 0 ? null : Factors(step, samples, layer, p))];

    private double[] Factors(int step, int samples, int layer, double probability)
    {
        var factors = new double[samples * spec.Sizes[layer + 1]];
        for (var i = 0; i < factors.Length; i++)
            factors[i] = _random.NextDouble() < probability ? 0 : 1;
        return Array.ConvertAll(spec.Masks.Find(step, layer) ?? factors, kept => kept / (1 - probability));
    }
}
