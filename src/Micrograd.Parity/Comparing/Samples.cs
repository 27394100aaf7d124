using System.Text.Json;
using System.Text.Json.Serialization;

namespace Micrograd.Parity.Comparing;

/// <summary>Both sides of an op at chosen points, for plots and tables in a report. Not counted among the numbers compared.</summary>
public sealed record Samples : IJsonOnDeserialized
{
    [JsonConstructor]
    internal Samples(string along, IReadOnlyList<double> at, SampledSide ours, SampledSide? theirs = null) =>
        (Along, At, Ours, Theirs) = (along, at, ours, theirs ?? ours);

    /// <summary>Description of the varied operand: <c>x</c>, or <c>first operand; the others 0.75, 0.25</c>.</summary>
    [JsonInclude]
    internal string Along { get; init; }

    /// <summary>The varied operand.</summary>
    [JsonInclude]
    internal IReadOnlyList<double> At { get; init; }

    /// <summary>The engine's side.</summary>
    [JsonInclude]
    internal SampledSide Ours { get; init; }

    /// <summary>PyTorch's side.</summary>
    [JsonInclude]
    internal SampledSide Theirs { get; init; }

    /// <summary>The second operand at each point where it is varied as well; null where it is not.</summary>
    [JsonInclude]
    internal IReadOnlyList<double>? SecondAt { get; init; }

    void IJsonOnDeserialized.OnDeserialized()
    {
        if (SecondAt is { } second && second.Count != At.Count || !IsWhole(Ours) || !IsWhole(Theirs))
            throw new JsonException($"samples along {Along} have not as many values and gradients as points.");
    }

    private bool IsWhole(SampledSide side) =>
        side.Values.Count == At.Count && side.Gradients.Count == At.Count && (SecondAt is null || side.SecondGradients?.Count == At.Count);
}

/// <summary>One side of samples, a number a point.</summary>
/// <param name="Values">The results.</param>
/// <param name="Gradients">The varied operand's gradients for an upstream gradient of 1; null if it received none.</param>
internal sealed record SampledSide(IReadOnlyList<double> Values, IReadOnlyList<double?> Gradients)
{
    /// <summary>The second operand's gradients where it is varied as well; null where it is not.</summary>
    public IReadOnlyList<double?>? SecondGradients { get; init; }
}
