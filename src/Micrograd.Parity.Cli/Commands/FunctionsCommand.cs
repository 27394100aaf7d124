using System.CommandLine;
using System.Globalization;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Reports;
using Spectre.Console;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity functions</c>.</summary>
internal static class FunctionsCommand
{
    /// <summary>MKL's variable, and the values for which it computes as on other processors.</summary>
    private const string Variable = "MKL_CBWR";

    private static readonly string[] s_processors = ["AVX2", "COMPATIBLE"];

    internal static Command Create()
    {
        var points = new Option<int>("--points") { Description = "Number of points.", DefaultValueFactory = _ => 20_000 };
        var bits = new Option<bool>("--bits") { Description = "Print every result's bits, a function a line.", Hidden = true };
        var command = new Command(
            "functions",
            """
            Shows that PyTorch's elementary functions depend on the processor: the number of points at which their bits differ from the C
            library's, and from those that PyTorch has on older processors (Intel's MKL can be told by a variable to compute as on these).

            Examples:
              parity functions
              parity functions --points 100000
            """
        )
        {
            points,
            bits,
        };
        command.Runs((parsed, cancellation) => Run(parsed.GetValue(points), parsed.GetValue(bits), cancellation));
        return command.WithVerbosity();
    }

    private static int Run(int points, bool bits, CancellationToken cancellation)
    {
        if (points < 1)
            throw new UsageException("--points must be 1 or more.");
        var torch = TorchLibrary.Load();
        var here = torch.Functions.Sources.Keys.ToDictionary(name => name, name => Results(torch.Functions, name, points));
        if (bits)
        {
            foreach (var (name, results) in here)
                Screen.Line($"{name} {string.Join(' ', results.Select(r => r.ToString("x", CultureInfo.InvariantCulture)))}");
            return ExitCode.Parity;
        }

        Show(torch, points, here, [.. s_processors.Select(processor => (processor, OnOther(processor, points, cancellation)))]);
        return ExitCode.Parity;
    }

    private static long[] Results(TorchFunctions functions, string name, int points) =>
        [.. TorchFunctions.SamplePoints(points).Select(x => Bits(functions.Apply(name, x)))];

    private static long[] OfC(TorchFunctions functions, string name, int points) =>
        [.. TorchFunctions.SamplePoints(points).Select(x => Bits(functions.ApplyOfC(name, x)))];

    /// <summary>The bits; of all NaNs the same.</summary>
    private static long Bits(double x) => BitConverter.DoubleToInt64Bits(double.IsNaN(x) ? double.NaN : x);

    private static Dictionary<string, long[]> OnOther(string processor, int points, CancellationToken cancellation)
    {
        var outcome = Itself.Run(
            ["functions", "--bits", "--points", points.ToString(CultureInfo.InvariantCulture)],
            new Dictionary<string, string> { [Variable] = processor },
            cancellation
        );
        return outcome.Status == ExitCode.Parity
            ? outcome
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' '))
                .ToDictionary(
                    words => words[0],
                    words => Array.ConvertAll(words[1..], word => long.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
                )
            : throw new UsageException($"the process with {Variable}={processor} ended with {outcome.Status}: {outcome.Error}");
    }

    private static void Show(
        TorchLibrary torch,
        int points,
        Dictionary<string, long[]> here,
        IReadOnlyList<(string Processor, Dictionary<string, long[]> Results)> others
    )
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("function");
        table.AddColumn("PyTorch's from");
        table.AddColumn(new TableColumn("C library").RightAligned());
        foreach (var (processor, _) in others)
            table.AddColumn(new TableColumn(processor).RightAligned());
        foreach (var (name, source) in torch.Functions.Sources)
        {
            table.AddRow([
                name,
                Wording.Of(source),
                Differing(here[name], OfC(torch.Functions, name, points)),
                .. others.Select(other => Differing(here[name], other.Results[name])),
            ]);
        }

        Screen.Write(table);
        Screen.Line($"Of {Wording.Count(points, "point")} each: how many differ in their bits from {torch.Summary} on {torch.Processor}.");
    }

    private static string Differing(long[] a, long[] b) => Wording.Number(a.Zip(b).Count(pair => pair.First != pair.Second));
}
