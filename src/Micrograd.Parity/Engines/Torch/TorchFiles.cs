using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>
/// Finds the native libraries of the packages TorchSharp and libtorch-cpu and loads them, before TorchSharp would look for them itself.
/// </summary>
/// <remarks>
/// They lie beside the program, where its build copied them, or in a NuGet package folder, from which they are used in place: no output
/// folder needs a copy of half a gigabyte. Both packages' files are brought together in one folder of links in the user's cache, since the
/// system's loader looks for what a library needs beside it; there too lies TorchSharp's library in a repaired copy
/// (<see cref="LibstdcxxRepair"/>), where the machine's C++ library is too old for it.
/// </remarks>
internal static class TorchFiles
{
    private static readonly Lock s_gate = new();
    private static readonly Lazy<string?> s_configured = new(Configured);
    private static bool s_isLoaded;

    /// <summary>The loaded libtorch: its handle and its file.</summary>
    internal static nint Libtorch { get; private set; }

    internal static string LibtorchPath { get; private set; } = "";

    /// <summary>The version of TorchSharp that the program was built with.</summary>
    internal static string TorchSharpVersion { get; } = InformationalVersion(typeof(torch).Assembly);

    /// <summary>
    /// The version of libtorch that TorchSharp wants. Its property <c>torch.__version__</c> tells it too, but would look for the libraries first.
    /// </summary>
    internal static string LibtorchVersion { get; } =
        typeof(torch).GetField("libtorchPackageVersion", BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue() is string version
            ? Normalized(version)
            : throw new NotSupportedException($"TorchSharp {InformationalVersion(typeof(torch).Assembly)} does not say which libtorch it wants.");

    /// <summary>Loads the libraries. Later calls do nothing.</summary>
    /// <exception cref="FileNotFoundException">They are in none of the folders; the message names these.</exception>
    internal static void Load()
    {
        lock (s_gate)
        {
            if (s_isLoaded)
                return;
            TorchPackages.RestoreMissing();
            var (libtorch, torchSharp) = Find();
            CheckWhole(libtorch);
            CheckWhole(torchSharp);
            var folder = libtorch == torchSharp && !LibstdcxxRepair.IsNeeded ? libtorch : TorchFolder.Make(libtorch, torchSharp);
            LibtorchPath = Path.Combine(folder, File("torch_cpu"));
            Libtorch = NativeLibrary.Load(LibtorchPath);
            var handle = NativeLibrary.Load(Path.Combine(folder, File("LibTorchSharp")));
            NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (name, _, _) => name == "LibTorchSharp" ? handle : 0);
            s_isLoaded = true;
        }
    }

    /// <summary>The file name of a library.</summary>
    internal static string File(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{library}.dylib"
        : $"lib{library}.so";

    /// <summary>True if the libraries lie where <see cref="Load"/> looks for them.</summary>
    internal static bool Exist =>
        FirstWith(File("torch_cpu"), LibtorchFolders()) is not null && FirstWith(File("LibTorchSharp"), TorchSharpFolders()) is not null;

    /// <summary>The package that holds libtorch for this platform.</summary>
    internal static string LibtorchPackage => $"libtorch-cpu-{Platform}";

    private static string Platform =>
        (
            OperatingSystem.IsWindows() ? "win-"
            : OperatingSystem.IsMacOS() ? "osx-"
            : "linux-"
        ) + (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64");

    private static (string Libtorch, string TorchSharp) Find() =>
        (
            FirstWith(File("torch_cpu"), LibtorchFolders()) ?? throw Missing("torch_cpu", LibtorchFolders()),
            FirstWith(File("LibTorchSharp"), TorchSharpFolders()) ?? throw Missing("LibTorchSharp", TorchSharpFolders())
        );

    private static IEnumerable<string> LibtorchFolders() => Beside().Concat(InPackages(LibtorchPackage, LibtorchVersion));

    private static IEnumerable<string> TorchSharpFolders() => Beside().Concat(InPackages("torchsharp", TorchSharpVersion));

    private static string? FirstWith(string file, IEnumerable<string> folders) =>
        folders.FirstOrDefault(f => System.IO.File.Exists(Path.Combine(f, file)));

    /// <summary>The system's loader ends the process, in place of an error, where a library is cut off.</summary>
    private static void CheckWhole(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return;
        foreach (var file in Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f).Contains(".so", StringComparison.Ordinal)))
        {
            if (!ElfFile.IsWhole(file))
                throw new BadImageFormatException($"{file} is damaged: delete the folder of its package, and restore it again.");
        }
    }

    private static FileNotFoundException Missing(string library, IEnumerable<string> folders) =>
        new($"{File(library)} is in none of {string.Join(", ", folders.Distinct())}.");

    private static IEnumerable<string> Beside()
    {
        yield return AppContext.BaseDirectory;
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", Platform, "native");
        foreach (
            var folder in (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(
                Path.PathSeparator,
                StringSplitOptions.RemoveEmptyEntries
            )
        )
            yield return folder;
    }

    private static IEnumerable<string> InPackages(string package, string version) =>
        NuGetFolders().Select(folder => Path.Combine(folder, package, version, "runtimes", Platform, "native"));

    private static IEnumerable<string> NuGetFolders()
    {
        if (Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named)
            yield return named;
        if (AppContext.GetData("Micrograd.Parity.PackageFolder") is string { Length: > 0 } ofBuild)
            yield return ofBuild;
        yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        if (s_configured.Value is { } configured)
            yield return configured;
    }

    /// <summary>The package folder that a configuration file of NuGet names; null without the .NET SDK.</summary>
    private static string? Configured()
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("dotnet", "nuget locals global-packages --list") { RedirectStandardOutput = true }
            )!;
            var line = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return line.Split("global-packages:") is [_, var folder] ? folder.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string InformationalVersion(Assembly assembly) =>
        Normalized(
            assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
                ?? assembly.GetName().Version!.ToString()
        );

    /// <summary>A version as NuGet names its folder: without a fourth part of 0.</summary>
    private static string Normalized(string version) => version.Split('.') is [var a, var b, var c, "0"] ? $"{a}.{b}.{c}" : version;
}
