using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Training;

/// <summary>
/// A loss that PyTorch's modules compute by kernels of their own, forward and backward, in other operations than the engine's side: a sum or
/// mean of terms, each of some outputs.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Formula">The kernels' formula for one term.</param>
/// <param name="Terms">Operands of each term (indices of outputs) and its settings, such as the target.</param>
/// <param name="IsMean">True for the mean of the terms, false for their sum.</param>
internal sealed record FusedLoss(string Name, Formula Formula, IReadOnlyList<(int[] Outputs, double[] Settings)> Terms, bool IsMean);
