namespace Micrograd;

/// <summary>Small data sets that need no file.</summary>
public static class Datasets
{
    /// <summary>The four points of the lecture on micrograd: three inputs, targets 1, −1, −1, 1.</summary>
    public static Dataset FourPoints() => new(3, [2, 3, -1, 3, -1, 0.5, 0.5, 1, 1, 1, 1, -1], [1, -1, -1, 1]);

    /// <summary>Exclusive or: two inputs of 0 and 1, target 1 where they differ.</summary>
    public static Dataset Xor() => new(2, [0, 0, 0, 1, 1, 0, 1, 1], [0, 1, 1, 0]);

    /// <summary>z = 5a² + 3b² on a square grid: a in the outer loop, b in the inner one.</summary>
    /// <param name="side">Number of points per side; at least 2.</param>
    /// <param name="extent">The grid covers [−extent, extent].</param>
    public static Dataset QuadraticGrid(int side = 9, double extent = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 2);
        var inputs = new double[side * side * 2];
        for (var i = 0; i < side * side; i++)
        {
            inputs[2 * i] = At(i / side);
            inputs[2 * i + 1] = At(i % side);
        }

        return Quadratic(inputs);

        double At(int place) => -extent + 2 * extent * place / (side - 1);
    }

    /// <summary>z = 5a² + 3b² at points drawn from the standard normal distribution, a before b.</summary>
    /// <param name="count">Number of points; at least 1.</param>
    /// <param name="random">Source of random numbers.</param>
    public static Dataset QuadraticSamples(int count, IRandomSource random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentNullException.ThrowIfNull(random);
        var inputs = new double[2 * count];
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = random.Normal(0, 1);
        return Quadratic(inputs);
    }

    /// <summary>
    /// Arms of a spiral that wind out from the origin, one per class; the target is the class. A point's radius grows evenly from 0 to 1
    /// along its arm, and its angle by 4 radians, with normal noise of deviation <paramref name="noise"/> radians.
    /// </summary>
    /// <param name="perClass">Number of points per arm; at least 2.</param>
    /// <param name="random">Source of random numbers.</param>
    /// <param name="classes">Number of arms; at least 1.</param>
    /// <param name="noise">The deviation of the angles' noise in radians.</param>
    public static Dataset Spiral(int perClass, IRandomSource random, int classes = 3, double noise = 0.2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perClass, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentNullException.ThrowIfNull(random);
        const double Winding = 4;
        var inputs = new double[2 * perClass * classes];
        var targets = new double[perClass * classes];
        for (var i = 0; i < targets.Length; i++)
        {
            var arm = i / perClass;
            var radius = (double)(i % perClass) / (perClass - 1);
            var angle = Winding * (arm + radius) + random.Normal(0, noise);
            inputs[2 * i] = radius * Math.Sin(angle);
            inputs[2 * i + 1] = radius * Math.Cos(angle);
            targets[i] = arm;
        }

        return new Dataset(2, inputs, targets);
    }

    private static Dataset Quadratic(double[] inputs)
    {
        var targets = new double[inputs.Length / 2];
        for (var i = 0; i < targets.Length; i++)
        {
            double a = inputs[2 * i],
                b = inputs[2 * i + 1];
            targets[i] = 5 * a * a + 3 * b * b;
        }

        return new Dataset(2, inputs, targets);
    }
}
