using static TorchSharp.torch;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>
/// The exponential of PyTorch's vector class, which no op gives by itself: logsigmoid's kernel leaves exp(−|x|) in its second result.
/// </summary>
internal static class LogsigmoidExp
{
    private const string Name = "exponential";

    private static readonly Lazy<jit.CompilationUnit> s_unit = new(() =>
        jit.compile($"def {Name}(x: Tensor):\n    y, buffer = torch.log_sigmoid_forward(x)\n    return buffer\n")
    );

    /// <summary>e^−|x|.</summary>
    internal static Tensor Of(Tensor x) => (Tensor)s_unit.Value.invoke(Name, x);
}
