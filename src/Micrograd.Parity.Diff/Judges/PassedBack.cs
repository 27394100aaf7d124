using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>Finds mistakes that a module's result does not show: what it passes back is wrong.</summary>
internal static class PassedBack
{
    /// <summary>Mistakes of the one module that was given an output, where its gradient is not what that module should pass back.</summary>
    internal static IReadOnlyList<Mistake> Causes(SideView original, SideView port, RecordedTensor b)
    {
        if (
            !b.HasNumbers
            || port.Find(b.Place with { Quantity = RecordedQuantity.Output }) is not { } output
            || Reader(port, output) is not { } reader
            || reader.Inputs!.Count(input => input == output) != 1
            || port.Find(reader.Place with { Quantity = RecordedQuantity.OutputGradient }) is not { HasNumbers: true, IsNone: false } passed
            || port.Call(reader.Place.Of, reader.Place.Call) is not { } call
        )
            return [];
        var place = reader.Inputs!.Index().First(input => input.Item == output).Index;
        var (recorded, gradient) = (b.Load(), passed.Load());
        return Given(call) is { } right && !Judgement.Loosened(right, b.Dtype).Admits(recorded)
            ? Mistakes
                .Explaining(ModuleMistakes.OfBackward.Select(one => (one.Mistake, one.Variants(call, recorded))), variant =>
                    Given(variant) is { } other && Judgement.Loosened(other, b.Dtype).Admits(recorded)
                )
                .ConvertAll(found => found with { Explanation = $"{found.Explanation[..^1]}, in {reader.Place.Of}." })
            : [];

        Recomputed? Given(ModuleCall of) =>
            KnownModules.Backward(of, [gradient]) is { } gradients && place < gradients.Inputs.Count ? gradients.Inputs[place] : null;
    }

    /// <summary>The output of the one call that was given an output; null if there is none, or more than one.</summary>
    private static RecordedTensor? Reader(SideView side, RecordedTensor output) =>
        side
            .Now.Tensors.Where(t =>
                t.Place is { Quantity: RecordedQuantity.Output, Part: 0 } && !side.HasChildren(t.Place.Of) && t.Inputs?.Contains(output) == true
            )
            .Take(2)
            .ToList()
            is [var only]
            ? only
            : null;
}
