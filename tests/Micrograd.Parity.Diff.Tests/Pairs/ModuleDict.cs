using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>Modules under names, as PyTorch's <c>ModuleDict</c>. TorchSharp's own cannot be converted to another type.</summary>
internal sealed class ModuleDict : Module
{
    internal ModuleDict(params ReadOnlySpan<(string Name, Module Module)> modules)
        : base(nameof(ModuleDict))
    {
        foreach (var (name, module) in modules)
            register_module(name, module);
    }
}
