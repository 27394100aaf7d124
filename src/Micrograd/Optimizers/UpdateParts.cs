namespace Micrograd;

/// <summary>
/// The parts that the optimizers' formulas are made of, as libtorch computes them. The parity harness replaces one by a mistake that people
/// make, to show that it is seen.
/// </summary>
internal class UpdateParts
{
    internal static UpdateParts Right { get; } = new();

    /// <summary>Adam's bias correction: divisor of a running mean.</summary>
    /// <param name="beta">Decay rate of the mean.</param>
    /// <param name="step">The step, from 1.</param>
    /// <param name="moment">1 for the mean of gradients, 2 for that of their squares.</param>
    internal virtual double Correction(double beta, int step, int moment) => 1 - Math.Pow(beta, step);

    /// <summary>The divisor of a change.</summary>
    /// <param name="square">The mean or sum of squares.</param>
    /// <param name="correction">Bias correction; 1 for none.</param>
    /// <param name="epsilon">Added after the root.</param>
    internal virtual double Divisor(double square, double correction, double epsilon) =>
        ElementaryFunctions.Current.Sqrt(square) / Math.Sqrt(correction) + epsilon;

    /// <summary>Weight of a new number in a running mean, from its decay rate.</summary>
    internal virtual double Fresh(double kept) => 1 - kept;

    /// <summary>Momentum buffer before a parameter's next step.</summary>
    internal virtual double Kept(double buffer) => buffer;

    /// <summary>A gradient that weight decay has joined.</summary>
    internal virtual double Decayed(double gradient, double strength, double parameter) =>
        ElementaryFunctions.Current.MultiplyAdd(strength, parameter, gradient);

    /// <summary>Parameter after decoupled weight decay.</summary>
    internal virtual double Shrink(double rate, double strength) => 1 - rate * strength;
}
