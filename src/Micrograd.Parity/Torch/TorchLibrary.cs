using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Torch;

/// <summary>The PyTorch that is compared against.</summary>
/// <param name="Road"><c>nuget</c> (TorchSharp and TorchSharp-cpu) or <c>system</c> (an installed libtorch through the stand-in).</param>
/// <param name="Version">PyTorch's version.</param>
/// <param name="Path">The library that was loaded.</param>
/// <param name="Kernels">The kernels in use.</param>
public sealed record TorchLibrary(string Road, string Version, string Path, string Kernels)
{
    /// <summary>Loads PyTorch, on one thread per op, and proves that it computes. A process keeps the kernels that it chose first.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <exception cref="TorchUnavailableException">It cannot be loaded.</exception>
    public static TorchLibrary Load(KernelChoice kernels = KernelChoice.Plain)
    {
        try
        {
            if (kernels == KernelChoice.Plain)
                Torch.Kernels.UsePlain();
            else
                Torch.Kernels.UseBest();
            using var scope = NewDisposeScope();
            var x = tensor(3.0, float64, requires_grad: true);
            (x * x).backward();
            if (x.grad?.item<double>() != 6)
                throw new TorchUnavailableException("PyTorch loaded, but the derivative of x² at 3 did not come out as 6.", null);
            set_num_threads(1);
            return TorchRoad.Describe(LoadedPath(), kernels);
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException
            or BadImageFormatException or NotSupportedException or ExternalException or FileNotFoundException)
        {
            throw new TorchUnavailableException($"PyTorch cannot be loaded: {(e.InnerException ?? e).Message}", e);
        }
    }

    private static string LoadedPath()
    {
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>()
            .Select(module => module.FileName)
            .FirstOrDefault(file => System.IO.Path.GetFileName(file).Contains("torch_cpu", StringComparison.OrdinalIgnoreCase), "unknown");
    }
}
