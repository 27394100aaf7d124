using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Fuzzing;

/// <summary>
/// The numbers of random programs: mostly of everyday size and small whole ones, which tie; some special, some at an op's kinks.
/// </summary>
/// <param name="random">Generator of the random numbers.</param>
/// <param name="special">Probability of a special value.</param>
internal sealed class NumberSource(SeededRandom random, double special)
{
    /// <summary>Draws a number for any use.</summary>
    internal double Draw() =>
        random.Chance(special)
            ? random.OneOf(SpecialValues.All)
            : random.Next(10) switch
            {
                0 => random.Next(-3, 4),
                1 => random.Next(-8, 9) / 4.0,
                2 => random.Chance(0.3) ? Domain.Reals.Draw(random) : 40 * (2 * random.NextDouble() - 1),
                _ => 4 * (2 * random.NextDouble() - 1),
            };

    /// <summary>A number for an op's operand: mostly within its domain, sometimes at a kink or setting.</summary>
    internal double DrawFor(Op op, int position)
    {
        if (random.Chance(special))
            return Edge(op);
        var domain = op.Domains[Math.Min(position, op.Domains.Count - 1)];
        var number = Draw();
        for (var tries = 0; tries < 4 && !(number >= domain.Low && number <= domain.High); tries++)
            number = -number >= domain.Low && -number <= domain.High ? -number : Draw();
        return number;
    }

    /// <summary>A number where the op's formula changes, or the float beside it; where it has none, a special value.</summary>
    private double Edge(Op op)
    {
        var edges = op.Kinks.Concat(op.Settings.SelectMany(s => s)).ToList();
        if (edges.Count == 0 || random.Chance(0.5))
            return random.OneOf(SpecialValues.All);
        var edge = random.OneOf(edges);
        return random.Next(5) switch
        {
            0 => Math.BitIncrement(edge),
            1 => Math.BitDecrement(edge),
            2 => -edge,
            _ => edge,
        };
    }
}
