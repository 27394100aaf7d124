using System.Diagnostics;
using System.Reflection;
using System.Runtime.Versioning;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>
/// The documents' code runs, and prints what stands beside it. <see cref="PackageTests"/> has that of docs/packages.md; classes are those of the sample.
/// </summary>
public sealed class DocumentedCodeTests : IDisposable
{
    /// <summary>A program's surroundings: usual usings, a console that keeps its lines, and an engine of one's own with a graph.</summary>
    private const string Surroundings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using static Given;

        public static class Console
        {
            public static readonly List<string> Lines = [];

            public static void WriteLine(object line) => Lines.Add(FormattableString.Invariant($"{line}"));
        }

        public sealed class Scalar(double data, string op = "", params Scalar[] parents)
        {
            public double Data => data;

            public double? Grad { get; set; }

            public string Op => op;

            public Scalar[] Parents => parents;

            public static implicit operator Scalar(double x) => new(x);

            public static Scalar operator *(Scalar a, Scalar b) => new(a.Data * b.Data, "*", a, b);

            public static Scalar operator -(Scalar a, Scalar b) => new(a.Data - b.Data, "-", a, b);

            public void Backward(double upstream = 1)
            {
                Grad = (Grad ?? 0) + upstream;
                if (op == "*")
                {
                    parents[0].Backward(upstream * parents[1].Data);
                    parents[1].Backward(upstream * parents[0].Data);
                }
                else if (op == "-")
                {
                    parents[0].Backward(upstream);
                    parents[1].Backward(-upstream);
                }
            }
        }

        public static class Given
        {
            public static readonly Scalar loss = new(6, "*", new Scalar(2) { Grad = 3 }, new Scalar(3) { Grad = 2 }) { Grad = 1 };
        }
        """;

    /// <summary>An engine in Python that overwrites gradients, and a graph in which that matters.</summary>
    private const string Overwriting = """
        class Value:
            def __init__(self, data, prev=(), op="", label="", backward=lambda grad: None):
                self.data, self.grad, self._prev, self._op, self.label, self._backward = data, 0.0, prev, op, label, backward

            def __add__(self, other):
                def backward(grad):
                    self.grad = grad
                    other.grad = grad

                return Value(self.data + other.data, (self, other), "+", backward=backward)

            def __mul__(self, other):
                def backward(grad):
                    self.grad = other.data * grad
                    other.grad = self.data * grad

                return Value(self.data * other.data, (self, other), "*", backward=backward)

            def backward(self):
                self.grad = 1.0
                nodes = [self]
                for node in nodes:
                    node._backward(node.grad)
                    nodes += node._prev


        x, w = Value(2.0, label="x"), Value(3.0, label="w")
        loss = x * w + x

        """;

    /// <summary>An engine in Python that has no difference of its own for a number minus a node.</summary>
    private const string Reflected = """
        class Value:
            def __init__(self, data, prev=(), op="", vjps=()):
                self.data, self.grad, self._prev, self._op, self._vjps = data, 0.0, prev, op, vjps

            def __sub__(self, other):
                other = other if isinstance(other, Value) else Value(other)
                return Value(self.data - other.data, (self, other), "-", (lambda g: g, lambda g: -g))

            def __mul__(self, other):
                return Value(self.data * other.data, (self, other), "*", (lambda g: g * other.data, lambda g: g * self.data))

            __rsub__ = __sub__

            def backward(self, upstream=1.0):
                self.grad += upstream
                for parent, vjp in zip(self._prev, self._vjps):
                    parent.backward(vjp(upstream))


        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parity-documents-");

    private string Trace => Path.Combine(_folder.FullName, "trace.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("README.md", 1)]
    [InlineData("docs/engine.md", 3)]
    [InlineData("docs/checking-your-engine.md", 2)]
    public void Programs_print_what_stands_beside_them(string page, int count)
    {
        var programs = Blocks(page, "csharp").Where(b => !b.Contains("public class ", StringComparison.Ordinal)).ToList();
        Assert.Equal(count, programs.Count);
        foreach (var program in programs)
        {
            var stated = program.Split('\n').Where(l => l.StartsWith("Console.WriteLine(", StringComparison.Ordinal)).Select(l => l.Split("// ")[1]);
            var printed = Output(program.Replace("trace.jsonl", Trace, StringComparison.Ordinal));
            if (stated.Any())
                Assert.Equal(stated, printed);
        }

        if (page.EndsWith("checking-your-engine.md", StringComparison.Ordinal))
            Assert.Contains("NO BUG", Cli.Run(["check", Trace]).Out, StringComparison.Ordinal);
    }

    /// <summary>The recorders' folder is a package that pip builds without any other, and without a network.</summary>
    [Trait("Needs", "python")]
    [Fact]
    public void The_recorders_are_a_wheel()
    {
        const string Script =
            "import sys; sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True; import wheel_of_recorders as b; "
            + "wheel = sys.argv[2] + '/' + b.build_wheel(sys.argv[2]); "
            + "sys.path[0] = wheel; import importlib.util as u; "
            + "print(all(u.find_spec(m).origin == wheel + '/' + m + '.py' for m in ('parity_trace', 'parity_torch')))";
        var outcome = Cli.Start("python3", ["-c", Script, Path.Combine(Cli.Root, "src/recorders/python"), _folder.FullName]);
        Assert.Equal(("True\n", ""), (outcome.Out, outcome.Error));
    }

    /// <summary>Started as a program it says that it recorded nothing, and how it is used.</summary>
    [Trait("Needs", "python")]
    [Fact]
    public void The_recorder_by_itself_says_how_it_is_used()
    {
        var outcome = Cli.StartIn(
            Path.Combine(Cli.Root, "src/recorders/python"),
            "python3",
            ["-m", "parity_trace"],
            ("PYTHONDONTWRITEBYTECODE", "1")
        );
        Assert.Equal((0, ""), (outcome.Status, outcome.Error));
        Assert.StartsWith("Nothing was recorded: ", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("parity_trace.save(\"trace.jsonl\", loss)", outcome.Out, StringComparison.Ordinal);
    }

    [Trait("Needs", "python")]
    [Theory]
    [InlineData("README.md", Overwriting, 0)]
    [InlineData("docs/checking-your-engine.md", Overwriting, 0)]
    [InlineData("docs/checking-your-engine.md", Reflected, 1)]
    public void An_engine_gets_the_answer_shown(string page, string engine, int block)
    {
        File.Copy(Path.Combine(Cli.Root, "src/recorders/python/parity_trace.py"), Path.Combine(_folder.FullName, "parity_trace.py"));
        File.WriteAllText(Path.Combine(_folder.FullName, "engine.py"), engine + Blocks(page, "python")[block]);
        var python = Cli.StartIn(_folder.FullName, "python3", ["engine.py"]);
        Assert.True(python.Status == 0, python.Error);
        var check = Cli.Run(["check", Trace]);
        Assert.Equal(1, check.Status);
        Assert.StartsWith(
            Blocks(page, "text")
                .Single(b =>
                    b.StartsWith("BUG", StringComparison.Ordinal) && b.Contains(block == 0 ? "accumulation" : "wiring", StringComparison.Ordinal)
                ),
            check.Out,
            StringComparison.Ordinal
        );
    }

    [Trait("Needs", "python")]
    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_notebook_shows_an_answer()
    {
        var parity = Path.Combine(_folder.FullName, "parity");
        File.WriteAllText(parity, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "parity.dll")}' \"$@\"\n");
        File.SetUnixFileMode(parity, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        const string Page = "docs/checking-your-engine.md";
        const string Show =
            "print(answer.right, answer.document['mistakes'], answer._repr_html_())\n"
            + "for wrong, command in ('missing', 'parity'), ('trace.jsonl', 'nowhere/parity'):\n"
            + "    try: parity_trace.check(wrong, command=command)\n"
            + "    except RuntimeError as e: print(e)\n";
        File.Copy(Path.Combine(Cli.Root, "src/recorders/python/parity_trace.py"), Path.Combine(_folder.FullName, "parity_trace.py"));
        File.WriteAllText(
            Path.Combine(_folder.FullName, "engine.py"),
            Overwriting.Replace("\"x\"", "\"<x>\"", StringComparison.Ordinal) + Blocks(Page, "python")[0] + Blocks(Page, "python")[2] + Show
        );
        var path = $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        var outcome = Cli.StartIn(_folder.FullName, "python3", ["engine.py"], ("PATH", path));
        Assert.True(outcome.Status == 0, outcome.Error);
        Assert.StartsWith("False True <div ", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("<b>BUGS</b><pre ", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("gradient of node 0 &#x27;&lt;x&gt;&#x27;", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(
            [
                $"parity: {Path.Combine(_folder.FullName, "missing")}: there is no such file.",
                "there is no command 'nowhere/parity': name it, as in check(path, command='micrograd-parity/parity')",
            ],
            outcome.Lines[^3..^1]
        );
    }

    private static List<string> Blocks(string page, string language) =>
        [.. File.ReadAllText(Path.Combine(Cli.Root, page)).Split($"```{language}\n")[1..].Select(b => b.Split("```")[0])];

    /// <summary>The lines that a program of top-level statements prints.</summary>
    private static List<string> Output(string program)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            $"document-{Stopwatch.GetTimestamp()}",
            [CSharpSyntaxTree.ParseText(program), CSharpSyntaxTree.ParseText(Surroundings)],
            references.Select(r => MetadataReference.CreateFromFile(r)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication)
        );
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)) + "\n" + program);
        var assembly = Assembly.Load(image.ToArray());
        var main = assembly.EntryPoint!;
        main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
        return (List<string>)assembly.GetType("Console")!.GetField("Lines")!.GetValue(null)!;
    }
}
