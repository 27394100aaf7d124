namespace Micrograd;

/// <summary>Two interleaving half circles, as scikit-learn 1.2's <c>make_moons</c> makes them: two inputs, target 0 or 1.</summary>
public static class Moons
{
    /// <summary>
    /// <c>make_moons(count, noise=noise)</c> from NumPy's generator: the outer half circle (target 0), then the inner one (target 1);
    /// shuffled; then normal noise is added to both inputs of each sample in turn. micrograd's demo uses seed 1337.
    /// </summary>
    /// <param name="count">Number of points, at least 4; the inner half circle has one more if it is odd.</param>
    /// <param name="noise">The deviation of the noise; 0 for none.</param>
    /// <param name="random">NumPy's generator, as <c>np.random.seed</c> leaves it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 4 points, or the noise is negative.</exception>
    public static Dataset Make(int count, double noise, NumpyRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 4);
        Require.NotNegative(noise);
        ArgumentNullException.ThrowIfNull(random);
        var outer = count / 2;
        var inputs = new double[2 * count];
        var targets = new double[count];
        var order = random.Permutation(count);
        for (var i = 0; i < count; i++)
        {
            var isInner = order[i] >= outer;
            var angle = isInner ? Angle(order[i] - outer, count - outer) : Angle(order[i], outer);
            inputs[2 * i] = isInner ? 1 - Math.Cos(angle) : Math.Cos(angle);
            inputs[2 * i + 1] = isInner ? 1 - Math.Sin(angle) - 0.5 : Math.Sin(angle);
            targets[i] = isInner ? 1 : 0;
        }

        if (noise > 0)
        {
            foreach (ref var input in inputs.AsSpan())
                input += random.Normal(0, noise);
        }

        return new Dataset(2, inputs, targets);
    }

    /// <summary>One element of NumPy's <c>linspace(0, pi, count)</c>.</summary>
    private static double Angle(int place, int count) => place == count - 1 ? Math.PI : place * (Math.PI / (count - 1));
}
