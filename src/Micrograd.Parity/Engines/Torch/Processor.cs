using System.Runtime.InteropServices;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>The machine's processor, on which PyTorch's bits depend.</summary>
internal static class Processor
{
    private const string LinuxFile = "/proc/cpuinfo";
    private const string LinuxKey = "model name";

    /// <summary>Its model name, such as <c>Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz</c>; its architecture if the name is unknown.</summary>
    public static string Name { get; } = Stated() ?? $"{RuntimeInformation.ProcessArchitecture} processor";

    private static string? Stated() =>
        OperatingSystem.IsLinux() && File.Exists(LinuxFile)
            ? File.ReadLines(LinuxFile).FirstOrDefault(l => l.StartsWith(LinuxKey, StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
}
