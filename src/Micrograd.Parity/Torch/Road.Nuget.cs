using TorchSharp;

namespace Micrograd.Parity.Torch;

/// <summary>The road by the packages TorchSharp and TorchSharp-cpu, which do not tell the kernels: they are as they were asked for.</summary>
internal static class TorchRoad
{
    internal static TorchLibrary Describe(string path, KernelChoice kernels) =>
        new("nuget", torch.__version__, path, kernels == KernelChoice.Plain ? "ATEN_CPU_CAPABILITY=default" : "PyTorch's own choice");
}
