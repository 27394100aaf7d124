using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>Perturbs traces as if recorded by an engine that rounds differently: every computed number by up to one part in 10¹⁴.</summary>
internal static class Perturbation
{
    private const double Greatest = 1e-14;

    internal static GraphTrace Apply(GraphTrace trace)
    {
        var random = new SeededRandom(trace.Nodes.Count, 1);
        return trace with { Nodes = trace.Nodes.With(n => n.Op is null ? n.Value : Off(n.Value, random), n => Off(n.Gradient, random)) };
    }

    internal static IReadOnlyList<PartialStep> Apply(IReadOnlyList<PartialStep> steps)
    {
        var random = new SeededRandom(steps.Count, 2);
        return
        [
            .. steps.Select(s =>
                s with
                {
                    Loss = Off(s.Loss, random),
                    Outputs = s.Outputs is null ? null : Array.ConvertAll(s.Outputs, x => Off(x, random)),
                    Gradients = Each(s.Gradients),
                    Clipped = Each(s.Clipped),
                    Parameters = Each(s.Parameters),
                    Optimizer = s.Optimizer.ToDictionary(m => m.Key, m => Each(m.Value)!),
                }
            ),
        ];

        double?[]? Each(double?[]? numbers) => numbers is null ? null : Array.ConvertAll(numbers, x => Off(x, random));
    }

    private static double? Off(double? x, SeededRandom random) => x is { } number ? Off(number, random) : null;

    private static double Off(double x, SeededRandom random) => x * (1 + Greatest * (2 * random.NextDouble() - 1));
}
