using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>Judges losses that no module shows: finds out which loss of the model's output and the targets a side computes.</summary>
internal sealed class LossJudge : IJudge
{
    /// <inheritdoc/>
    public Judgement Judge(DiffState state, SideView original, SideView port, RecordedTensor a, RecordedTensor b)
    {
        if (a.Place.Quantity != Quantity.Loss || !a.HasNumbers || !b.HasNumbers)
            return Judgement.Unknown;
        using var scope = NewDisposeScope();
        return Of(original, a).Any(loss => Of(port, b).Any(other => other.Name == loss.Name)) ? Judgement.Right : Judgement.Unknown;
    }

    /// <summary>The losses of the model's output and the targets that give the recorded number; none if what they need is not recorded.</summary>
    internal static IEnumerable<KnownLoss> Of(SideView side, RecordedTensor recorded) =>
        Given(side, recorded.Place.Call) is var (output, targets) ? KnownLosses.Which(output, targets, recorded.Load()) : [];

    /// <summary>The model's output and the targets of a pass; null if they are not recorded in full.</summary>
    internal static (Tensor Output, Tensor Targets)? Given(SideView side, int pass)
    {
        var output = side.Outputs("").FirstOrDefault(tensor => tensor.Place.Call == pass && tensor.Place.Part == 0);
        var targets = side.Find(new TensorPlace(Quantity.Batch, "targets", pass, 0, ""));
        return output is { HasNumbers: true } && targets is { HasNumbers: true } ? (output.Load(), targets.Load()) : null;
    }
}
