namespace Micrograd.Parity.Engines;

/// <summary>What a program computed, by node.</summary>
/// <param name="Values">Each node's number.</param>
/// <param name="Gradients">Each node's gradient; null where none arrived.</param>
public sealed record Trace(double[] Values, double?[] Gradients);
