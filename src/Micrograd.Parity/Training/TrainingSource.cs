namespace Micrograd.Parity.Training;

/// <summary>Source code of a training run on each side.</summary>
/// <param name="Ours">On the engine.</param>
/// <param name="ZeroDim">From 0-dim tensors.</param>
/// <param name="Modules">With <c>torch.nn</c>.</param>
internal sealed record TrainingSource(string Ours, string ZeroDim, string Modules);
