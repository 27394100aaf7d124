using System.Runtime.Versioning;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>parity.ps1 and the completion, in PowerShell: <c>pwsh</c>, or the program that PWSH names.</summary>
[Trait("Needs", "pwsh")]
[UnsupportedOSPlatform("windows")]
public sealed class PowerShellTests : IDisposable
{
    /// <summary>A program that prints its arguments and ends with the status that the first one says.</summary>
    private const string Echo =
        """foreach (var argument in args) Console.WriteLine($"<{argument}>"); return args[0] is "1" or "2" ? args[0][0] - '0' : 0;""";

    private static readonly string s_script = Path.Combine(Cli.Root, "parity.ps1");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parity-pwsh-");

    private static string PowerShell => Environment.GetEnvironmentVariable("PWSH") is { Length: > 0 } named ? named : "pwsh";

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_script_runs_and_exits_as_the_command_does()
    {
        var help = Run($"& '{s_script}' --help; exit $LASTEXITCODE");
        Assert.True(help.Status == 0, help.Out + help.Error);
        Assert.Contains("Examples:", help.Out, StringComparison.Ordinal);
        Assert.Contains("\nPARITY: ", Run($"& '{s_script}' run tanh").Out, StringComparison.Ordinal);
        var wrong = Path.Combine(Cli.Root, "tests", "Micrograd.Parity.Cli.Tests", "Snapshots", "overwritten.jsonl");
        var check = Run($"& '{s_script}' check '{wrong}'; exit $LASTEXITCODE");
        Assert.True(check.Status == 1, check.Out + check.Error);
        Assert.EndsWith("\nBUGS\n", check.Out, StringComparison.Ordinal);
        var unknown = Run($"& '{s_script}' run 'no \"such\" thing'; exit $LASTEXITCODE");
        Assert.Equal((2, "parity: unknown item 'no \"such\" thing'. 'parity list' shows all names.\n"), (unknown.Status, unknown.Error));
    }

    [Fact]
    public void Arguments_and_exit_codes_pass_through_a_link_and_from_another_folder()
    {
        using var repository = Small("it's a folder");
        var link = Path.Combine(_folder.FullName, "a link.ps1");
        File.CreateSymbolicLink(Path.Combine(repository.Folder, "docs", "link.ps1"), "../parity.ps1");
        File.CreateSymbolicLink(link, Path.Combine(repository.Folder, "docs", "link.ps1"));
        var outcome = Run($"& '{link}' run 'a b' 'a \"b\" c' 'it''s' '' mul,tanh --seed 7 -o x '*elu*' '$HOME'; exit $LASTEXITCODE");
        Assert.True(outcome.Status == 0, outcome.Out + outcome.Error);
        Assert.Equal("<run>\n<a b>\n<a \"b\" c>\n<it's>\n<>\n<mul,tanh>\n<--seed>\n<7>\n<-o>\n<x>\n<*elu*>\n<$HOME>\n", outcome.Out);
        foreach (var status in new[] { 0, 1, 2 })
        {
            // What is built is not built again.
            var again = Run($"& '{link}' {status}; exit $LASTEXITCODE");
            Assert.Equal((status, $"<{status}>\n", ""), (again.Status, again.Out, again.Error));
        }

        repository.Write("src/Micrograd.Parity.Cli/Main.cs", "Console.WriteLine(\"changed\");");
        Assert.Equal("changed\n", Run($"& '{link}'").Out);

        // What was built and is gone is built again.
        File.Delete(Path.Combine(repository.Folder, SmallRepository.Built));
        Assert.Equal("changed\n", Run($"& '{link}'").Out);
    }

    [Fact]
    public void Setting_up_that_fails_exits_2_with_the_reason()
    {
        using var repository = Small();
        repository.Write("src/Micrograd.Parity.Cli/Main.cs", "Console.WriteLine(nothing);");
        var command = $"& '{repository.Folder}/parity.ps1' run; exit $LASTEXITCODE";
        var broken = Run(command);
        Assert.Equal(2, broken.Status);
        Assert.Contains("error CS0103", broken.Error, StringComparison.Ordinal);
        Assert.EndsWith("parity: the build failed\n", broken.Error, StringComparison.Ordinal);
        var without = Run($"$env:PATH = '/nowhere'; {command}");
        Assert.Equal(2, without.Status);
        Assert.Contains("the .NET SDK 10.0 is needed and was not found", without.Error, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(repository.Folder, "src"), recursive: true);
        repository.Write(SmallRepository.Built, "");
        repository.Write("artifacts/cli.stamp", "");
        var lacking = Run(command);
        Assert.Equal(2, lacking.Status);
        Assert.StartsWith("parity: setting up failed: ", lacking.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_first_runs_at_once_both_work()
    {
        using var repository = Small();
        var runs = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => Task.Run(() => Run($"& '{repository.Folder}/parity.ps1' run; exit $LASTEXITCODE")))
        );
        Assert.All(runs, run => Assert.True(run.Status == 0, run.Out + run.Error));
        Assert.All(runs, run => Assert.Equal("<run>\n", run.Out));
    }

    [Theory]
    [InlineData("parity ru", "run")]
    [InlineData("parity co", "compare", "completion")]
    [InlineData("./parity.ps1 fuzz --p", "--programs")]
    [InlineData("parity run trai", "training")]
    [InlineData("parity run 'neuron, tw", "'neuron, twenty steps'", "'neuron, twenty steps, modules'")]
    [InlineData("parity run \"neuron, tw", "'neuron, twenty steps'", "'neuron, twenty steps, modules'")]
    [InlineData("$saved = parity completion ", "--help", "-h", "bash", "pwsh", "zsh")]
    [InlineData("parity doctor xyz")]
    public void Completes(string line, params string[] words)
    {
        var parity = Path.Combine(_folder.FullName, "parity");
        File.WriteAllText(parity, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "parity.dll")}' \"$@\"\n");
        File.SetUnixFileMode(parity, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(_folder.FullName, "parity.ps1"), "& (Join-Path $PSScriptRoot parity) @args");
        var outcome = Run(
            $"""
            $env:PATH = '{_folder.FullName}:' + $env:PATH
            parity completion pwsh | Out-String | Invoke-Expression
            $line = '{line.Replace("'", "''", StringComparison.Ordinal)}'
            (TabExpansion2 $line $line.Length).CompletionMatches | ForEach-Object CompletionText
            """
        );
        Assert.Equal("", outcome.Error);
        Assert.Equal(words, outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static SmallRepository Small(string name = "repository")
    {
        var repository = new SmallRepository(name);
        repository.Write("src/Micrograd.Parity.Cli/Main.cs", Echo);
        return repository;
    }

    private Cli.Outcome Run(string command) =>
        Cli.StartIn(
            _folder.FullName,
            PowerShell,
            ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", command],
            ("NUGET_PACKAGES", SmallRepository.Packages),
            ("MSBUILDDISABLENODEREUSE", "1"),
            ("UseSharedCompilation", "false")
        );
}
