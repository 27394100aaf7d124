using System.Runtime.Versioning;
using Shell = Micrograd.Parity.Cli.Tests.Cli;

namespace Micrograd.Parity.Tools.Tests.Additions;

/// <summary>An operation, which begins as the skeletons of <c>new-op</c>.</summary>
[UnsupportedOSPlatform("windows")]
internal static class AddedOp
{
    private const string Rules = "src/Micrograd/Ops/Trigonometry.cs";
    private const string Rows = "comparisons/Ops/Trigonometry.cs";

    internal static void WriteSkeleton(RepositoryCopy copy)
    {
        var written = Shell.StartIn(
            copy.Folder,
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "parity-tools.dll"), "new-op", "sinc", "--family", "trigonometry"]
        );
        Assert.Equal(0, written.Status);
        Assert.Contains($"{Rules}:", written.Out, StringComparison.Ordinal);
        Assert.Contains($"{Rows}:", written.Out, StringComparison.Ordinal);
        Assert.Contains("./parity run sinc", written.Out, StringComparison.Ordinal);
    }

    internal static void FillIn(RepositoryCopy copy)
    {
        // PyTorch's kernel calls the C library's sine; the derivative is composed of ops.
        copy.Replace(Rules, "throw new NotImplementedException(\"SincRule.Forward\")", "x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x)");
        copy.Replace(
            Rules,
            "throw new NotImplementedException(\"SincRule.Vjp\")",
            "x * x * Math.PI == 0 ? 0 : g * ((x * Math.PI * ElementaryFunctions.Current.Cos(x * Math.PI) - ElementaryFunctions.Current.Sin(x * Math.PI)) / (x * x * Math.PI))"
        );
        copy.Replace(Rows, "throw new NotImplementedException(\"PyTorch's side of sinc\")", "x.sinc()");
        copy.Replace(
            Rows,
            "throw new NotImplementedException(\"sinc's formula\")",
            "Term.If((x >= 0) & (x <= 0), 1, Term.OfC(Primitive.Sin, Math.PI * x) / (Math.PI * x))"
        );
        copy.Replace(
            Rows,
            "throw new NotImplementedException(\"the formula of sinc's share\")",
            "Term.If((x >= 0) & (x <= 0), 0, g * ((x * Math.PI * Term.Of(Primitive.Cos, x * Math.PI) - Term.Of(Primitive.Sin, x * Math.PI)) / (x * x * Math.PI)))"
        );
    }
}
