using System.Runtime.Versioning;
using Shell = Micrograd.Parity.Cli.Tests.Cli;

namespace Micrograd.Parity.Tools.Tests;

/// <summary><c>parity new-op</c> on a copy of the repository's sources.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class NewOpCommandTests : IDisposable
{
    private const string Rules = "src/Micrograd/Ops/Trigonometry.cs";
    private const string Rows = "comparisons/Ops/Trigonometry.cs";

    private readonly RepositoryCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public void Skeletons_of_every_form_are_written_where_they_belong()
    {
        _copy.Copy("src/Micrograd", "comparisons");
        Assert.Equal(0, New("copysign", "--family", "arithmetic", "--operands", "2").Status);
        Assert.Equal(0, New("soft_step", "--settings", "low=0,high=1.5").Status);
        Assert.Contains(
            "    public Value Copysign(Value b) => Tape.Binary<CopysignRule>(this, b);\n}\n",
            _copy.Read("src/Micrograd/Ops/Arithmetic.cs"),
            StringComparison.Ordinal
        );
        var row = _copy.Read("comparisons/Ops/Arithmetic.cs");
        Assert.Contains(
            "            \"copysign\",\n            (a, b) => a.Copysign(b),\n            (a, b) => throw ",
            row,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "                (g, a, b, y) => throw new NotImplementedException(\"the formula of copysign's share of b\"))),\n",
            row,
            StringComparison.Ordinal
        );
        var rule = _copy.Read("src/Micrograd/Ops/Activations.cs");
        Assert.Contains(
            "public Value SoftStep(double low, double high) => Tape.Attributed<SoftStepRule>(this, low, high);",
            rule,
            StringComparison.Ordinal
        );
        Assert.Contains("double Vjp(double g, double x, double p, double q, double y)", rule, StringComparison.Ordinal);
        Assert.Contains(
            "            [[0, 1.5]],\n            (x, s) => x.SoftStep(s[0], s[1]),\n            (x, s) => throw ",
            _copy.Read("comparisons/Ops/Activations.cs"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("the catalogue has tanh", "tanh")]
    [InlineData("the engine has Detach", "detach")]
    [InlineData("the engine has Zero", "zero_grad")]
    [InlineData("no name of an op", "Tanh2")]
    [InlineData("no name of an op", "a-b")]
    [InlineData("no name of an op", "2x")]
    [InlineData("no name of an op", "../x")]
    [InlineData("'powers'", "foo", "--family", "power")]
    [InlineData("it takes 1 or 2", "foo", "--operands", "3")]
    [InlineData("only where it has one operand", "foo", "--operands", "2", "--settings", "a=1")]
    [InlineData("up to two settings", "foo", "--settings", "a=1,b=2,c=3")]
    [InlineData("cannot name a setting", "foo", "--settings", "class=1")]
    [InlineData("is no setting", "foo", "--settings", "slope")]
    public void What_cannot_be_is_refused_and_nothing_is_written(string message, params string[] arguments)
    {
        _copy.Copy("src/Micrograd", "comparisons");
        var before = Everything();
        var outcome = New(arguments);
        Assert.Equal(2, outcome.Status);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(before, Everything());
    }

    [Fact]
    public void Another_folder_uncommitted_changes_and_a_file_of_another_form_are_refused()
    {
        var elsewhere = New("foo");
        Assert.Equal(2, elsewhere.Status);
        Assert.Contains("not in the repository of Micrograd.Parity", elsewhere.Error, StringComparison.Ordinal);

        _copy.Copy("src/Micrograd", "comparisons");
        Assert.Equal(
            0,
            Shell.StartIn(_copy.Folder, "bash", ["-c", "git init -q . && git add . && git -c user.name=a -c user.email=a@b commit -qm all"]).Status
        );
        Assert.Equal(0, New("foo").Status);
        var twice = New("bar");
        Assert.Equal(2, twice.Status);
        Assert.Contains(
            "commit or undo first what was changed in src/Micrograd/Ops/Activations.cs, comparisons/Ops/Activations.cs",
            twice.Error.Replace(
                "comparisons/Ops/Activations.cs, src/Micrograd/Ops/Activations.cs",
                "src/Micrograd/Ops/Activations.cs, comparisons/Ops/Activations.cs",
                StringComparison.Ordinal
            ),
            StringComparison.Ordinal
        );

        File.WriteAllText(Path.Combine(_copy.Folder, Rows), "// nothing\n");
        Shell.StartIn(_copy.Folder, "git", ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qam", "nothing"]);
        var before = Everything();
        var odd = New("bar", "--family", "trigonometry");
        Assert.Equal(2, odd.Status);
        Assert.Contains($"{Rows} has no line", odd.Error, StringComparison.Ordinal);
        Assert.Equal(before, Everything());
    }

    private Shell.Outcome New(params string[] arguments) =>
        Shell.StartIn(_copy.Folder, "dotnet", [Path.Combine(AppContext.BaseDirectory, "parity-tools.dll"), "new-op", .. arguments]);

    private string Everything() =>
        string.Join(
            '\n',
            Directory
                .EnumerateFiles(_copy.Folder, "*.cs*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(f => f + File.ReadAllText(f))
        );
}
