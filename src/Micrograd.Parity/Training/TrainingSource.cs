namespace Micrograd.Parity.Training;

/// <summary>A training run as it is written on each side.</summary>
/// <param name="Ours">On the engine.</param>
/// <param name="ZeroDim">From 0-dim tensors.</param>
/// <param name="Modules">With <c>torch.nn</c>.</param>
public sealed record TrainingSource(string Ours, string ZeroDim, string Modules);
