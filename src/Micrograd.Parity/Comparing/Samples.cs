namespace Micrograd.Parity.Comparing;

/// <summary>Both sides of an op at chosen points, for plots and tables in a report. Not counted among the numbers compared.</summary>
/// <param name="Along">Description of the varied operand: <c>x</c>, or <c>first operand; the others 0.75, 0.25</c>.</param>
/// <param name="At">The varied operand.</param>
/// <param name="Ours">The engine's side.</param>
/// <param name="Theirs">PyTorch's side.</param>
public sealed record Samples(string Along, IReadOnlyList<double> At, Side Ours, Side Theirs)
{
    /// <summary>The second operand at each point where it is varied as well; null where it is not.</summary>
    public IReadOnlyList<double>? SecondAt { get; init; }
}

/// <summary>One side of samples, a number a point.</summary>
/// <param name="Values">The results.</param>
/// <param name="Gradients">The varied operand's gradients for an upstream gradient of 1; null if it received none.</param>
public sealed record Side(IReadOnlyList<double> Values, IReadOnlyList<double?> Gradients)
{
    /// <summary>The second operand's gradients where it is varied as well; null where it is not.</summary>
    public IReadOnlyList<double?>? SecondGradients { get; init; }
}
