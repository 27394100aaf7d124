using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>Finds which function of each number a class of the user computes, on both sides, where neither has a kind that is known.</summary>
internal static class FunctionSearch
{
    private static readonly (string Name, RecordedOptions Options)[] s_gelus =
    [
        ("GELU", RecordedOptions.Of()),
        ("GELU", RecordedOptions.Of(("approximate", "tanh"))),
        ("GELU", RecordedOptions.Of(("approximate", "sigmoid"))),
    ];

    /// <summary>Mistakes of a port that computes another function than the original.</summary>
    internal static IReadOnlyList<Mistake> Causes(RecordedTensor a, RecordedTensor b)
    {
        if (Given(a) is not { } left || Given(b) is not { } right)
            return [];
        using var scope = NewDisposeScope();
        var (here, there) = (Functions(left, a), Functions(right, b));
        if (here.Count == 0 || there.Count == 0 || here.Intersect(there).Any())
            return [];
        var name = (here[0] + there[0]).Split("GELU").Length > 2 ? "gelu-approximation" : "another-activation";
        return [new(name, $"The original computes {here[0]}, the port {there[0]}.", "Use the original's function.")];
    }

    private static RecordedTensor? Given(RecordedTensor output) =>
        output is { HasNumbers: true, Inputs: [{ HasNumbers: true, IsNone: false } input] } && input.Shape.SequenceEqual(output.Shape) ? input : null;

    /// <summary>The functions that give what a call returned, with the room that a formula of one's own needs.</summary>
    private static List<string> Functions(RecordedTensor input, RecordedTensor output)
    {
        var (x, y) = (input.Load(), output.Load());
        return
        [
            .. ModuleMistakes
                .OfEachNumber.Where(kind => kind != "GELU")
                .Select(kind => (Name: kind, Options: RecordedOptions.Of()))
                .Concat(s_gelus)
                .Where(f =>
                    KnownModules.Forward(new ModuleCall(f.Name, f.Options, output.Training, [x], new Dictionary<string, Tensor>())) is [var result]
                    && Judgement.Loosened(result, output.Dtype).Admits(y)
                )
                .Select(f => f.Options.Text("approximate", "") is { Length: > 0 } approximate ? $"{f.Name} by {approximate}" : f.Name),
        ];
    }
}
