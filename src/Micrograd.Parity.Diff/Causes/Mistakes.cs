using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <summary>Names the mistakes that give a recording's numbers, where the right computation does not.</summary>
internal static class Mistakes
{
    /// <summary>
    /// Mistakes that give an output. The call may have the options of the other side: a port that is right by its own options, but not by the
    /// original's.
    /// </summary>
    /// <param name="call">The right call.</param>
    /// <param name="part">Which of its outputs.</param>
    /// <param name="recorded">The output as it was recorded.</param>
    internal static IReadOnlyList<Mistake> OfModule(ModuleCall call, int part, Tensor recorded)
    {
        using var work = TorchWork.Begin();
        using var _ = no_grad();
        if (Output(call) is not { } right || right.Admits(recorded))
            return [];
        var found = Explaining(call, recorded, Output);
        return found.Count > 0 ? found : OfNumbers(recorded, right, call);

        Recomputed? Output(ModuleCall c) => KnownModules.Forward(c) is { } all && part < all.Count ? all[part] : null;
    }

    /// <summary>Mistakes that give a buffer after a call.</summary>
    internal static IReadOnlyList<Mistake> OfBuffer(ModuleCall call, string buffer, Tensor recorded)
    {
        using var work = TorchWork.Begin();
        using var _ = no_grad();
        return KnownModules.Buffers(call).TryGetValue(buffer, out var right) && !right.Admits(recorded)
            ? Explaining(call, recorded, c => KnownModules.Buffers(c).GetValueOrDefault(buffer))
            : [];
    }

    /// <summary>Mistakes of which a variant of a call explains what was recorded, each with the value in the first variant that does.</summary>
    internal static List<Mistake> Explaining<T>(
        IEnumerable<(Mistake Mistake, IEnumerable<(T Call, string Value)> Variants)> mistakes,
        Func<T, bool> explains
    )
    {
        var found = new List<Mistake>();
        foreach (var (mistake, variants) in mistakes)
        {
            foreach (var (variant, value) in variants)
            {
                using var scope = NewDisposeScope();
                if (!explains(variant))
                    continue;
                found.Add(mistake.Of(value));
                break;
            }
        }

        return found;
    }

    private static List<Mistake> Explaining(ModuleCall call, Tensor recorded, Func<ModuleCall, Recomputed?> compute) =>
        Explaining(ModuleMistakes.All.Select(one => (one.Mistake, one.Variants(call, recorded))), variant =>
            compute(variant) is { } other && IsGiven(other, recorded)
        );

    /// <summary>Mistakes that show in the numbers alone, whatever the module.</summary>
    private static IReadOnlyList<Mistake> OfNumbers(Tensor recorded, Recomputed right, ModuleCall call)
    {
        if (IsGiven(new(-right.Exact, right.Bound), recorded))
            return [new("sign", "The result has the other sign.", "See where the sign is turned round.")];
        if (call.Type != "ReLU" && IsGiven(new(right.Exact.clamp_min(0), right.Bound), recorded))
            return [new("relu-added", "Negative results are 0: a ReLU follows.", "Leave the ReLU out, or see whether it works in place.")];
        if (Fit.Factor(recorded, right) is { } factor)
            return [Scaled(factor, recorded)];
        foreach (var (name, type) in s_narrower)
        {
            if (
                Rounding.Of(type).Stored > Rounding.Of(recorded.dtype).Stored
                && Fit.Same(recorded.to(type).to(recorded.dtype), recorded)
                && KnownModules.Forward(call.With("~dtype", (double)type)) is [var other, ..]
                && IsGiven(other, recorded)
            )
                return
                [
                    new(
                        "precision",
                        $"The numbers are as far from the right ones as {name} is.",
                        "Compute in the original's dtype; on a GPU forbid TF32."
                    ),
                ];
        }

        return [];
    }

    /// <summary>True if a computation gives a recording, and is able to tell.</summary>
    private static bool IsGiven(Recomputed other, Tensor recorded) => other.Admits(recorded) && other.Bound.isfinite().all().ToBoolean();

    private static Mistake Scaled(double factor, Tensor recorded)
    {
        var width = recorded.dim() > 0 ? recorded.shape[^1] : 1;
        var guess =
            Math.Abs(factor * Math.Sqrt(width) - 1) < 1e-6 ? $", 1/√{width}"
            : Math.Abs(factor / Math.Sqrt(width) - 1) < 1e-6 ? $", √{width}"
            : "";
        return new("scaled", $"The result is multiplied by {Fit.Shown(factor)}{guess}.", "See where it is scaled, and whether the original does.");
    }

    private static readonly (string Name, ScalarType Type)[] s_narrower =
    [
        ("float32", ScalarType.Float32),
        ("float16 or TF32", ScalarType.Float16),
        ("bfloat16", ScalarType.BFloat16),
    ];
}
