using Micrograd.Parity.Diff.Recordings;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>Cuts calls of large modules into calls that have the same numbers, some at a time.</summary>
internal static class Cuts
{
    /// <summary>Number of elements of a part whose numbers are multiplied with all of others.</summary>
    private const long Matrix = 1 << 19;

    /// <summary>Kinds that compute each sample by itself.</summary>
    private static readonly HashSet<string> s_bySample =
    [
        .. ActivationModules.Kinds.Keys.Except(["Softmax", "Softmin", "LogSoftmax", "Softmax2d", "GLU"]),
        "Linear",
        "Identity",
        "LayerNorm",
        "RMSNorm",
        "GroupNorm",
        .. new[] { "Conv", "ConvTranspose", "MaxPool", "AvgPool", "AdaptiveAvgPool" }.SelectMany(kind =>
            new[] { $"{kind}1d", $"{kind}2d", $"{kind}3d" }
        ),
    ];

    /// <summary>A call in parts, each with its part of the output; null if it is small, or cannot be cut.</summary>
    internal static IEnumerable<(ModuleCall Call, Tensor Output)>? OfOutput(ModuleCall call) =>
        call.Outputs is not [var output] || call.Inputs is not [var input] ? null
        : call.Type == "Linear" && call.State.TryGetValue("weight", out var weight) && weight.numel() > Matrix && weight.shape[0] > 1
            ? ByRows(call, weight, output)
        : IsBySample(call, input, output) && Math.Max(input.numel(), output.numel()) > SizeOf(call.Type) ? BySamples(call, input, output)
        : null;

    /// <summary>True if gradients of a call's parameters are to be computed in parts.</summary>
    internal static bool IsLarge(ModuleCall call, Tensor gradient) =>
        call.State.Values.Any(parameter => parameter.numel() > Matrix)
        || call.Inputs.Append(gradient).Any(tensor => tensor.numel() > SizeOf(call.Type));

    /// <summary>The parts along a dimension in which a parameter's gradient is computed anew.</summary>
    internal static IEnumerable<(long Start, long Count)> PartsOf(IReadOnlyList<long> shape, int dim) =>
        shape.Count <= dim ? []
        : shape.Aggregate(1L, (n, size) => n * size) is var elements && elements <= Matrix ? [(0, shape[dim])]
        : Pieces.Of(shape[dim], Math.Max(1, Matrix * shape[dim] / elements));

    /// <summary>
    /// The parts of a call, and of the gradient of its output, whose gradients sum to a part of a parameter's gradient; none if it cannot be cut so.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="gradient">The gradient of its output.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="dim">The dimension along which the parameter is cut.</param>
    /// <param name="part">The part.</param>
    internal static IEnumerable<(ModuleCall Call, Tensor Gradient)> OfParameter(
        ModuleCall call,
        Tensor gradient,
        string parameter,
        int dim,
        (long Start, long Count) part
    )
    {
        if (call.Inputs is not [var input] || call.Outputs is not [var output] || Rounding.Of(output.dtype).IsNarrow)
            return [];
        var whole = call.State[parameter];
        // Only the gradient decides a bias's.
        if (call.Type == "Linear" && parameter == "bias" && call.State.TryGetValue("weight", out var weight))
        {
            var narrow = new Dictionary<string, Tensor>(call.State) { ["weight"] = weight.narrow(1, 0, 1) };
            (call, input) = (call with { State = narrow }, input.narrow(-1, 0, 1));
        }

        if (part.Count == whole.shape[dim])
            return BySamples(call, input, gradient);
        if (parameter != "weight")
            return [];
        var cut = call with { State = new Dictionary<string, Tensor> { [parameter] = whole.narrow(dim, part.Start, part.Count) } };
        return (call.Type, dim) switch
        {
            ("Linear", 0) or ("Embedding", 1) => BySamples(cut, input, gradient.narrow(-1, part.Start, part.Count)),
            ("Linear", 1) => BySamples(cut, input.narrow(-1, part.Start, part.Count), gradient),
            ("Conv1d" or "Conv2d" or "Conv3d", 0) when call.Options.Whole("groups", 1) == 1 => BySamples(
                cut,
                input,
                gradient.narrow(gradient.dim() - whole.dim() + 1, part.Start, part.Count)
            ),
            _ => [],
        };
    }

    private static bool IsBySample(ModuleCall call, Tensor input, Tensor output) =>
        s_bySample.Contains(call.Type)
        && input.dim() > 1
        && output.dim() > 1
        && input.shape[0] > 1
        && input.shape[0] == output.shape[0]
        && (call.Options.Numbers("normalized_shape")?.Count ?? 1) < input.dim()
        && !(IsOfWindows(call.Type) && input.dim() != SpatialDims(call.Type) + 2);

    private static long SizeOf(string type) => type == "Linear" || type.StartsWith("Conv", StringComparison.Ordinal) ? Matrix : Pieces.Size;

    private static bool IsOfWindows(string type) =>
        type.Contains("Conv", StringComparison.Ordinal) || type.Contains("Pool", StringComparison.Ordinal);

    private static int SpatialDims(string type) => type[^2] - '0';

    /// <summary>A call, some samples at a time, with that part of its output or of the gradient of it.</summary>
    private static IEnumerable<(ModuleCall Call, Tensor Output)> BySamples(ModuleCall call, Tensor input, Tensor output)
    {
        var samples = input.dim() == 0 ? 1 : input.shape[0];
        var most = Math.Max(1, SizeOf(call.Type) * samples / Math.Max(1, Math.Max(input.numel(), output.numel())));
        if (most >= samples || !IsBySample(call, input, output))
            return [(call with { Inputs = [input] }, output)];
        return Pieces
            .Of(samples, most)
            .Select(p =>
                (
                    call with
                    {
                        Inputs = [input.narrow(0, p.Start, p.Count)],
                        Outputs = [call.Outputs[0].narrow(0, p.Start, p.Count)],
                        Shares = (double)samples / p.Count,
                    },
                    output.narrow(0, p.Start, p.Count)
                )
            );
    }

    /// <summary>A linear layer, some of its outputs at a time.</summary>
    private static IEnumerable<(ModuleCall Call, Tensor Output)> ByRows(ModuleCall call, Tensor weight, Tensor output)
    {
        foreach (var (start, count) in PartsOf(weight.shape, 0))
        {
            var part = output.narrow(-1, start, count);
            var state = call.State.ToDictionary(parameter => parameter.Key, parameter => parameter.Value.narrow(0, start, count));
            foreach (var piece in OfOutput(call with { State = state, Outputs = [part] }) ?? [(call with { State = state, Outputs = [part] }, part)])
                yield return piece;
        }
    }
}
