using System.Runtime.Versioning;
using Shell = Micrograd.Parity.Cli.Tests.Cli;

namespace Micrograd.Parity.Tools.Tests;

/// <summary>A copy of the repository's sources, to be changed and built.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class RepositoryCopy : IDisposable
{
    /// <summary>No process is left behind, and machine code of short processes is not improved by a profile.</summary>
    private static readonly (string Name, string? Text)[] s_environment =
    [
        ("DOTNET_TieredPGO", "0"),
        ("MSBUILDDISABLENODEREUSE", "1"),
        ("UseSharedCompilation", "false"),
        ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parity-copy-");

    internal string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Copies the command's sources, and what it takes to build them.</summary>
    internal void CopyAll() =>
        Copy("src", "comparisons", "docs", "*.props", "*.targets", "BannedSymbols.txt", ".editorconfig", "global.json", "README.md");

    internal void Copy(params string[] what)
    {
        var tar = $"set -o pipefail; tar cf - --exclude=bin --exclude=obj {string.Join(' ', what)} | tar xf - -C {Folder}";
        Assert.Equal(0, Shell.Start("bash", ["-c", tar]).Status);
    }

    internal string Read(string file) => File.ReadAllText(At(file));

    internal void Write(string file, string text) => File.WriteAllText(At(file), text);

    internal void Replace(string file, string what, string with)
    {
        var text = Read(file);
        Assert.Contains(what, text, StringComparison.Ordinal);
        Write(file, text.Replace(what, with, StringComparison.Ordinal));
    }

    /// <summary>Writes a row at the end of a file's last list.</summary>
    internal void AddRow(string file, string row)
    {
        const string End = "\n    ];\n";
        var text = Read(file);
        Write(file, text.Insert(text.LastIndexOf(End, StringComparison.Ordinal), $"\n{row}"));
    }

    /// <summary>Builds the command.</summary>
    internal void Build(bool restores)
    {
        var outcome = Shell.StartIn(
            Folder,
            "dotnet",
            [
                "build",
                "src/Micrograd.Parity.Cli",
                "-c",
                "Release",
                "-v",
                "quiet",
                "-nologo",
                "-p:RunAnalyzers=false",
                "-p:GenerateDocumentationFile=false",
                .. restores ? Array.Empty<string>() : ["--no-restore"],
            ],
            s_environment
        );
        Assert.True(outcome.Status == 0, outcome.Out);
    }

    /// <summary>Runs the command that was built.</summary>
    internal Shell.Outcome Run(params string[] arguments) =>
        Shell.StartIn(Folder, "dotnet", [At("artifacts/bin/Micrograd.Parity.Cli/release/parity.dll"), .. arguments]);

    private string At(string file) => Path.Combine(Folder, file);
}
