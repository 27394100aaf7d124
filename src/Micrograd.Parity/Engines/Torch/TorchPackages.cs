using System.ComponentModel;
using System.Diagnostics;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>
/// Restores the packages that hold PyTorch's native files into the user's NuGet folder, where an installed command finds none: its own package
/// has no copy of half a gigabyte.
/// </summary>
internal static class TorchPackages
{
    private static Action<string>? s_tell;

    /// <summary>
    /// Lets <see cref="TorchLibrary.Load"/> restore the packages when PyTorch's files are in none of the folders that it looks into.
    /// </summary>
    /// <param name="tell">Receives a progress message before a slow operation.</param>
    public static void RestoreWhenMissing(Action<string> tell) => s_tell = tell;

    /// <summary>Restores what is missing, if that was asked for.</summary>
    /// <exception cref="IOException">It cannot be restored; the message says why.</exception>
    internal static void RestoreMissing()
    {
        if (s_tell is not { } tell || TorchFiles.Exist)
            return;
        tell($"PyTorch {TorchFiles.LibtorchVersion} is in no package folder: restoring it from NuGet (about 200 MB, once)");
        Restore();
    }

    /// <summary>A project that has this platform's packages restored, in the very versions that the program was built with, and nothing else.</summary>
    internal static string Project =>
        $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
              </PropertyGroup>
              <ItemGroup>
                <PackageDownload Include="TorchSharp" Version="[{TorchFiles.TorchSharpVersion}]" />
                <PackageDownload Include="{TorchFiles.LibtorchPackage}" Version="[{TorchFiles.LibtorchVersion}]" />
              </ItemGroup>
            </Project>
            """;

    private static void Restore()
    {
        var folder = Directory.CreateTempSubdirectory("micrograd-parity-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "torch.csproj"), Project);
            var (status, output) = Run(folder.FullName);
            if (status != 0)
            {
                var error = output.Split('\n').FirstOrDefault(l => l.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? output;
                throw new IOException(
                    $"dotnet restore failed for TorchSharp {TorchFiles.TorchSharpVersion} and {TorchFiles.LibtorchPackage} {TorchFiles.LibtorchVersion}: "
                        + error[Math.Max(0, error.IndexOf("error ", StringComparison.Ordinal))..].Trim()
                );
            }
        }
        catch (Win32Exception e)
        {
            throw new IOException(
                "PyTorch's files are in no package folder, and the .NET SDK, which could restore them, was not found (no dotnet in PATH).",
                e
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (int Status, string Output) Run(string folder)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", ["restore", "--verbosity", "quiet"])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
