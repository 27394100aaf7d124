using Micrograd.Parity.Comparing;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing.Oracles;

/// <summary>Checks the bounds themselves on random programs: the exact number, and the engine's, must be admissible.</summary>
internal static class BoundValidation
{
    private const int KeptExceeded = 5;

    /// <summary>Checks random programs.</summary>
    /// <param name="ops">The catalogue.</param>
    /// <param name="seed">The programs' seed.</param>
    /// <param name="programs">Number of programs to check.</param>
    /// <param name="progress">Receives the number of programs checked so far.</param>
    /// <param name="cancellation">Ends the check between two programs.</param>
    /// <exception cref="DllNotFoundException">GNU MPFR is not installed.</exception>
    public static BoundValidationResult Run(
        OpCatalogue ops,
        long seed,
        int programs,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var generator = new ProgramGenerator(ops, ops.All);
        var parts = new Tally[programs];
        var done = 0;
        Parallel.For(0, programs, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, i =>
        {
            parts[i] = Check(ops, generator.Make(seed, i));
            progress?.Report(Interlocked.Increment(ref done));
        });

        var looseness = parts.SelectMany(p => p.Looseness).Order().ToList();
        return new BoundValidationResult(
            programs,
            parts.Sum(p => p.Numbers),
            parts.Sum(p => p.Unbounded),
            parts.Sum(p => p.Undefined),
            parts.Sum(p => p.ExceededCount),
            [.. parts.SelectMany(p => p.Exceeded).Take(KeptExceeded)],
            looseness.Count == 0 ? double.NaN : looseness[looseness.Count / 2],
            looseness.Count
        );
    }

    private static Tally Check(OpCatalogue ops, Program program)
    {
        var input = program.DefaultInput;
        var exact = new PreciseBackend(ops).Run(program, input);
        var bounds = new FormulaBackend<Enclosure>(ops, new EnclosureArithmetic(FloatFormat.Binary64)).Run(program, input);
        var ours = new MicrogradBackend(ops).Run(program, input);
        var tally = new Tally();
        for (var i = 0; i < program.Nodes.Count; i++)
        {
            if (program.Nodes[i].Op is not null)
                Number(i, Quantity.Value, ours.Values[i], exact.Values[i], bounds.Values[i]);
            if (ours.Gradients[i] is { } gradient)
                Number(i, Quantity.Gradient, gradient, exact.Gradients[i], bounds.Gradients[i]);
        }

        return tally;

        void Number(int node, Quantity quantity, double our, BigFloat truth, Enclosure bound)
        {
            tally.Numbers++;
            var defined = !truth.IsNaN;
            if (!defined)
                tally.Undefined++;
            if (!bound.Contains(our) || (defined && (bound.IsEmpty || truth.CompareTo(bound.Low) < 0 || truth.CompareTo(bound.High) > 0)))
            {
                tally.ExceededCount++;
                tally.Exceeded.Add(
                    $"{program.Name}: {quantity} of {TraceComparer.Describe(program, node)}: exact {truth}, ours {Difference.Show(our)}, admissible {bound}"
                );
            }
            else if (!bound.IsBounded)
            {
                tally.Unbounded++;
            }
            else if (defined && truth.DistanceTo(our) is > 0 and var error)
            {
                tally.Looseness.Add(bound.Width / error);
            }
        }
    }

    private sealed class Tally
    {
        internal long Numbers { get; set; }

        internal long Unbounded { get; set; }

        internal long Undefined { get; set; }

        internal long ExceededCount { get; set; }

        internal List<string> Exceeded { get; } = [];

        internal List<double> Looseness { get; } = [];
    }
}

/// <summary>Result of the check of the bounds.</summary>
/// <param name="Programs">Number of programs that were run.</param>
/// <param name="Numbers">Number of values and gradients that were checked.</param>
/// <param name="Unbounded">Number of values and gradients without a finite bound: next to a singularity, a jump or an overflow.</param>
/// <param name="Undefined">Number of values and gradients without an exact value, such as 0/0; there only the engine's number is checked.</param>
/// <param name="ExceededCount">Number of values and gradients whose exact or computed number lies outside the bound: the bound is wrong.</param>
/// <param name="Exceeded">Descriptions of the first of them.</param>
/// <param name="MedianLooseness">The median of the bound's width divided by the engine's actual error, where it has one.</param>
/// <param name="Inexact">Number of values and gradients in that median.</param>
internal sealed record BoundValidationResult(
    int Programs,
    long Numbers,
    long Unbounded,
    long Undefined,
    long ExceededCount,
    IReadOnlyList<string> Exceeded,
    double MedianLooseness,
    long Inexact
);
