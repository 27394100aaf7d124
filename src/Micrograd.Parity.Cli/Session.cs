using System.Diagnostics;
using System.Runtime.InteropServices;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Diagnosis.Matching;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Cli;

/// <summary>Shared steps of several commands: selects items, loads PyTorch, runs with progress and gathers the report.</summary>
internal static class Session
{
    internal static IReadOnlyList<IComparison> Select(string? filter, ItemKind? kind, out ItemFilter parsed, bool vectors = false)
    {
        try
        {
            parsed = ItemFilter.Parse(filter);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }

        var suite = vectors ? ParitySuite.Default.BoundedComparisons() : ParitySuite.Default.Comparisons();
        var all = suite.Where(c => kind is null || c.Kind == kind).ToList();
        var selected = parsed.Select(all);
        if (selected.Count == 0)
            throw new UsageException(
                $"unknown item '{parsed.Pattern}'{Nearest.Ending(parsed.Pattern, all.Select(c => c.Name))} 'parity list' shows all names."
            );
        if (parsed.Point is { } point)
        {
            var fitting = selected.Where(c => ArityOf(c) is { } arity && (arity == point.Operands.Length || arity < 0)).ToList();
            selected =
                fitting.Count > 0
                    ? fitting
                    : throw new UsageException($"no op that '{parsed.Pattern}' selects takes {point.Operands.Length} operand(s).");
        }

        return selected;
    }

    internal static RunReport Run(
        IReadOnlyList<IComparison> selected,
        ItemFilter filter,
        int seed,
        bool full,
        CancellationToken cancellation,
        KernelChoice kernels = KernelChoice.Best
    )
    {
        // A run of everything takes what must have the same bits.
        if (filter.Pattern.Length == 0 && !full && selected.Any(c => c.DemandsSameBits))
            selected = [.. selected.Where(c => c.DemandsSameBits)];
        var context = Context(seed, kernels) with
        {
            OnlyPoint = filter.Point,
            TrainingLength =
                full ? TrainingLength.Full
                : filter.Pattern.Length > 0 ? TrainingLength.Usual
                : TrainingLength.Brief,
            Figures = true,
        };
        var clock = Stopwatch.StartNew();
        var items = Screen.WithProgress("comparing", selected.Count, step =>
            ParityRun.Run(selected, context, new Immediate<ItemResult>(item => step.Report(item.Name)), cancellation)
        );
        items = Explained(selected, items, context, cancellation);
        var functions = filter.Point is null ? FunctionAgreement.Measure(selected.OfType<OpComparison>().Select(c => c.Op), context) : [];
        return Report(context, items, clock.Elapsed, filter.Text) with { Functions = functions };
    }

    /// <summary>The results, those that failed with what is known of the reason.</summary>
    internal static IReadOnlyList<ItemResult> Explained(
        IReadOnlyList<IComparison> compared,
        IReadOnlyList<ItemResult> items,
        RunContext context,
        CancellationToken cancellation
    ) =>
        items.All(i => i.Counts.Mismatch == 0)
            ? items
            : Screen.WithStatus(tell =>
            {
                tell(0, "looking for the reason of what failed");
                return new RunDiagnosis(ParitySuite.Default.Ops, Diagnosis).Diagnose(compared, items, context, cancellation);
            });

    /// <summary>A run that has just ended.</summary>
    internal static RunReport Report(RunContext context, IReadOnlyList<ItemResult> items, TimeSpan elapsed, string filter = "")
    {
        return new RunReport(Environment(context.Torch, context.Seed, elapsed) with { Filter = filter }, items);
    }

    private static int? ArityOf(IComparison comparison) =>
        comparison switch
        {
            OpComparison plain => plain.Op.Arity,
            VectorOpComparison vector => vector.Op.Arity,
            _ => null,
        };

    /// <summary>The engine against PyTorch, which is loaded now.</summary>
    internal static RunContext Context(int seed, KernelChoice kernels = KernelChoice.Best)
    {
        var context = ParitySuite.Default.Context(seed, kernels);
        if (Screen.Verbosity == Verbosity.Verbose)
            Screen.Detail($"{context.Torch.Summary} from {context.Torch.Path}");
        return context;
    }

    /// <summary>Diagnosis that knows this repository's catalogue of faults.</summary>
    internal static FaultDiagnosis Diagnosis => new(ParitySuite.TraceOps, FaultCatalogue.All, AnyMlp.Model);

    /// <summary>Environment of a run that has just ended.</summary>
    internal static RunEnvironment Environment(TorchLibrary torch, int seed, TimeSpan elapsed)
    {
        var start = DateTimeOffset.UtcNow - elapsed;
        return new RunEnvironment(
            torch.Version,
            torch.TorchSharp,
            torch.Kernels,
            torch.Mkl,
            torch.Processor,
            RuntimeInformation.FrameworkDescription,
            $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
            seed,
            Math.Round(elapsed.TotalSeconds, 2)
        )
        {
            Time = start.AddTicks(-(start.Ticks % TimeSpan.TicksPerSecond)),
            Commit = SourceCommit.Read(AppContext.BaseDirectory),
        };
    }
}
