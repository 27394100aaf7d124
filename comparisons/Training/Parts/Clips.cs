using Micrograd.Parity.Ops;
using Micrograd.Parity.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>Gradient clipping and normalization before the update: both sides, and a gradient afterwards from it and the norm of all.</summary>
internal static class Clips
{
    internal static IReadOnlyList<ClipRow> Rows { get; } =
    [
        new(
            "value",
            [Setting.Positive("limit", null, "each gradient is clamped to ±limit")],
            (p, c) => Gradients.ClipByValue(p, c["limit"]),
            (p, c) => nn.utils.clip_grad_value_(p, c["limit"]),
            (g, _, c) => AtMost(Term.If(g < -c["limit"], -c["limit"], g), c["limit"])
        ),
        new(
            "norm",
            [Setting.Positive("max_norm", null, "maximum norm of all gradients together")],
            (p, c) => Gradients.ClipByNorm(p, c["max_norm"]),
            (p, c) => nn.utils.clip_grad_norm_(p, c["max_norm"]),
            (g, norm, c) => g * AtMost(c["max_norm"] / (norm + 1e-6), 1)
        ),
        new("normalize", [], (p, _) => Gradients.Normalize(p), (p, _) => Normalize(p), (g, norm, _) => Term.If(norm.Is(0), g, g / norm)),
    ];

    private static Term AtMost(Term x, double limit) => Term.If(x > limit, limit, x);

    /// <summary>Divides gradients by the total norm that PyTorch's clipping returns; an infinite limit leaves the gradients unchanged.</summary>
    private static void Normalize(IReadOnlyList<Parameter> parameters)
    {
        var norm = nn.utils.clip_grad_norm_(parameters, double.PositiveInfinity);
        if (norm == 0)
            return;
        foreach (var parameter in parameters)
            parameter.grad = parameter.grad! / norm;
    }
}
