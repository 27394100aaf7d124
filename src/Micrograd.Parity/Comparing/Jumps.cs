namespace Micrograd.Parity.Comparing;

/// <summary>Finds where a sampled curve jumps, by halving the steps over which it changes much: over a jump the change stays as it is.</summary>
internal static class Jumps
{
    /// <summary>After so many halvings a step is too short to be seen in a plot.</summary>
    private const int Halvings = 30;

    /// <summary>The part of its range that a curve passes in one step where it may jump.</summary>
    private const double Steep = 0.05;

    /// <summary>The points, and beside each jump the two between which it lies.</summary>
    /// <param name="points">Where the curve was sampled, in ascending order.</param>
    /// <param name="samples">The quantities at each point; NaN where there is none.</param>
    /// <param name="sample">The quantities at other points.</param>
    internal static double[] With(double[] points, double[][] samples, Func<double[], double[][]> sample)
    {
        var steps = Enumerable.Range(0, samples[0].Length).SelectMany(quantity => SteepSteps(points, samples, quantity)).ToList();
        for (var i = 0; i < Halvings && steps.Count > 0; i++)
        {
            var middles = steps.ConvertAll(s => s.Middle);
            var found = sample([.. middles]);
            steps = [.. steps.Select((s, k) => s.Halved(middles[k], found[k][s.Quantity])).Where(s => s.MayJump)];
        }

        return [.. points.Concat(steps.SelectMany(s => new[] { s.From, s.To })).Distinct().Order()];
    }

    private static IEnumerable<Step> SteepSteps(double[] points, double[][] samples, int quantity)
    {
        var numbers = samples.Select(s => s[quantity]).ToList();
        var finite = numbers.Where(double.IsFinite).ToList();
        var least = finite.Count == 0 ? 0 : Steep * (finite.Max() - finite.Min());
        return Enumerable
            .Range(0, points.Length - 1)
            .Select(i => new Step(quantity, points[i], points[i + 1], numbers[i], numbers[i + 1], Math.Abs(numbers[i + 1] - numbers[i])))
            .Where(s => double.IsFinite(s.Whole) && s.Whole > least);
    }

    /// <summary>A step between two points, in which a quantity goes from one number to another.</summary>
    private readonly record struct Step(int Quantity, double From, double To, double Before, double After, double Whole)
    {
        internal double Middle => From + (To - From) / 2;

        /// <summary>True if most of the change remains, and no pole has made it grow.</summary>
        internal bool MayJump => Math.Abs(After - Before) is var change && change > Whole / 2 && change < 2 * Whole;

        /// <summary>The half in which it changes more.</summary>
        internal Step Halved(double middle, double number) =>
            Math.Abs(number - Before) > Math.Abs(After - number)
                ? this with
                {
                    To = middle,
                    After = number,
                }
                : this with
                {
                    From = middle,
                    Before = number,
                };
    }
}
