using System.Reflection;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>The PyTorch that is compared against.</summary>
/// <param name="Version">PyTorch's version.</param>
/// <param name="TorchSharp">The version of TorchSharp.</param>
/// <param name="Path">The library that was loaded.</param>
/// <param name="Kernels">The kernels in use: <c>AVX512</c>, <c>AVX2</c>, <c>DEFAULT</c> for the plain ones.</param>
/// <param name="Mkl">The version of Intel's MKL; null where PyTorch has none, or does not tell.</param>
/// <param name="Processor">The processor, on which PyTorch's bits depend.</param>
public sealed record TorchLibrary(string Version, string TorchSharp, string Path, string Kernels, string? Mkl, string Processor)
{
    private static readonly Lock s_gate = new();
    private static TorchLibrary? s_loaded;

    /// <summary>
    /// The version of TorchSharp that this was made for: the one that the build was told to take. Another one is used where a feed has only that.
    /// </summary>
    public static string PinnedTorchSharp { get; } =
        typeof(TorchLibrary).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == nameof(PinnedTorchSharp)).Value!;

    /// <summary>True once it is loaded.</summary>
    internal static bool IsLoaded => Volatile.Read(ref s_loaded) is not null;

    /// <summary>Versions and kernels in words: <c>PyTorch 2.10.0 (TorchSharp 0.107.0, kernels AVX512, MKL 2024.2)</c>.</summary>
    public string Summary => Describe(Version, TorchSharp, Kernels, Mkl);

    /// <summary>PyTorch's elementary functions on this processor.</summary>
    public TorchFunctions Functions { get; private init; } = null!;

    /// <summary>
    /// Loads PyTorch as <see cref="LoadWithoutEngine"/> does, and gives Micrograd PyTorch's elementary functions
    /// (<see cref="ElementaryFunctions.Use"/>).
    /// </summary>
    /// <param name="kernels">The kernels.</param>
    /// <exception cref="TorchUnavailableException">It cannot be loaded.</exception>
    /// <exception cref="InvalidOperationException">Micrograd has computed already, with other elementary functions.</exception>
    public static TorchLibrary Load(KernelChoice kernels = KernelChoice.Best)
    {
        var library = LoadWithoutEngine(kernels);
        ElementaryFunctions.Use(library.Functions);
        return library;
    }

    /// <summary>
    /// Loads PyTorch and proves that it computes. Micrograd keeps the elementary functions that it has: this is for checking another engine.
    /// A process keeps the PyTorch, and the kernels, that it loaded first.
    /// </summary>
    /// <param name="kernels">The kernels.</param>
    /// <exception cref="TorchUnavailableException">It cannot be loaded.</exception>
    public static TorchLibrary LoadWithoutEngine(KernelChoice kernels = KernelChoice.Best)
    {
        lock (s_gate)
        {
            return s_loaded ??= LoadFirst(kernels);
        }
    }

    /// <summary>As <see cref="Summary"/>; a version of TorchSharp that is not the pinned one is said to be another.</summary>
    internal static string Describe(string version, string torchSharp, string kernels, string? mkl) =>
        $"PyTorch {version} (TorchSharp {torchSharp}{(torchSharp == PinnedTorchSharp ? "" : $", not the pinned {PinnedTorchSharp}")}, kernels {kernels}"
        + $"{(mkl is null ? "" : $", MKL {mkl}")})";

    private static TorchLibrary LoadFirst(KernelChoice kernels)
    {
        try
        {
            if (kernels == KernelChoice.Plain)
                Torch.Kernels.UsePlain();
            else
                Torch.Kernels.UseBest();
            TorchFiles.Load();
            using var scope = NewDisposeScope();
            var x = tensor(3.0, float64, requires_grad: true);
            (x * x).backward();
            if (x.grad?.Number() != 6)
                throw new TorchUnavailableException("PyTorch loaded, but the derivative of x² at 3 did not come out as 6.", null);
            set_num_threads(1);
            NativeMemory.UseForSmallObjects();
            return new TorchLibrary(
                TorchFiles.LibtorchVersion,
                TorchFiles.TorchSharpVersion,
                TorchFiles.LibtorchPath,
                TorchBuild.Kernels ?? (kernels == KernelChoice.Plain ? "DEFAULT" : "best"),
                TorchBuild.Mkl,
                Torch.Processor.Name
            )
            {
                Functions = new TorchFunctions(),
            };
        }
        catch (Exception e)
            when (e
                    is DllNotFoundException
                        or TypeInitializationException
                        or EntryPointNotFoundException
                        or BadImageFormatException
                        or NotSupportedException
                        or ExternalException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            throw new TorchUnavailableException(
                $"PyTorch cannot be loaded: {(e is TypeInitializationException ? e.InnerException ?? e : e).Message}",
                e
            );
        }
    }
}
