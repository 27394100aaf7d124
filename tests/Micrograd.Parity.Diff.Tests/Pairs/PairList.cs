namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>All pairs.</summary>
internal static class PairList
{
    internal static IReadOnlyList<Pair> All { get; } =
    [new MlpPair(), new GptPair(), new ConvPair(), new RecurrentPair(), new AutoencoderPair(), new BatchNormPair()];

    /// <summary>The pair and its variant, by <c>pair/variant</c>.</summary>
    internal static (Pair Pair, Variant Variant) Find(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var pair = All.Single(pair => pair.Name == name[..slash]);
        return (pair, pair.Honest.Concat(pair.Faults).Single(variant => variant.Name == name[(slash + 1)..]));
    }
}
