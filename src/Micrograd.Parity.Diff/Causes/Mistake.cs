namespace Micrograd.Parity.Diff.Causes;

/// <summary>A mistake that gives the numbers of a wrong side.</summary>
/// <param name="Name">Its name, in words joined by hyphens.</param>
/// <param name="Explanation">A sentence that says what was computed.</param>
/// <param name="Remedy">A sentence that says what to do.</param>
internal sealed record Mistake(string Name, string Explanation, string Remedy)
{
    /// <summary>The same with a value in its sentences, where they have a place for one.</summary>
    internal Mistake Of(string value) =>
        this with
        {
            Explanation = Explanation.Replace("{0}", value, StringComparison.Ordinal),
            Remedy = Remedy.Replace("{0}", value, StringComparison.Ordinal),
        };
}
