using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>A loss that gives a recorded number.</summary>
/// <param name="Call">The loss as a call of PyTorch's module, of outputs and targets in the shapes that it takes.</param>
/// <param name="Loss">The number, computed anew.</param>
internal sealed record KnownLoss(ModuleCall Call, Recomputed Loss)
{
    /// <summary>Its name: the module's, with the options that are not PyTorch's defaults.</summary>
    internal string Name => $"{Call.Type}({string.Join(", ", Call.Options.Names.Select(n => $"{n}={Call.Options.Shown(n)}"))})";
}

/// <summary>Losses that no module shows, found by the number that they give.</summary>
internal static class KnownLosses
{
    private static readonly (string Type, RecordedOptions Options)[] s_ofNumbers =
    [
        ("MSELoss", RecordedOptions.Of()),
        ("L1Loss", RecordedOptions.Of()),
        ("SmoothL1Loss", RecordedOptions.Of()),
        ("HuberLoss", RecordedOptions.Of()),
        ("BCELoss", RecordedOptions.Of()),
        ("BCEWithLogitsLoss", RecordedOptions.Of()),
        ("KLDivLoss", RecordedOptions.Of()),
        ("KLDivLoss", RecordedOptions.Of(("log_target", true))),
        ("PoissonNLLLoss", RecordedOptions.Of()),
        ("SoftMarginLoss", RecordedOptions.Of()),
        ("HingeEmbeddingLoss", RecordedOptions.Of()),
        ("CrossEntropyLoss", RecordedOptions.Of()),
    ];

    private static readonly (string Type, RecordedOptions Options)[] s_ofClasses =
    [
        ("CrossEntropyLoss", RecordedOptions.Of()),
        ("NLLLoss", RecordedOptions.Of()),
        ("CrossEntropyLoss", RecordedOptions.Of(("label_smoothing", 0.1))),
        ("CrossEntropyLoss", RecordedOptions.Of(("ignore_index", -1.0))),
        ("CrossEntropyLoss", RecordedOptions.Of(("ignore_index", 0.0))),
    ];

    private static readonly string[] s_weights = ["weight", "pos_weight"];

    private static readonly string[] s_reductions = ["mean", "sum"];

    /// <summary>The losses that give a number from outputs and targets, in any of PyTorch's usual shapes; simpler ones first.</summary>
    internal static IEnumerable<KnownLoss> Which(Tensor outputs, Tensor targets, Tensor loss)
    {
        var found = new List<KnownLoss>();
        foreach (var known in Candidates(outputs, targets))
        {
            if (!known.Loss.Admits(loss.reshape(known.Loss.Exact.shape)) || found.Any(f => f.Call.Type == known.Call.Type && Same(f, known)))
                continue;
            found.Add(known);
            yield return known;
        }
    }

    /// <summary>All losses that outputs and targets can be given to.</summary>
    internal static IEnumerable<KnownLoss> Candidates(Tensor outputs, Tensor targets)
    {
        foreach (var (x, t) in Shapes(outputs, targets))
        {
            foreach (var (type, options) in t.is_floating_point() ? s_ofNumbers : s_ofClasses)
            {
                string[] reductions = type == "KLDivLoss" ? [.. s_reductions, "batchmean"] : s_reductions;
                foreach (var reduction in reductions)
                {
                    var call = new ModuleCall(
                        type,
                        reduction == "mean" ? options : options.With("reduction", reduction),
                        true,
                        [x, t],
                        new Dictionary<string, Tensor>()
                    );
                    if (KnownModules.Forward(call) is [var loss] && loss.Exact.numel() == 1 && loss.Exact.isfinite().all().ToBoolean())
                        yield return new(call, loss);
                }
            }
        }
    }

    /// <summary>A loss whose kind and options are known as calls of PyTorch's module, of outputs and targets in the shapes that it takes.</summary>
    internal static IEnumerable<ModuleCall> Calls(string type, RecordedOptions options, Tensor outputs, Tensor targets)
    {
        var state = s_weights
            .Where(name => options.Numbers(name) is not null)
            .ToDictionary(name => name, name => tensor(options.Numbers(name)!.ToArray()).to(outputs.dtype));
        return Shapes(outputs, targets).Select(shaped => new ModuleCall(type, options, true, [shaped.X, shaped.T], state));
    }

    private static bool Same(KnownLoss a, KnownLoss b) => (a.Loss.Exact - b.Loss.Exact).abs().ToDouble() == 0;

    /// <summary>Outputs and targets in the shapes that losses take.</summary>
    private static IEnumerable<(Tensor X, Tensor T)> Shapes(Tensor outputs, Tensor targets)
    {
        var own = outputs.shape;
        if (own.SequenceEqual(targets.shape))
            yield return (outputs, targets.is_floating_point() ? targets : targets.to(outputs.dtype));
        else if (outputs.numel() == targets.numel() && Squeezed(own).SequenceEqual(Squeezed(targets.shape)))
            yield return (outputs.flatten(), targets.to(outputs.dtype).flatten());
        if (targets.is_floating_point() || own.Length == 0)
            yield break;
        // Classes along the last dimension, as language models flatten them, or along the second one.
        if (own.Length > 0 && targets.numel() * own[^1] == outputs.numel())
            yield return (outputs.reshape(-1, own[^1]), targets.flatten());
        if (own.Length > 2 && own.Where((_, i) => i != 1).SequenceEqual(targets.shape))
            yield return (outputs, targets);
    }

    private static IEnumerable<long> Squeezed(long[] shape) => shape.Where(n => n != 1);
}
