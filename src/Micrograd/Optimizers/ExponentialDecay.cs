namespace Micrograd;

/// <summary>PyTorch's <c>ExponentialLR</c>, in its recursive form: after each epoch the last rate times gamma.</summary>
/// <param name="optimizer">Whose learning rate it sets.</param>
/// <param name="gamma">What the rate is multiplied by.</param>
public sealed class ExponentialDecay(Optimizer optimizer, double gamma) : Schedule(optimizer)
{
    private protected override double Next(double last) => last * gamma;
}
