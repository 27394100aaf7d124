using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Tests.Reports;

/// <summary>Jumps of functions whose jumps are known.</summary>
public class JumpTests
{
    private static readonly double[] s_points = [.. Enumerable.Range(0, 65).Select(i => -4 + i / 8.0)];

    [Theory]
    [InlineData(-0.3)]
    [InlineData(0.1, 2.7)]
    [InlineData(0.75)]
    public void A_jump_has_a_point_on_either_side(params double[] places)
    {
        var added = Added(x => x + places.Count(place => x >= place));
        Assert.Equal(places.Length, places.Count(place => added.Any(x => x < place && x > place - 1e-9)));
        Assert.All(places, place => Assert.Contains(s_points.Concat(added), x => x >= place && x < place + 1e-9));
        Assert.InRange(added.Count, places.Length, 2 * places.Length);
    }

    [Fact]
    public void What_does_not_jump_gets_no_points()
    {
        Assert.Empty(Added(x => x));
        Assert.Empty(Added(x => Math.Tanh(50 * x)));
        Assert.Empty(Added(x => Math.Tan(x)));
        Assert.Empty(Added(x => 1 / x));
        Assert.Empty(Added(x => Math.Sqrt(x)));
        Assert.Empty(Added(x => x > 0 ? double.PositiveInfinity : double.NaN));
    }

    private static List<double> Added(Func<double, double> function)
    {
        double[][] Sample(double[] at) => Array.ConvertAll(at, x => new[] { 0, function(x) });
        var all = Jumps.With(s_points, Sample(s_points), Sample);
        Assert.Equal(all.Order(), all);
        return [.. all.Except(s_points)];
    }
}
