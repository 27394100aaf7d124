using Micrograd.Parity.Engines.Torch;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>Modules whose kind is known, computed anew in float64 with bounds on what rounding may do in the recorded dtype.</summary>
internal static class KnownModules
{
    private static readonly Dictionary<string, Func<Computation, IReadOnlyList<Bounded>?>> s_kinds = Single(ActivationModules.Kinds)
        .Concat(Single(Layers.Kinds))
        .Concat(Single(Norms.Kinds))
        .Concat(Single(LossModules.Kinds))
        .Concat(Single(Convolutions.Kinds))
        .Concat(Recurrent.Kinds)
        .Concat(Attention.Kinds)
        .ToDictionary();

    /// <summary>The kinds of modules that are known.</summary>
    internal static IReadOnlyCollection<string> Kinds => s_kinds.Keys;

    /// <summary>True of recurrent networks that read a whole sequence.</summary>
    internal static bool IsRecurrent(string type) => type is "LSTM" or "GRU" or "RNN";

    /// <summary>True of calls that leave numbers out within themselves, so that their results do not tell which.</summary>
    internal static bool DrawsWithin(ModuleCall call) => call.Training && call.Options.Number("dropout", 0) > 0 && HasDropout(call);

    /// <summary>True of calls of which it is not recorded whether they leave numbers out within themselves: TorchSharp does not tell.</summary>
    internal static bool MayDrawWithin(ModuleCall call) => call.Training && !call.Options.Has("dropout") && HasDropout(call);

    private static bool HasDropout(ModuleCall call) =>
        call.Type == "MultiheadAttention" || (IsRecurrent(call.Type) && call.Options.Whole("num_layers", 1) > 1);

    /// <summary>Outputs of a call; null if the kind, or this use of it, is not known.</summary>
    internal static IReadOnlyList<Recomputed>? Forward(ModuleCall call)
    {
        NativeHeap.Trim();
        using var work = TorchWork.Begin();
        using var _ = no_grad();
        return Outputs(new Computation(call, false)) is { } outputs ? [.. outputs.Select(o => o.Result().Kept())] : null;
    }

    /// <summary>The buffers that a call changes, after it.</summary>
    internal static IReadOnlyDictionary<string, Recomputed> Buffers(ModuleCall call)
    {
        NativeHeap.Trim();
        using var work = TorchWork.Begin();
        using var _ = no_grad();
        return Norms.Buffers(new Computation(call, false)).ToDictionary(b => b.Key, b => b.Value.Result().Kept());
    }

    /// <summary>Gradients that a call passes back; null if the kind, or this use of it, is not known.</summary>
    /// <param name="call">The call.</param>
    /// <param name="outputGradients">The recorded gradients of its outputs; null of those that have none.</param>
    /// <param name="parameter">The one parameter whose gradient is wanted; null if all are, and those of the inputs.</param>
    internal static RecomputedGradients? Backward(ModuleCall call, IReadOnlyList<Tensor?> outputGradients, string? parameter = null)
    {
        NativeHeap.Trim();
        using var work = TorchWork.Begin();
        using var _ = no_grad();
        var computation = new Computation(call, true, parameter);
        if (Outputs(computation) is not { } outputs || outputs.Count < outputGradients.Count)
            return null;
        var seeds = outputs
            .Zip(outputGradients)
            .Where(p => p.Second is not null)
            .Select(p => (p.First, Bounded.Of(p.Second!, computation.Rounding)))
            .ToList();
        if (seeds.Any(s => !s.First.Value.shape.SequenceEqual(s.Item2.Value.shape)))
            return null;
        var names = computation.Parameters.Keys.ToList();
        var gradients = Bounded.Backward(seeds, [.. computation.Inputs, .. names.Select(n => computation.Parameters[n])]);
        var (inputs, parameters) = (gradients.Take(computation.Inputs.Count), gradients.Skip(computation.Inputs.Count));
        return new(
            [.. inputs.Select((g, i) => g is null ? null : Returned(g, call.Inputs[i]).Result().Kept())],
            names
                .Zip(parameters)
                .Where(p => p.Second is not null)
                .ToDictionary(p => p.First, p => Returned(p.Second!, call.State[p.First]).Result().Kept())
        );
    }

    private static List<Bounded>? Outputs(Computation computation) =>
        s_kinds.TryGetValue(computation.Call.Type, out var kind) && computation.Call.Inputs.Count > 0
            ? kind(computation)?.Select(AsStored).ToList()
            : null;

    /// <summary>A gradient in the dtype of what it belongs to.</summary>
    private static Bounded Returned(Bounded gradient, Tensor of)
    {
        var unit = Rounding.Of(of.dtype).Stored;
        var stored = AsStored(gradient);
        return unit > gradient.Rounding.Stored ? stored.MaybeRounded(1, unit) : stored;
    }

    private static Bounded AsStored(Bounded number) => number.Error is null ? number : number.Stored();

    private static IEnumerable<KeyValuePair<string, Func<Computation, IReadOnlyList<Bounded>?>>> Single(
        IReadOnlyDictionary<string, Func<Computation, Bounded?>> kinds
    ) =>
        kinds.Select(k =>
            KeyValuePair.Create<string, Func<Computation, IReadOnlyList<Bounded>?>>(k.Key, c => k.Value(c) is { } output ? [output] : null)
        );
}
