using System.Runtime.InteropServices;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>Selects PyTorch's CPU kernels. PyTorch reads an environment variable of the C library once, at its first op.</summary>
internal static partial class Kernels
{
    private const string Variable = "ATEN_CPU_CAPABILITY";

    /// <summary>
    /// Chooses the plain kernels. Must run before PyTorch's first op. .NET's own
    /// <c>Environment.SetEnvironmentVariable</c> does not reach the C environment on Linux and macOS.
    /// </summary>
    public static void UsePlain()
    {
        var failed = OperatingSystem.IsWindows() ? PutEnvWindows(Variable, "default") : SetEnv(Variable, "default", overwrite: 1);
        if (failed != 0)
            throw new InvalidOperationException($"The C library refused to set {Variable}.");
    }

    /// <summary>Leaves PyTorch its choice, the fastest kernels that the processor can run. Must run before PyTorch's first op.</summary>
    public static void UseBest()
    {
        var failed = OperatingSystem.IsWindows() ? PutEnvWindows(Variable, "") : UnsetEnv(Variable);
        if (failed != 0)
            throw new InvalidOperationException($"The C library refused to clear {Variable}.");
    }

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetEnv(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport("ucrtbase", EntryPoint = "_putenv_s", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PutEnvWindows(string name, string value);
}

/// <summary>The kernels of PyTorch that a run compares with.</summary>
public enum KernelChoice
{
    /// <summary>PyTorch's default kernels, with the processor's vector instructions and fused multiply-add.</summary>
    Best,

    /// <summary>Those for any processor, which round each operation by itself.</summary>
    Plain,
}
