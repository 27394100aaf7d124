using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Judges;

/// <summary>Judges outputs of modules whose kind is known, and the buffers that their calls change.</summary>
internal sealed class ModuleJudge : IJudge
{
    /// <inheritdoc/>
    public Judgement Judge(SideView original, SideView port, RecordedTensor a, RecordedTensor b)
    {
        if (a.Place.Quantity is not (RecordedQuantity.Output or RecordedQuantity.Buffer) || !a.HasNumbers || !b.HasNumbers)
            return Judgement.Unknown;
        var (left, right) = (Of(original, a), Of(port, b));
        if (left is null || right is null)
            return Judgement.Unknown with { DrawsNumbers = left is { DrawsNumbers: true } || right is { DrawsNumbers: true } };
        return new Judgement(
            right.Wrong.Count > 0 || (left.IsKnown && right.IsKnown),
            [.. left.Wrong, .. right.Wrong],
            right.Causes.Count > 0 ? right.Causes : left.Causes
        )
        {
            DrawsNumbers = left.DrawsNumbers || right.DrawsNumbers,
        };
    }

    private static Judgement? Of(SideView side, RecordedTensor recorded)
    {
        using var scope = NewDisposeScope();
        var isBuffer = recorded.Place.Quantity == RecordedQuantity.Buffer;
        var name = isBuffer ? DottedName.Parent(recorded.Place.Of) : recorded.Place.Of;
        var module = isBuffer ? side.OnlyCall(name) : recorded.Place.Call;
        if (module < 0 || side.Call(name, module) is not { } call)
            return null;
        if (!isBuffer && side.IsOwnKind(name) && Cuts.OfOutput(call) is { } parts && parts.All(part => IsRight(part.Call, part.Output)))
            return Judgement.Right;
        var numbers = recorded.Load();
        var anew =
            isBuffer ? KnownModules.Buffers(call)?.GetValueOrDefault(DottedName.Last(recorded.Place.Of))
            : KnownModules.Forward(call) is { } all && recorded.Place.Part < all.Count ? all[recorded.Place.Part]
            : null;
        if (anew is null)
        {
            var within = KnownModules.DrawsWithin(call);
            if (!isBuffer)
                side.NotComputed(
                    name,
                    within ? "it drops numbers within itself, and which is not recorded" : $"this use of {call.Type} is not known"
                );
            return within ? Judgement.Unknown with { DrawsNumbers = true } : null;
        }

        var draws = !isBuffer && call.Training && call.Type.StartsWith("Dropout", StringComparison.Ordinal);
        var right = Judgement.Right with { DrawsNumbers = draws };
        if (Judgement.Furthest(side.Side, numbers, anew) is not { } wrong)
            return right;
        var causes = isBuffer ? Mistakes.OfBuffer(call, DottedName.Last(recorded.Place.Of), numbers) : Of(call, recorded.Place.Part, numbers);
        if (causes.Count == 0 && !isBuffer && KnownModules.MayDrawWithin(call))
        {
            side.NotComputed(name, "it may drop numbers within itself, and whether it does is not recorded");
            return Judgement.Unknown with { DrawsNumbers = true };
        }

        // A class of the user may have another formula, which rounds otherwise; a mistake that gives its numbers is one all the same.
        if (!side.IsOwnKind(name))
        {
            if (
                causes.All(cause => cause.Name == "precision")
                && Judgement.Furthest(side.Side, numbers, Judgement.Loosened(anew, recorded.Dtype)) is null
            )
                return right;
            // What a class of the original computes is right, whatever the port takes for it; the mistake may be the port's.
            if (side.Side == Side.Original)
                return Judgement.Unknown with
                {
                    Causes = [.. causes.Select(cause => cause with { Explanation = $"In the original: {cause.Explanation}" })],
                };
        }

        return new Judgement(true, [wrong], causes);
    }

    private static bool IsRight(ModuleCall call, Tensor output)
    {
        using var scope = NewDisposeScope();
        return KnownModules.Forward(call) is [var anew] && Judgement.Furthest(default, output, anew) is null;
    }

    private static IReadOnlyList<Mistake> Of(ModuleCall call, int part, Tensor recorded) =>
        call.Type.EndsWith("Loss", StringComparison.Ordinal) ? LossMistakes.Of(call, recorded) : Mistakes.OfModule(call, part, recorded);
}
