using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Training;

/// <summary>
/// Bounds on one training step of PyTorch's modules, which compute the engine's step in another order: sums of products in any order, with or
/// without fused multiply-add, and losses by kernels of their own.
/// </summary>
/// <param name="Outputs">Each output.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Gradients">Each parameter's gradient; null where none arrives.</param>
/// <param name="Clipped">Each gradient after clipping, of our own gradients; null where the run does not clip.</param>
internal sealed record StepBounds(
    IReadOnlyList<Enclosure> Outputs,
    Enclosure Loss,
    IReadOnlyList<Enclosure?> Gradients,
    IReadOnlyList<Enclosure?>? Clipped
)
{
    /// <summary>
    /// Roundings on the way from gradients to a clipped one beside those of the sum of squares: in the norm of each tensor and the norm of
    /// these norms two roots and a square, then the sum with 1e-6, the quotient and the product; each side may have them all.
    /// </summary>
    private const int RoundingsOfClipping = 14;

    internal static StepBounds Compute(
        StepProgram step,
        OpCatalogue ops,
        StepTrace ours,
        IReadOnlyList<double?>? earlierGradients,
        ParameterLayout layout
    )
    {
        var arithmetic = new EnclosureArithmetic(FloatFormat.Binary64);
        var backend = new FormulaBackend<Enclosure>(ops, arithmetic) { ReordersSums = true, Others = step.Others };
        return Compute(step, backend, arithmetic, earlierGradients) with
        {
            Clipped = ours.Clipped is { } clipped ? [.. clipped.Select(g => g is { } x ? Clip(x, layout) : (Enclosure?)null)] : null,
        };
    }

    /// <summary>The same up to the gradients as the backward pass leaves them, by any backend.</summary>
    internal static StepBounds Compute(
        StepProgram step,
        FormulaBackend<Enclosure> backend,
        EnclosureArithmetic arithmetic,
        IReadOnlyList<double?>? earlierGradients
    )
    {
        var trace = backend.Run(step.Program, step.Program.DefaultInput);
        return new StepBounds(
            [.. step.Outputs.Select(o => trace.Values[o])],
            trace.Values[step.Loss],
            [.. step.Parameters.Select((node, i) => Gradient(node, earlierGradients?[i]))],
            null
        );

        Enclosure? Gradient(int? node, double? earlier)
        {
            var now = node is { } n && trace.HasGradient[n] ? trace.Gradients[n] : (Enclosure?)null;
            return (now, earlier) switch
            {
                ({ } g, { } e) => arithmetic.Sum([Enclosure.Of(e), g]),
                (null, { } e) => Enclosure.Of(e),
                _ => now,
            };
        }
    }

    /// <summary>
    /// A gradient times what all of them are scaled by: the norm adds a square for each parameter, in any order, and halves the relative
    /// error of their sum by its root. Clipping by value only compares, and stays within this too.
    /// </summary>
    private static Enclosure Clip(double gradient, ParameterLayout layout)
    {
        if (!double.IsFinite(gradient))
            return Enclosure.Of(gradient);
        var roundings = layout.Count + layout.Tensors.Count + RoundingsOfClipping;
        var reach = Math.BitIncrement(Math.Abs(gradient) * (roundings * FloatFormat.Binary64.UnitRoundoff));
        return new Enclosure(Math.BitDecrement(gradient - reach), Math.BitIncrement(gradient + reach));
    }
}
