using TorchSharp.SystemLibtorch;

namespace Micrograd.Parity.Torch;

/// <summary>The road by an installed libtorch and the stand-in for TorchSharp.</summary>
internal static class TorchRoad
{
    internal static TorchLibrary Describe(string path, KernelChoice _) => new("system", SystemLibtorch.Version, path, SystemLibtorch.CpuCapability);
}
