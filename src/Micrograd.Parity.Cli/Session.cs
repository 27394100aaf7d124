using System.Diagnostics;
using System.Runtime.InteropServices;
using Micrograd.Parity.Backends;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Running;
using Micrograd.Parity.Torch;

namespace Micrograd.Parity.Cli;

/// <summary>Selects items, loads PyTorch, runs with progress and gathers the report: what several commands share.</summary>
internal static class Session
{
    internal static IReadOnlyList<IComparison> Select(string? filter, string? kind, out ItemFilter parsed)
    {
        try
        {
            parsed = ItemFilter.Parse(filter);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }

        var all = ParitySuite.Default.Comparisons().Where(c => kind is null || c.Kind == kind).ToList();
        var selected = parsed.Select(all);
        if (selected.Count == 0)
            throw new UsageException($"nothing is named '{parsed.Pattern}'. 'parity list' shows all names.{Nearest(parsed.Pattern, all)}");
        if (parsed.Point is { } point)
        {
            var fitting = selected.Where(c => c is OpComparison o && (o.Op.Arity == point.Operands.Length || o.Op.Arity < 0)).ToList();
            selected = fitting.Count > 0
                ? fitting
                : throw new UsageException($"no op that '{parsed.Pattern}' selects takes {point.Operands.Length} operand(s).");
        }

        return selected;
    }

    internal static RunReport Run(IReadOnlyList<IComparison> selected, ItemFilter filter, int seed, CancellationToken cancellation)
    {
        var context = Context(seed) with { OnlyPoint = filter.Point, Figures = true };
        var start = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        var items = Screen.WithProgress(
            "comparing", selected.Count, step => ParityRun.Run(selected, context, item => step(item.Name), cancellation));
        var environment = Environment(context.Torch, seed, clock.Elapsed) with
        {
            Time = start.AddTicks(-(start.Ticks % TimeSpan.TicksPerSecond)),
            Commit = SourceCommit.Of(AppContext.BaseDirectory),
            Filter = filter.Text,
        };
        return new RunReport(environment, items);
    }

    /// <summary>The engine against PyTorch, which is loaded now.</summary>
    internal static RunContext Context(int seed) => new(
        new MicrogradBackend(ParitySuite.Default.Ops),
        new TorchBackend(ParitySuite.Default.Ops),
        ParitySuite.Default.Known,
        TorchLibrary.Load(),
        seed);

    private static RunEnvironment Environment(TorchLibrary torch, int seed, TimeSpan elapsed) => new(
        torch.Version,
        torch.Road,
        torch.Kernels,
        RuntimeInformation.FrameworkDescription,
        $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
        seed,
        Math.Round(elapsed.TotalSeconds, 2));

    private static string Nearest(string pattern, List<IComparison> all)
    {
        var near = all.MinBy(c => Distance(pattern, c.Name));
        return near is not null && Distance(pattern, near.Name) <= 3 ? $" Did you mean '{near.Name}'?" : "";
    }

    /// <summary>How many letters must be changed, added or removed to turn one word into the other.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
