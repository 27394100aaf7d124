using System.Text.Json.Serialization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Engines.Torch;

namespace Micrograd.Parity.Reports;

/// <summary>A finished run: its environment and its results. Writers only format it.</summary>
/// <param name="Environment">Environment of the run.</param>
/// <param name="Items">Results, in the order of the catalogue.</param>
public sealed record RunReport(RunEnvironment Environment, IReadOnlyList<ItemResult> Items)
{
    /// <summary>Counts of all items.</summary>
    public Counts Summary { get; } = ParityRun.Total(Items);

    /// <summary>The elementary functions by themselves; empty where none was asked for.</summary>
    internal IReadOnlyList<FunctionAgreement> Functions { get; init; } = [];

    /// <summary>Results of other commands, to be shown beside.</summary>
    public Companions Beside { get; init; } = Companions.None;

    /// <summary>True if nothing mismatched, and no elementary function is further from the exact value than its library states.</summary>
    public bool Parity => Summary.Mismatch == 0 && !Functions.Any(f => f.IsExceeded);
}

/// <summary>Environment of a run: PyTorch, processor, runtime and seed.</summary>
/// <param name="Torch">PyTorch's version.</param>
/// <param name="TorchSharp">TorchSharp's version.</param>
/// <param name="Kernels">PyTorch's kernels: <c>AVX512</c>, <c>AVX2</c>, <c>DEFAULT</c> for the plain ones.</param>
/// <param name="Mkl">The version of Intel's MKL in PyTorch; null where there is none, or it is not told.</param>
/// <param name="Processor">The processor, on which PyTorch's bits depend.</param>
/// <param name="Runtime">.NET's version.</param>
/// <param name="System">Operating system and processor.</param>
/// <param name="Seed">The seed of all random points.</param>
/// <param name="Seconds">Duration in seconds.</param>
public sealed record RunEnvironment(
    string Torch,
    string TorchSharp,
    string Kernels,
    string? Mkl,
    string Processor,
    string Runtime,
    string System,
    int Seed,
    double Seconds
)
{
    /// <summary>PyTorch with its versions and kernels in words.</summary>
    [JsonIgnore]
    public string TorchSummary => TorchLibrary.Describe(Torch, TorchSharp, Kernels, Mkl);

    /// <summary>Start time; null in documents that do not record it.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The commit it was built from, with <c>-dirty</c> where files differ from it; empty where unknown.</summary>
    public string Commit { get; init; } = "";

    /// <summary>Filter that selected the items; empty for all.</summary>
    public string Filter { get; init; } = "";
}
