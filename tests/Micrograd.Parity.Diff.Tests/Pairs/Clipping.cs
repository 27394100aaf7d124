using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>Ways to clip gradients.</summary>
internal static class Clipping
{
    /// <summary>By the norm of all gradients together.</summary>
    internal static Action<Module> Norm(double greatest) => model => nn.utils.clip_grad_norm_(model.parameters(), greatest);

    /// <summary>By the norm of each parameter's gradient.</summary>
    internal static Action<Module> NormOfEach(double greatest) =>
        model =>
        {
            foreach (var parameter in model.parameters())
                nn.utils.clip_grad_norm_([parameter], greatest);
        };

    /// <summary>Number by number.</summary>
    internal static Action<Module> Value(double greatest) => model => nn.utils.clip_grad_value_(model.parameters(), greatest);
}
