using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Ops;

/// <summary>
/// Ops of PyTorch that TorchSharp offers no call for: <c>F.mish</c> of TorchSharp 0.107.0 composes x · tanh(softplus(x)), which rounds in
/// another way than PyTorch's kernel.
/// </summary>
internal static class TorchScript
{
    private static readonly Lazy<jit.CompilationUnit> s_unit = new(() => jit.compile("def mish(x: Tensor):\n    return torch.mish(x)\n"));

    internal static Tensor Mish(Tensor x) => (Tensor)s_unit.Value.invoke("mish", x);
}
