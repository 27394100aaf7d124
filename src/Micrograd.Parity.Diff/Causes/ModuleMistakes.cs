using Micrograd.Parity.Diff.Recomputing;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <summary>Mistakes in modules.</summary>
internal static partial class ModuleMistakes
{
    private static readonly double[] s_epsilons = [1e-5, 1e-6, 1e-3, 1e-8, 1e-12, 1e-7, 1e-4, 1e-2, 1e-10, 0];
    private static readonly double[] s_momenta = [0.1, 0.01, 0.9, 0.99, 0.003, 0.001, 0.05];
    private static readonly double[] s_betas = [1, 2, 0.5, 5, 10];
    private static readonly double[] s_lambdas = [0.5, 1, 0.1, 0.05, 0.01];
    private static readonly string[] s_norms =
    [
        "LayerNorm",
        "RMSNorm",
        "BatchNorm1d",
        "BatchNorm2d",
        "BatchNorm3d",
        "GroupNorm",
        "InstanceNorm1d",
        "InstanceNorm2d",
        "InstanceNorm3d",
    ];
    private static readonly string[] s_softmaxes = ["Softmax", "LogSoftmax", "Softmin"];
    private static readonly string[] s_statistics = ["mean and variance", "variance", "mean"];
    private static readonly string[] s_approximations = ["none", "tanh", "sigmoid"];
    private static readonly string[] s_paddings = ["zeros", "reflect", "replicate", "circular"];

    /// <summary>Kinds of modules that are a function of each number.</summary>
    internal static IReadOnlyList<string> OfEachNumber { get; } =
    [
        "ReLU",
        "GELU",
        "SiLU",
        "Tanh",
        "Sigmoid",
        "LeakyReLU",
        "ELU",
        "SELU",
        "CELU",
        "Mish",
        "Softplus",
        "ReLU6",
        "Hardswish",
        "Hardsigmoid",
        "Hardtanh",
        "LogSigmoid",
        "Softsign",
        "Tanhshrink",
        "Softshrink",
        "Hardshrink",
    ];

    /// <summary>All of them; where several give the same numbers, those that come first are likelier.</summary>
    internal static IReadOnlyList<ModuleMistake> All { get; } = [.. Modes(), .. Norms(), .. Options(), .. Parameters(), .. Recurrent(), .. Kinds()];

    private static IEnumerable<double> Probabilities(ModuleCall call, Tensor recorded)
    {
        var (x, y) = (call.Inputs[0].to(ScalarType.Float64), recorded.to(ScalarType.Float64));
        var kept = (x != 0).logical_and(y != 0);
        return x.shape.SequenceEqual(y.shape) && Fit.Median(1 - (x / y)[kept]) is { } p && p is > 0 and < 1
            ? [Fit.Shortest(p, 0.004), Fit.Shortest(p, 1e-6)]
            : [];
    }

    private static IEnumerable<double> Estimates(ModuleCall call, Tensor recorded, Func<Tensor, Tensor> where, Func<Tensor, Tensor, Tensor> estimate)
    {
        var (x, y) = (call.Inputs[0].to(ScalarType.Float64), recorded.to(ScalarType.Float64));
        if (!x.shape.SequenceEqual(y.shape))
            return [];
        var places = where(x);
        return Fit.Median(estimate(x[places], y[places])) is { } number && double.IsFinite(number)
            ? [Fit.Shortest(number, Math.Abs(number) * 4 * Rounding.Of(recorded.dtype).Stored)]
            : [];
    }

    private static long OwnDimension(ModuleCall c)
    {
        var rank = c.Inputs[0].dim();
        var dim =
            c.Options.Has("dim") ? c.Options.Whole("dim", 0)
            : rank is 0 or 1 or 3 ? 0
            : 1;
        return dim < 0 ? dim + rank : dim;
    }

    private static ModuleCall? Without(ModuleCall c, string parameter) =>
        c.State.ContainsKey(parameter) && c.Type is not ("PReLU" or "CrossEntropyLoss" or "NLLLoss" or "BCELoss" or "BCEWithLogitsLoss")
            ? c.Without(parameter)
            : null;

    private static Tensor WithoutRow(Tensor weight, long row)
    {
        var other = weight.clone();
        other[row < 0 ? row + weight.shape[0] : row].zero_();
        return other;
    }

    private static bool IsBatchNorm(ModuleCall c) => c.Type.StartsWith("BatchNorm", StringComparison.Ordinal);

    private static bool IsDropout(ModuleCall c) => c.Type.StartsWith("Dropout", StringComparison.Ordinal);
}
