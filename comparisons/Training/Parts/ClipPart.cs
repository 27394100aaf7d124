using Micrograd.Parity.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>Gradient clipping or normalization before the update, on each side.</summary>
/// <param name="Ours">The engine's.</param>
/// <param name="Theirs">PyTorch's.</param>
internal sealed record ClipPart(Action<IReadOnlyList<Value>> Ours, Action<IReadOnlyList<Parameter>> Theirs)
{
    internal static ClipPart? Of(Choice? c) =>
        c?.Kind switch
        {
            null => null,
            "value" => new(p => Gradients.ClipByValue(p, c["limit"]), p => nn.utils.clip_grad_value_(p, c["limit"])),
            "norm" => new(p => Gradients.ClipByNorm(p, c["max_norm"]), p => nn.utils.clip_grad_norm_(p, c["max_norm"])),
            "normalize" => new(p => Gradients.Normalize(p), Normalize),
            _ => throw new ArgumentException($"There is no way of clipping {c.Kind}.", nameof(c)),
        };

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
