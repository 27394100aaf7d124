namespace Micrograd.Parity.Comparing;

/// <summary>Both sides of an op at chosen points, for plots and tables in a report. Not counted among the numbers compared.</summary>
public sealed record Samples
{
    internal Samples(string along, IReadOnlyList<double> at, Side ours, Side theirs) => (Along, At, Ours, Theirs) = (along, at, ours, theirs);

    /// <summary>Description of the varied operand: <c>x</c>, or <c>first operand; the others 0.75, 0.25</c>.</summary>
    internal string Along { get; init; }

    /// <summary>The varied operand.</summary>
    internal IReadOnlyList<double> At { get; init; }

    /// <summary>The engine's side.</summary>
    internal Side Ours { get; init; }

    /// <summary>PyTorch's side.</summary>
    internal Side Theirs { get; init; }

    /// <summary>The second operand at each point where it is varied as well; null where it is not.</summary>
    internal IReadOnlyList<double>? SecondAt { get; init; }
}

/// <summary>One side of samples, a number a point.</summary>
/// <param name="Values">The results.</param>
/// <param name="Gradients">The varied operand's gradients for an upstream gradient of 1; null if it received none.</param>
internal sealed record Side(IReadOnlyList<double> Values, IReadOnlyList<double?> Gradients)
{
    /// <summary>The second operand's gradients where it is varied as well; null where it is not.</summary>
    public IReadOnlyList<double?>? SecondGradients { get; init; }
}
