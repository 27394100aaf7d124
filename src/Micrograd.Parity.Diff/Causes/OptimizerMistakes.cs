using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Causes;

/// <summary>Mistakes in the update of a parameter.</summary>
internal static class OptimizerMistakes
{
    private static readonly double[] s_epsilons = [1e-8, 1e-7, 1e-6, 1e-5, 1e-10, 1e-12, 1e-3, 1e-4, 0];
    private static readonly double[] s_decays = [0, 0.01, 0.1, 1e-4, 5e-4, 1e-3, 0.05, 1e-5];
    private static readonly double[] s_momenta = [0, 0.9, 0.99, 0.95, 0.5];
    private static readonly (double, double)[] s_betas =
    [
        (0.9, 0.999),
        (0.9, 0.95),
        (0.9, 0.98),
        (0.9, 0.99),
        (0.5, 0.999),
        (0, 0.9),
        (0, 0.99),
        (0.95, 0.999),
    ];
    private static readonly Mistake s_another = new("another-optimizer", "The update is {0}'s.", "Use the original's optimizer.");
    private static readonly string[] s_kinds = ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad"];
    private static readonly string[] s_corrected = ["Adam", "AdamW", "NAdam", "RAdam", "Adamax"];
    private static readonly string[] s_decoupled = ["Adam", "AdamW", "NAdam", "RAdam"];
    private static readonly OptimizerMistake[] s_all =
    [
        new("maximize", "The step goes up the gradient.", "Set maximize to what the original has; see whether the loss is negated.", c =>
            [(c.With("maximize", !c.Options.Flag("maximize", false)), "")]
        ),
        new(
            "maximize-in-torchsharp",
            "TorchSharp's SGD with maximize keeps its buffer with the other sign, and climbs the weight decay too.",
            "Minimize the negated loss instead.",
            c => Is(c, "SGD") && c.Options.Flag("maximize", false) ? [(c.With("~climbs last", true), "")] : []
        ),
        new(
            "decoupled-decay",
            "The weight decay is taken off the parameter, as AdamW does.",
            "Use the original's optimizer: Adam adds the decay to the gradient.",
            c =>
                Decay(c) == 0 ? []
                : s_decoupled.Contains(c.Type) && !IsDecoupled(c) ? [(c.With("decoupled_weight_decay", true), "")]
                : Is(c, "SGD") ? [(c.With("~decoupled", true), "")]
                : []
        ),
        new(
            "decay-without-rate",
            "The weight decay is taken off the parameter without being multiplied by the learning rate.",
            "Multiply the parameter by 1 − lr · weight_decay.",
            c => IsDecoupled(c) && Decay(c) != 0 ? [(c.With("~decay without rate", true), "")] : []
        ),
        new("decay-after-step", "The weight decay is taken off the parameter after the step.", "Take it off before the step.", c =>
            IsAdam(c) && IsDecoupled(c) && Decay(c) != 0 ? [(c.With("~decay last", true), "")] : []
        ),
        new(
            "l2-decay",
            "The weight decay is added to the gradient, as Adam does (L2).",
            "Use the original's optimizer: AdamW takes the decay off the parameter.",
            c => IsDecoupled(c) && Decay(c) != 0 ? [(c.With("decoupled_weight_decay", false), "")] : []
        ),
        new(
            "weight-decay",
            "The weight decay of this parameter is {0}.",
            "Give weight_decay explicitly; see in which group the parameter is (biases, norms).",
            c => s_decays.Where(d => d != Decay(c)).Select(d => (c.With("weight_decay", d), Fit.Shown(d)))
        ),
        new("nesterov", "nesterov is {0}.", "Set nesterov to what the original has.", c =>
            Is(c, "SGD") && Momentum(c) != 0
                ? [(c.With("nesterov", !c.Options.Flag("nesterov", false)), c.Options.Flag("nesterov", false) ? "false" : "true")]
                : []
        ),
        new(
            "dampened-first-step",
            "The momentum buffer begins with (1 − dampening) of the gradient.",
            "PyTorch begins it with the whole gradient.",
            c => Is(c, "SGD") && c.Options.Number("dampening", 0) != 0 ? [(c.With("~dampened first", true), "")] : []
        ),
        new(
            "momentum-averaged",
            "The momentum buffer is a running mean: of each gradient 1 − momentum is added, of the first too.",
            "Add the whole gradient, as PyTorch does.",
            c =>
                !c.State.ContainsKey("momentum_buffer") && Is(c, "SGD") && Momentum(c) != 0 && c.Options.Number("dampening", 0) == 0
                    ? [(c.With("dampening", Momentum(c)).With("~dampened first", true), "")]
                    : []
        ),
        new(
            "dampening",
            "dampening is {0}.",
            "Give dampening explicitly; PyTorch's is 0, so that a constant gradient g makes a buffer of g / (1 − momentum).",
            c =>
                Is(c, "SGD") && Momentum(c) != 0
                    ? new[] { 0, Momentum(c), 0.5, 0.1 }
                        .Where(d => d != c.Options.Number("dampening", 0))
                        .Select(d => (c.With("dampening", d), Fit.Shown(d)))
                    : []
        ),
        new("momentum", "momentum is {0}.", "Give momentum explicitly, with the original's value.", c =>
            c.Type is "SGD" or "RMSprop" ? s_momenta.Where(m => m != Momentum(c)).Select(m => (c.With("momentum", m), Fit.Shown(m))) : []
        ),
        new(
            "rate-in-momentum",
            "The learning rate is multiplied into the momentum buffer.",
            "Keep the gradients in the buffer, and multiply by the learning rate when the parameter is moved.",
            c => c.Type is "SGD" or "RMSprop" && Momentum(c) != 0 ? [(c.With("~rate in buffer", true), "")] : []
        ),
        new("initial-accumulator", "The mean of squares begins with {0}.", "Begin it with 0, as PyTorch does.", c =>
            Is(c, "RMSprop") && !c.State.ContainsKey("square_avg") ? [(c.With("~initial square_avg", 1.0), "1")] : []
        ),
        new(
            "initial-accumulator-value",
            "The sum of squares begins with {0}.",
            "Give initial_accumulator_value explicitly, with the original's value.",
            c =>
                Is(c, "Adagrad") && !c.State.ContainsKey("sum")
                    ? new[] { 0, 0.1, 1 }
                        .Where(n => n != c.Options.Number("initial_accumulator_value", 0))
                        .Select(n => (c.With("initial_accumulator_value", n), Fit.Shown(n)))
                    : []
        ),
        new("no-bias-correction", "The running means are not corrected for their start at 0.", "Divide them by 1 − βⁿ, n counting from 1.", c =>
            s_corrected.Contains(c.Type) ? [(c.With("~no bias correction", "both"), "")] : []
        ),
        new(
            "one-bias-correction",
            "Of the two running means, {0} is not corrected for its start at 0.",
            "Divide the mean by 1 − β₁ⁿ and that of the squares by 1 − β₂ⁿ.",
            c =>
                c.Type is "Adam" or "AdamW" or "NAdam"
                    ?
                    [
                        (c.With("~no bias correction", "squares"), "that of the squares"),
                        (c.With("~no bias correction", "mean"), "that of the gradients"),
                    ]
                    : []
        ),
        new("square-of-the-mean", "The mean of squares is that of the running mean.", "Take the squares of the gradient.", c =>
            IsAdam(c) ? [(c.With("~square of mean", true), "")] : []
        ),
        new("step-count", "The count of steps in the bias correction is {0}.", "Count the first step as 1, before its correction.", c =>
            s_corrected.Contains(c.Type) ? [(c.With("~step offset", -1.0), "one too small"), (c.With("~step offset", 1.0), "one too large")] : []
        ),
        new("epsilon-inside-root", "eps is added within the root.", "Take the root, then add eps.", c =>
            HasEpsilon(c) ? [(c.With("~eps place", "inside"), "")] : []
        ),
        new("epsilon-before-correction", "eps is added before the bias correction.", "Divide the root by √(1 − β₂ⁿ), then add eps.", c =>
            IsAdam(c) ? [(c.With("~eps place", "before correction"), "")] : []
        ),
        new("epsilon", "eps is {0}.", "Give eps explicitly, with the original's value.", c =>
            Is(c, "SGD") || Is(c, "Rprop") ? [] : s_epsilons.Where(e => e != Epsilon(c)).Select(e => (c.With("eps", e), Fit.Shown(e)))
        ),
        new("betas-exchanged", "The two betas are exchanged.", "The first is that of the running mean, the second that of the squares.", c =>
            Betas(c) is var (first, second) && s_corrected.Contains(c.Type) ? [(c.With("betas", new[] { second, first }), "")] : []
        ),
        new("betas", "The betas are {0}.", "Give betas explicitly, with the original's values.", c =>
            s_corrected.Contains(c.Type)
                ? s_betas
                    .Where(b => b != Betas(c))
                    .Select(b => (c.With("betas", new[] { b.Item1, b.Item2 }), $"{Fit.Shown(b.Item1)} and {Fit.Shown(b.Item2)}"))
                : []
        ),
        new("amsgrad", "amsgrad is {0}.", "Set amsgrad to what the original has.", c =>
            IsAdam(c) ? [(c.With("amsgrad", !c.Options.Flag("amsgrad", false)), c.Options.Flag("amsgrad", false) ? "false" : "true")] : []
        ),
        new("radam-in-torchsharp", "TorchSharp's RAdam multiplies a rectified step by the learning rate twice.", "Use another optimizer there.", c =>
            Is(c, "RAdam") ? [(c.With("~rate twice", true), "")] : []
        ),
        new("state-forgotten", "The step is a first one: the optimizer's state is lost.", "Make the optimizer once, before the loop.", c =>
            c.State.Count > 0 ? [(c.With("~forgotten", true), "")] : []
        ),
        new("updated-twice", "The update is made twice.", "Call step() once for each batch.", c => [(c.With("~twice", true), "")]),
    ];

    /// <summary>Mistakes that give a parameter after a step, or the optimizer's state of it.</summary>
    /// <param name="call">The right update.</param>
    /// <param name="parameter">The parameter after it; null if it was not recorded.</param>
    /// <param name="state">The state after it, as far as it was recorded.</param>
    /// <param name="likely">Those that another parameter's update has: if they explain this one too, no others are looked for.</param>
    internal static IReadOnlyList<Mistake> Of(
        OptimizerCall call,
        Tensor? parameter,
        IReadOnlyDictionary<string, Tensor> state,
        IReadOnlyList<Mistake>? likely = null
    )
    {
        using var work = TorchWork.Begin();
        using var _ = no_grad();
        if (KnownOptimizers.Step(call) is not { } right || Gives(right))
            return [];
        if (parameter is not null && Fit.Same(parameter, call.Parameter))
            return
            [
                new(
                    "not-updated",
                    "The parameter is what it was before the step.",
                    "Give the optimizer this parameter; see that it asks for gradients."
                ),
            ];
        if (
            likely is { Count: > 0 }
            && Explaining(s_all.Where(one => likely.Any(l => l.Name == one.Mistake.Name))) is var same
            && same.Count == likely.Count
        )
            return same;
        var found = Explaining(s_all);

        // A rate is fitted: what explains the update without fitting goes before it.
        if (found.TrueForAll(m => m.Name == "updated-twice") && parameter is not null && Rate(call, parameter) is { } rate)
        {
            if (KnownOptimizers.Step(call.With("lr", rate)) is { } other && Gives(other))
                found.Insert(0, LearningRate(rate, call.Options.Number("lr", 1e-3)));
        }

        if (found.Count == 0)
            found.AddRange(Others(call).Where(o => KnownOptimizers.Step(o.Call) is { } other && Gives(other)).Select(o => s_another.Of(o.Kind)));
        return found;

        List<Mistake> Explaining(IEnumerable<OptimizerMistake> mistakes) =>
            Mistakes.Explaining(mistakes.Select(one => (one.Mistake, one.Variants(call))), variant =>
                KnownOptimizers.Step(variant) is { } other && Gives(other)
            );

        bool Gives(OptimizerStep step) =>
            (parameter is null || step.Parameter.Admits(parameter))
            && state.All(s => !step.State.TryGetValue(s.Key, out var known) || known.Admits(s.Value.reshape(known.Exact.shape)));
    }

    /// <summary>The learning rate that the update shows.</summary>
    private static double? Rate(OptimizerCall call, Tensor parameter)
    {
        var right = KnownOptimizers.Step(call)!.Parameter;
        var before = call.Parameter.to(ScalarType.Float64);
        var (expected, seen) = (right.Exact - before, parameter.to(ScalarType.Float64) - before);
        var square = expected.square().sum().ToDouble();
        var factor = (seen * expected).sum().ToDouble() / square;
        if (!double.IsFinite(factor) || factor <= 0)
            return null;
        var lost = right.Bound + seen.abs() * (2 * Rounding.Of(parameter.dtype).Stored);
        var uncertain = (lost.expand(expected.shape) * expected.abs()).sum().ToDouble() / square;
        var rate = call.Options.Number("lr", 1e-3);
        return uncertain < 0.2 && Math.Abs(factor - 1) > uncertain ? Fit.Shortest(rate * factor, rate * uncertain) : null;
    }

    private static Mistake LearningRate(double rate, double right) =>
        new(
            "learning-rate",
            $"The learning rate is {Fit.Shown(rate)}, {Fit.Shown(rate / right)} of what it should be.",
            "Set the original's learning rate; see where the schedule steps."
        );

    private static IEnumerable<(OptimizerCall Call, string Kind)> Others(OptimizerCall c) =>
        s_kinds
            .Where(k => !Is(c, k))
            .Select(k => (c with { Type = k, Options = RecordedOptions.Of(("lr", c.Options.Number("lr", 1e-3)), ("weight_decay", Decay(c))) }, k));

    private static bool Is(OptimizerCall c, string kind) => string.Equals(c.Type, kind, StringComparison.OrdinalIgnoreCase);

    private static bool IsAdam(OptimizerCall c) => c.Type is "Adam" or "AdamW";

    private static bool IsDecoupled(OptimizerCall c) => s_decoupled.Contains(c.Type) && c.Options.Flag("decoupled_weight_decay", c.Type == "AdamW");

    private static double Momentum(OptimizerCall c) => c.Options.Number("momentum", 0);

    private static double Decay(OptimizerCall c) => c.Options.Number("weight_decay", c.Type == "AdamW" ? 0.01 : 0);

    private static double Epsilon(OptimizerCall c) =>
        c.Options.Number(
            "eps",
            c.Type switch
            {
                "Adagrad" => 1e-10,
                "Adadelta" => 1e-6,
                _ => 1e-8,
            }
        );

    private static bool HasEpsilon(OptimizerCall c) => c.Type is "Adam" or "AdamW" or "RMSprop" or "Adagrad";

    private static (double, double) Betas(OptimizerCall c) => c.Options.Numbers("betas") is [var first, var second] ? (first, second) : (0.9, 0.999);
}
