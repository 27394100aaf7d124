namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A processor that PyTorch's libraries are told to compute for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Threads">Number of threads.</param>
/// <param name="Environment">The variables that tell them: PyTorch's own kernels, Intel's MKL, oneDNN.</param>
internal sealed record Processor(string Name, int Threads, IReadOnlyDictionary<string, string> Environment)
{
    internal static IReadOnlyList<Processor> All { get; } =
    [
        new(
            "any x64",
            1,
            new Dictionary<string, string>
            {
                ["ATEN_CPU_CAPABILITY"] = "default",
                ["MKL_CBWR"] = "COMPATIBLE",
                ["ONEDNN_MAX_CPU_ISA"] = "SSE41",
            }
        ),
        new(
            "AVX2",
            2,
            new Dictionary<string, string>
            {
                ["ATEN_CPU_CAPABILITY"] = "avx2",
                ["MKL_CBWR"] = "AVX2",
                ["MKL_ENABLE_INSTRUCTIONS"] = "AVX2",
                ["ONEDNN_MAX_CPU_ISA"] = "AVX2",
            }
        ),
    ];
}
