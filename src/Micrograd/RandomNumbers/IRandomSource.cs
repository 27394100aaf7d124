namespace Micrograd;

/// <summary>A seeded stream of random numbers. Whoever draws from it in the same order gets the same numbers, on every machine.</summary>
public interface IRandomSource
{
    /// <summary>The next number in [0, 1), with 53 random bits.</summary>
    double NextDouble();

    /// <summary>The next number between two bounds.</summary>
    double Uniform(double low, double high);

    /// <summary>The next number of the normal distribution.</summary>
    /// <param name="mean">Its mean.</param>
    /// <param name="deviation">Its standard deviation.</param>
    double Normal(double mean, double deviation);

    /// <summary>The next integer in [0, <paramref name="bound"/>), each as likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    int Below(int bound);
}
