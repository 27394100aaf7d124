using System.Runtime.Versioning;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>
/// The script with this repository's settings around a program of one line, which builds in seconds, and a feed that serves the packages that this
/// repository was restored with and no others.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SmallRepository : IDisposable
{
    /// <summary>The program that the script runs.</summary>
    internal const string Built = "artifacts/bin/Micrograd.Parity.Cli/release/parity.dll";

    private const string Project = "src/Micrograd.Parity.Cli/Micrograd.Parity.Cli.csproj";

    private readonly DirectoryInfo _top = Directory.CreateTempSubdirectory("parity-script-");
    private readonly DirectoryInfo _folder;

    /// <summary>Makes the repository.</summary>
    /// <param name="name">The name of its folder.</param>
    internal SmallRepository(string name = "repository")
    {
        _folder = _top.CreateSubdirectory(name);
        foreach (
            var pattern in new[] { "parity", "parity.ps1", "*.props", "*.targets", "global.json", ".editorconfig", "BannedSymbols.txt", "README.md" }
        )
        {
            foreach (var file in Directory.GetFiles(Cli.Root, pattern))
                File.Copy(file, At(Path.GetFileName(file)));
        }

        Directory.CreateDirectory(At("docs"));
        File.Copy(Path.Combine(Cli.Root, "docs", "icon.png"), At("docs/icon.png"));
        Directory.CreateDirectory(At("comparisons"));
        Directory.CreateDirectory(At("feed"));
        foreach (
            var package in Directory
                .EnumerateFiles(Packages, "*.nupkg", SearchOption.AllDirectories)
                .Where(p => !Path.GetFileName(p).StartsWith("libtorch", StringComparison.Ordinal))
        )
            File.CreateSymbolicLink(At($"feed/{Path.GetFileName(package)}"), package);
        Write("nuget.config", """<configuration><packageSources><clear /><add key="feed" value="feed" /></packageSources></configuration>""");
        Write(
            Project,
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><AssemblyName>parity</AssemblyName><GenerateDocumentationFile>false</GenerateDocumentationFile></PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TorchSharp" />
                <AssemblyMetadata Include="Pinned" Value="$(TorchSharpVersion)" />
              </ItemGroup>
            </Project>
            """
        );
        Write(
            "src/Micrograd.Parity.Cli/Main.cs",
            """
            using System.Reflection;

            var pinned = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Pinned").Value;
            var used = typeof(TorchSharp.torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            Console.WriteLine($"{used.Split('+')[0]} pinned {pinned} {args[0]}");
            """
        );
    }

    /// <summary>The package folder that this repository was built from.</summary>
    internal static string Packages => (string)AppContext.GetData("Micrograd.Parity.PackageFolder")!;

    internal string Folder => _folder.FullName;

    public void Dispose() => _top.Delete(recursive: true);

    internal Cli.Outcome Parity(string[] arguments, params (string Name, string? Text)[] environment) =>
        Start("bash", [At("parity"), .. arguments], environment);

    internal Cli.Outcome Start(string program, string[] arguments, params (string Name, string? Text)[] environment) =>
        Cli.StartIn(
            _folder.FullName,
            program,
            arguments,
            [
                ("NUGET_PACKAGES", Packages),
                ("TorchSharpVersion", null),
                ("MSBUILDDISABLENODEREUSE", "1"),
                ("UseSharedCompilation", "false"),
                ("RunAnalyzers", "false"),
                ("DOTNET_TieredPGO", "0"),
                .. environment,
            ]
        );

    /// <summary>A search path with these programs and no others.</summary>
    internal string PathOf(params string[] programs)
    {
        var folder = Directory.CreateDirectory(At("bin")).FullName;
        foreach (var program in programs)
        {
            var found = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(f => Path.Combine(f, program)).First(File.Exists);
            File.WriteAllText(Path.Combine(folder, program), $"#!/bin/sh\nexec '{found}' \"$@\"\n");
            File.SetUnixFileMode(Path.Combine(folder, program), (UnixFileMode)0b111_101_101);
        }

        return folder;
    }

    internal void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(file), text);
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
