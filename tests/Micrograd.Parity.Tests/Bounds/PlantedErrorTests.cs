using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Tests.Bounds;

/// <summary>The comparison within bounds can fail: an error of one and a half bounds turns it red, roundings inside leave it green.</summary>
public class PlantedErrorTests
{
    private const int Programs = 60;

    private static readonly OpCatalogue s_ops = ParitySuite.Default.Ops;

    [Fact]
    public void An_error_of_one_and_a_half_bounds_is_a_mismatch_everywhere()
    {
        var planted = 0;
        foreach (var (program, ours, bounds) in Runs())
        {
            for (var i = 0; i < ours.Values.Length; i++)
            {
                if (program.Nodes[i].Op is not null && Off(ours.Values[i], bounds.Values[i]) is { } value)
                {
                    planted++;
                    var theirs = ours with { Values = [.. ours.Values.Select((v, k) => k == i ? value : v)] };
                    Assert.Equal(1, Compare(program, ours, theirs, bounds).Counts.Mismatch);
                }

                if (ours.Gradients[i] is { } g && Off(g, bounds.Gradients[i]) is { } gradient)
                {
                    planted++;
                    var theirs = ours with { Gradients = [.. ours.Gradients.Select((v, k) => k == i ? gradient : v)] };
                    Assert.Equal(1, Compare(program, ours, theirs, bounds).Counts.Mismatch);
                }
            }
        }

        Assert.True(planted > 1000, $"{planted} errors were planted.");
    }

    [Fact]
    public void Random_rounding_inside_the_bounds_is_no_mismatch()
    {
        var random = new SeededRandom(3);
        var moved = 0L;
        foreach (var (program, ours, bounds) in Runs())
        {
            var theirs = new Trace(
                [.. ours.Values.Select((v, i) => Inside(v, bounds.Values[i], random))],
                [.. ours.Gradients.Select((g, i) => g is { } x ? Inside(x, bounds.Gradients[i], random) : g)]
            );
            var comparer = Compare(program, ours, theirs, bounds);
            Assert.Equal(0, comparer.Counts.Mismatch);
            moved += comparer.Counts.WithinBound;
        }

        Assert.True(moved > 500, $"{moved} numbers were moved.");
    }

    [Fact]
    public void A_gradient_that_only_one_side_has_is_a_mismatch() =>
        Assert.Equal(Verdict.Mismatch, new BoundComparer(FloatFormat.Binary64).Compare(1, null, Enclosure.Anything));

    private static IEnumerable<(Program Program, Trace Ours, FormulaTrace<Enclosure> Bounds)> Runs()
    {
        var generator = new ProgramGenerator(s_ops, s_ops.All);
        var engine = new MicrogradBackend(s_ops);
        var evaluator = new FormulaBackend<Enclosure>(s_ops, new EnclosureArithmetic(FloatFormat.Binary64));
        for (var i = 0; i < Programs; i++)
        {
            var program = generator.Make(21, i);
            yield return (program, engine.Run(program, program.DefaultInput), evaluator.Run(program, program.DefaultInput));
        }
    }

    private static BoundComparer Compare(Program program, Trace ours, Trace theirs, FormulaTrace<Enclosure> bounds)
    {
        var comparer = new BoundComparer(FloatFormat.Binary64);
        comparer.Compare(program, program.DefaultInput, ours, theirs, bounds, _ => "");
        return comparer;
    }

    private static double? Off(double x, Enclosure bound)
    {
        var off = x + 1.5 * Math.Max(bound.Width, Math.BitIncrement(Math.Abs(x)) - Math.Abs(x));
        return bound.IsBounded && double.IsFinite(x) && double.IsFinite(off) && off != x ? off : null;
    }

    private static double Inside(double x, Enclosure bound, SeededRandom random) =>
        bound.IsBounded && double.IsFinite(bound.Low) && !double.IsNaN(x)
            ? Math.Clamp(bound.Low + random.NextDouble() * (bound.High - bound.Low), bound.Low, bound.High)
            : x;
}
