using System.ComponentModel;
using System.Diagnostics;

namespace TorchSharp.SystemLibtorch;

/// <summary>
/// Compiles the bridge where there is no repository: from the sources within this assembly, into a folder of the user's, once for each
/// libtorch and compiler.
/// </summary>
internal static class BridgeBuild
{
    /// <summary>The environment variable that names the folder the bridge is compiled into.</summary>
    internal const string FolderVariable = "BRIDGE_OUT";

    private const string Prefix = "native/";

    /// <summary>The path of the compiled bridge. What the compiling says goes to the error output.</summary>
    /// <exception cref="DllNotFoundException">It cannot be compiled; the message says what is missing.</exception>
    internal static string Run()
    {
        if (OperatingSystem.IsWindows())
            throw new DllNotFoundException("An installed libtorch is not used on Windows: take the packages TorchSharp and TorchSharp-cpu.");
        var sources = Directory.CreateTempSubdirectory("parity-bridge-");
        try
        {
            Unpack(sources.FullName);
            return Compile(Path.Combine(sources.FullName, "build.sh"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw new DllNotFoundException($"The bridge to libtorch cannot be compiled: {e.Message}", e);
        }
        finally
        {
            sources.Delete(recursive: true);
        }
    }

    private static void Unpack(string folder)
    {
        var assembly = typeof(BridgeBuild).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var source = assembly.GetManifestResourceStream(name)!;
            using var file = File.Create(Path.Combine(folder, name[Prefix.Length..]));
            source.CopyTo(file);
        }
    }

    private static string Compile(string script)
    {
        var start = new ProcessStartInfo("bash", [script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (string.IsNullOrEmpty(start.Environment.TryGetValue(FolderVariable, out var folder) ? folder : null))
            start.Environment[FolderVariable] = Cache();
        using var process = Process.Start(start)!;
        var said = new List<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
                return;
            said.Add(line.Data);
            Console.Error.WriteLine(line.Data);
        };
        process.BeginErrorReadLine();
        var path = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? path : throw new DllNotFoundException($"The bridge to libtorch cannot be compiled. {said.LastOrDefault()}");
    }

    private static string Cache()
    {
        var caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(caches))
            caches = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(caches, "micrograd-parity");
    }
}
