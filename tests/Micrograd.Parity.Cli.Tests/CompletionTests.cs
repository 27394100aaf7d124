using System.Runtime.Versioning;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>Completion as bash does it: the script is read by bash, and asked as bash asks on Tab.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CompletionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("parity ru", "run")]
    [InlineData("parity co", "compare", "completion")]
    [InlineData("./parity fuzz --p", "--programs")]
    [InlineData("parity run --s", "--seed")]
    [InlineData("parity run trai", "training")]
    [InlineData("parity run neuron,\\ tw", "neuron, twenty steps", "neuron, twenty steps, modules")]
    [InlineData("parity completion ", "--help", "-h", "bash", "pwsh", "zsh")]
    [InlineData("parity doctor xyz")]
    public void Bash_completes(string line, params string[] words)
    {
        var parity = Path.Combine(_folder.FullName, "parity");
        File.WriteAllText(parity, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "parity.dll")}' \"$@\"\n");
        File.SetUnixFileMode(parity, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        const string Ask = """
            eval "$(parity completion bash)"
            complete -p parity >/dev/null || exit 1
            COMP_LINE=$1 COMP_POINT=${#1}
            eval "COMP_WORDS=($1)"
            [[ $1 == *' ' ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _parity
            for word in "${COMPREPLY[@]}"; do eval "echo $word"; done
            """;
        var outcome = Cli.StartIn(
            _folder.FullName,
            "bash",
            ["-c", Ask, "bash", line],
            ("PATH", $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}")
        );
        Assert.Equal("", outcome.Error);
        Assert.Equal(words, outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void The_scripts_name_their_shell_and_bash_finds_no_mistake_in_its_own()
    {
        var bash = Cli.Run(["completion", "bash"]).Out;
        Assert.Equal(0, Cli.Start("bash", ["-n", "-c", bash]).Status);
        Assert.StartsWith("#compdef parity", Cli.Run(["completion", "zsh"]).Out, StringComparison.Ordinal);
    }
}
