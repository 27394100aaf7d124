namespace Micrograd.Parity.Engines;

/// <summary>Values and gradients of a program, by node.</summary>
/// <param name="Values">Each node's number.</param>
/// <param name="Gradients">Each node's gradient; null if it received none.</param>
internal sealed record Trace(double[] Values, double?[] Gradients);
