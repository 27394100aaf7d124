using System.Reflection;
using Micrograd.Parity.Engines.Torch;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>
/// The walk-through of docs/port.md: its port is compiled and trained, and the command says of it what the page shows. The original is the
/// port with the corrections that the page names.
/// </summary>
public sealed class PortPageTests : IDisposable
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.Linq;";

    private static readonly string[] s_folders = ["original", "port"];

    private static readonly string[] s_numbers = ["original", "port", "difference"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parity-port-");
    private readonly string _page = File.ReadAllText(Path.Combine(Cli.Root, "docs", "port.md"));

    public PortPageTests() => TorchFiles.Load();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Each_command_names_a_mistake_and_the_corrected_port_is_the_original()
    {
        var port = Blocks("csharp")[0];
        var (first, second) = (Correction(0), Correction(1));
        Assert.Contains(first.Wrong, port, StringComparison.Ordinal);
        Assert.Contains(second.Wrong, port, StringComparison.Ordinal);
        var once = port.Replace(first.Wrong, first.Right, StringComparison.Ordinal);
        var right = once.Replace(second.Wrong, second.Right, StringComparison.Ordinal);
        Run(
            right
                .Replace("InitialParameters.Load(\"original\", model);", "", StringComparison.Ordinal)
                .Replace("\"port\"", "\"original\"", StringComparison.Ordinal)
        );

        AssertShown(port, status: 1, block: 0);
        AssertShown(once, status: 1, block: 1);
        AssertShown(right, status: 0, block: 2);
    }

    /// <summary>The lines of the page's block are in what the command says.</summary>
    private void AssertShown(string program, int status, int block)
    {
        Run(program);
        var outcome = Cli.Run(["diff", At("original"), At("port")]);
        Assert.Equal(status, outcome.Status);
        var said = outcome.Out.Replace($"{_folder.FullName}{Path.DirectorySeparatorChar}", "", StringComparison.Ordinal);
        // Parameters are drawn anew, so that the numbers are others than the page's.
        var shown = Blocks("text")[block]
            .Trim()
            .Split('\n')
            .Where(line => !s_numbers.Any(n => line.StartsWith($"    {n} ", StringComparison.Ordinal)));
        Assert.All(shown, line => Assert.Contains(line, said, StringComparison.Ordinal));
    }

    /// <summary>A correction as the page writes it: the line that goes and the line that comes.</summary>
    private (string Wrong, string Right) Correction(int place)
    {
        var lines = Blocks("diff")[place].TrimEnd().Split('\n');
        return (lines[0][1..].Trim(), lines[1][1..].Trim());
    }

    private List<string> Blocks(string language) => [.. _page.Split($"```{language}\n")[1..].Select(block => block.Split("```")[0])];

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private void Run(string program)
    {
        var placed = s_folders.Aggregate(program, (text, name) => text.Replace($"\"{name}\"", $"@\"{At(name)}\"", StringComparison.Ordinal));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            $"port-{Guid.NewGuid()}",
            [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText(placed)],
            references.Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication)
        );
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
        var main = Assembly.Load(image.ToArray()).EntryPoint!;
        main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
    }
}
