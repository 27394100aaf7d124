using System.Runtime.Versioning;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>A copy of the repository's sources, to be changed and built; the command around it is the one that the tests have.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class RepositoryCopy : IDisposable
{
    private const string Command = "artifacts/bin/Micrograd.Parity.Cli/release";

    private static readonly (string Name, string? Text)[] s_noServers =
    [
        ("MSBUILDDISABLENODEREUSE", "1"),
        ("UseSharedCompilation", "false"),
        ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parity-copy-");

    internal string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Copies what an addition touches, and what it takes to build it.</summary>
    internal void CopyAll() =>
        Copy(
            "src/Micrograd",
            "src/Micrograd.Parity",
            "src/Micrograd.Parity.Fuzzing",
            "src/Micrograd.Parity.Diagnosis",
            "comparisons",
            "docs",
            "*.props",
            "*.targets",
            "BannedSymbols.txt",
            ".editorconfig",
            "global.json",
            "README.md"
        );

    internal void Copy(params string[] what)
    {
        var tar = $"set -o pipefail; tar cf - --exclude=bin --exclude=obj {string.Join(' ', what)} | tar xf - -C {Folder}";
        Assert.Equal(0, Cli.Start("bash", ["-c", tar]).Status);
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

    /// <summary>Builds a project, and puts what it came to beside the command.</summary>
    internal void Build(bool restores, string project = "comparisons", string assembly = "Micrograd.Parity.Comparisons")
    {
        var outcome = Cli.StartIn(
            Folder,
            "dotnet",
            [
                "build",
                project,
                "-c",
                "Release",
                "-v",
                "quiet",
                "-nologo",
                "-p:RunAnalyzers=false",
                "-p:GenerateDocumentationFile=false",
                .. restores ? Array.Empty<string>() : ["--no-restore"],
            ],
            s_noServers
        );
        Assert.True(outcome.Status == 0, outcome.Out);
        var command = Directory.CreateDirectory(At(Command)).FullName;
        foreach (
            var file in Directory.GetFiles(AppContext.BaseDirectory).Concat(Directory.GetFiles(At($"artifacts/bin/{assembly}/release"), "*.dll"))
        )
            File.Copy(file, Path.Combine(command, Path.GetFileName(file)), overwrite: true);
    }

    internal Cli.Outcome Run(params string[] arguments) => Cli.StartIn(Folder, "dotnet", [Path.Combine(At(Command), "parity.dll"), .. arguments]);

    private string At(string file) => Path.Combine(Folder, file);
}
