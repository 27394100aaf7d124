namespace Micrograd;

/// <summary>PyTorch's <c>ExponentialLR</c>, in its recursive form: after each epoch the last rate times gamma.</summary>
/// <param name="optimizer">Optimizer whose learning rate is set.</param>
/// <param name="gamma">Factor of the learning rate.</param>
public sealed class ExponentialDecay(Optimizer optimizer, double gamma) : Schedule(optimizer)
{
    private protected override double Next(double last) => last * gamma;
}
