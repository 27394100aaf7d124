using Micrograd.Parity.Diff.Recordings;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A language model of two blocks, character by character, trained by AdamW as minGPT is: only weights of layers decay.</summary>
internal sealed class GptPair : Pair
{
    private const string Text = """
        Two runs begin with the same numbers and take the same steps, and still one of them learns and the other does not.
        Somewhere between the first batch and the last a number was computed otherwise: a mean for a sum, a mask that was
        left out, a rate that came a step too late. Whoever looks for it by eye looks for days; whoever writes down what
        each layer gave, on both sides, and lays the one beside the other, sees where they part, and often also why.
        """;

    private const double Rate = 3e-3;
    private const int Size = 4;

    /// <summary>A token that stands for none: its place does not count.</summary>
    private const long None = -1;

    private static readonly string s_letters = string.Concat(Text.Distinct().Order());
    private static readonly long[] s_text = [.. Text.Select(c => (long)s_letters.IndexOf(c, StringComparison.Ordinal))];
    private static readonly AdamSettings s_adam = new(Rate)
    {
        IsDecoupled = true,
        Betas = (0.9, 0.95),
        Decay = 0.1,
        Decays = name => IsDecayed(name),
    };

    internal override string Name => "gpt";

    internal override IReadOnlyList<(string Original, string Port)> Names { get; } =
    [
        ("transformer.wte", "token_embedding"),
        ("transformer.wpe", "position_embedding"),
        .. Enumerable.Range(0, Gpt.Layers).SelectMany(Block),
        ("transformer.ln_f", "final_norm"),
        ("lm_head", "head"),
    ];

    internal override IReadOnlyList<PlantedFault> Faults { get; } =
    [
        InOptimizer("usual betas", "betas", s_adam with { Betas = (0.9, 0.999) }),
        InOptimizer("epsilon", "epsilon", s_adam with { Epsilon = 1e-6 }),
        InOptimizer("no decay", "weight-decay", s_adam with { Decay = 0 }, "transformer.h.0.attn.c_attn.weight"),
        InOptimizer("everything decays", "weight-decay", s_adam with { Decays = null }, "transformer.wte.weight"),
        InOptimizer("Adam for AdamW", "weight-decay-coupled", s_adam with { IsDecoupled = false }),
        InOptimizer("amsgrad", "amsgrad", s_adam with { Amsgrad = true }),
        .. Updates(),
        InRate("no warm-up", -1, "not-scheduled", null),
        InRate("warm-up late by a step", -1, "schedule-a-step-late", s => WarmUp(s - 1)),
        InLoop("clipping left out", (Stage.Clipping, 0, "transformer.wte.weight"), "not-clipped", l => l with { Clip = null }),
        InLoop("clipping by value", (Stage.Clipping, 0, "transformer.wte.weight"), "not-clipped", l => l with { Clip = Clipping.Value(0.5) }),
        InLoop("clipping each parameter", (Stage.Clipping, 0, "transformer.wte.weight"), "clipped-each-alone", l =>
            l with
            {
                Clip = Clipping.NormOfEach(0.5),
            }
        ),
        InLoop("gradients not cleared", (Stage.Backward, 1, "lm_head.weight"), "gradients-not-cleared", l => l with { ClearsGradients = false }),
        InLoop("averaged over all tokens", (Stage.Loss, 0, "loss"), "ignored-counted", l => l with { Loss = OverAll }),
        InLoop("averaged over sequences", (Stage.Loss, 0, "loss"), "averaged-over-another-count", l => l with { Loss = OverSequences }),
        InLoop("targets not shifted", (Stage.Batch, 0, "targets"), "batch-shifted", l => l with { Batch = s => Samples(s, shift: 0) }),
        InLoop("targets shifted by two", (Stage.Batch, 0, "targets"), "batch-shifted", l => l with { Batch = s => Samples(s, shift: 2) }),
        InLoop("other places of the text", (Stage.Batch, 0, "inputs"), "another-batch", l => l with { Batch = s => Samples(s + 50) }),
        InOptimizer("betas exchanged in the options", "betas-exchanged", s_adam with { Betas = (0.95, 0.9) }),
        InOptimizer(
            "decay of the others",
            "groups-exchanged",
            s_adam with
            {
                Decays = name => !IsDecayed(name),
            },
            "transformer.h.0.attn.c_attn.weight"
        ),
        Formed("exact GELU", GptForm.ExactGelu, "transformer.h.0.mlp.act", "gelu-approximation"),
        Formed("ReLU by hand", GptForm.ReluByHand, "transformer.h.0.mlp.act", "another-activation"),
        Formed("GELU by the sigmoid", GptForm.SigmoidGelu, "transformer.h.0.mlp.act", "gelu-approximation"),
        Attending("no scale", GptForm.ScaleLeftOut, "attention-scale-left-out"),
        Attending("scale of the width", GptForm.ScaleOfTheWidth, "attention-scale"),
        Attending("no mask", GptForm.MaskLeftOut, "attention-mask-left-out"),
        Attending("mask shifted", GptForm.MaskShifted, "attention-mask-shifted"),
        Attending("mask after softmax", GptForm.MaskAfterSoftmax, "attention-mask-after-softmax"),
        Attending("softmax over queries", GptForm.SoftmaxOverQueries, "softmax-over-another-dimension"),
        Attending("heads not transposed back", GptForm.HeadsNotTransposedBack, "heads-not-transposed-back"),
        Attending("query and key exchanged", GptForm.QueryAndKeyExchanged, "parts-exchanged"),
        Attending("key and value exchanged", GptForm.KeyAndValueExchanged, "parts-exchanged"),
        Attending("scale the other way", GptForm.ScaleUp, "attention-scale"),
        Attending("scale without a root", GptForm.ScaleWithoutRoot, "attention-scale"),
        Attending("mask of the other triangle", GptForm.MaskTransposed, "attention-mask-transposed"),
        Attending("mask of zeros", GptForm.MaskOfZeros, "attention-mask-of-zeros"),
        Attending("heads interleaved", GptForm.HeadsInterleaved, "heads-split-otherwise"),
        Attending("heads not transposed", GptForm.HeadsNotTransposed, "heads-not-transposed"),
        Attending("value, query, key", GptForm.ValueFirst, "parts-exchanged"),
        Formed(
            "no residual of attention",
            GptForm.AttentionResidualLeftOut,
            "transformer.h.0.ln_2",
            "residual-left-out",
            quantity: RecordedQuantity.Input
        ),
        Formed("no residual of the perceptron", GptForm.PerceptronResidualLeftOut, "transformer.h.0", "residual-left-out"),
        Formed(
            "residual from the norm",
            GptForm.ResidualFromTheNorm,
            "transformer.h.0.ln_2",
            "residual-from-elsewhere",
            quantity: RecordedQuantity.Input
        ),
        Formed("norm behind", GptForm.NormBehind, "transformer.h.0.ln_1", "norm-behind", quantity: RecordedQuantity.Input),
        Formed("one norm for two", GptForm.NormShared, "transformer.h.0.ln_2", "module-called-in-place-of-another", quantity: null),
        Formed("a block twice", GptForm.BlockTwice, "transformer.h.1.ln_1", "module-called-in-place-of-another", quantity: null),
        Formed("no positions", GptForm.PositionsLeftOut, "transformer.wpe.weight", "parameter-left-out", Stage.Settings),
        Formed("positions from one", GptForm.PositionsFromOne, "transformer.wpe", "num-embeddings", Stage.Settings),
        Formed("tokens scaled", GptForm.TokensScaled, "transformer.h.0.ln_1", "term-scaled", quantity: RecordedQuantity.Input),
        Formed("attention halved", GptForm.AttentionHalved, "transformer.h.0.ln_2", "term-scaled", quantity: RecordedQuantity.Input),
        Formed(
            "positions from one, in tables that have room",
            GptForm.PositionsFromOne,
            "transformer.wpe",
            "indices-shifted",
            quantity: RecordedQuantity.Input
        ) with
        {
            OriginalModel = () => new GptOriginal(s_letters.Length, positions: Gpt.Block + 1),
        },
        Formed("weights no longer tied", GptForm.Plain, "lm_head.weight", "weights-tied", Stage.Settings) with
        {
            OriginalModel = () => new GptOriginal(s_letters.Length, isTied: true),
        },
        Formed("tied weights stepped twice", GptForm.Tied, "optimizer", "tied-weight-stepped-twice", Stage.Settings) with
        {
            OriginalModel = () => new GptOriginal(s_letters.Length, isTied: true),
            OriginalLoop = l => l with { Optimizer = s_adam with { Trains = name => name != "lm_head.weight" } },
        },
        Formed("dropout not scaled", GptForm.DropoutUnscaled, "transformer.drop", "dropout-not-scaled") with
        {
            OriginalModel = () => new GptOriginal(s_letters.Length, dropout: 0.1),
        },
        Formed("no last norm", GptForm.LastNormLeftOut, "lm_head", "module-not-called", quantity: RecordedQuantity.Input),
        Formed("weights tied", GptForm.Tied, "lm_head.weight", "weights-tied", Stage.Settings),
        Formed("a bias in the head", GptForm.HeadWithBias, "lm_head", "bias", Stage.Settings),
        Formed("dropout", GptForm.Dropout, "transformer.drop", "dropout", Stage.Settings),
        Formed("second block detached", GptForm.SecondBlockDetached, "transformer.h.0.mlp.c_proj.bias", "layer-detached", Stage.Backward),
        Normed("epsilon of the norm", Stage.Settings, "epsilon", () => LayerNorm(Gpt.Width, eps: 1e-3)),
        Normed("no affine part", Stage.Settings, "elementwise-affine", () => LayerNorm(Gpt.Width, elementwise_affine: false)),
        Normed("another epsilon by hand", Stage.Forward, "epsilon", () => new NormByHand(Gpt.Width, epsilon: 2e-4)),
        Normed("mean not subtracted", Stage.Forward, "mean-not-subtracted", () => new NormByHand(Gpt.Width, centres: false)),
        Normed("over the sequence", Stage.Forward, "normalized-over-other-dimensions", () => new NormByHand(Gpt.Width, dimension: 1)),
        Normed("variance detached", Stage.Backward, "statistics-detached", () => new NormByHand(Gpt.Width, detaches: true)) with
        {
            // The last norm's is the first to be passed back.
            Of = "transformer.h.1",
            Quantity = RecordedQuantity.OutputGradient,
        },
        Normed("weight and bias not used", Stage.Backward, "parameter-not-used", () => new NormByHand(Gpt.Width, usesAffine: false)) with
        {
            Of = "transformer.ln_f.bias",
        },
        Normed("unbiased variance", Stage.Forward, "unbiased-variance", () => new NormByHand(Gpt.Width, isUnbiased: true)),
        Normed("epsilon outside the root", Stage.Forward, "epsilon-outside-root", () => new NormByHand(Gpt.Width, isOutside: true, epsilon: 1e-3)),
        InNumbers("position embedding of zeros", "transformer.wpe.weight", "initial-zeros", port =>
            port.get_parameter("position_embedding.weight")!.zero_()
        ),
        InNumbers("residual weights on the usual scale", "transformer.h.0.attn.c_proj.weight", "initial-scale", port =>
            port.get_parameter("blocks.0.attention.projection.weight")!.mul_(2)
        ),
    ];

    internal override IReadOnlyList<Variant> Honest { get; } =
    [
        .. Common,
        Honestly("GELU as PyTorch's function", GptForm.GeluModule),
        Honestly("mask added", GptForm.MaskAdded),
        Honestly("softmax by hand", GptForm.SoftmaxByHand),
        Honestly("head by head", GptForm.HeadByHead),
        Honestly("attention fused", GptForm.FusedAttention),
        Honestly("norm by hand", GptForm.NormByHand),
        Honestly("weights stored transposed", GptForm.WeightsTransposed),
        Honestly("dropout in evaluation", GptForm.DropoutInEvaluation),
    ];

    protected override TrainingLoop Loop { get; } =
        new()
        {
            Optimizer = s_adam,
            Batch = step => Samples(step),
            Loss = (output, targets) => F.cross_entropy(output.view(-1, output.shape[^1]), targets.view(-1), ignore_index: None),
            Rate = step => WarmUp(step),
            Clip = Clipping.Norm(0.5),
        };

    protected override Module<Tensor, Tensor> Original() => new GptOriginal(s_letters.Length);

    protected override Module<Tensor, Tensor> Port() => new GptPort(s_letters.Length);

    private static IEnumerable<(string Original, string Port)> Block(int i)
    {
        var (original, port) = ($"transformer.h.{i}", $"blocks.{i}");
        return
        [
            (original, port),
            ($"{original}.ln_1", $"{port}.norm1"),
            ($"{original}.attn", $"{port}.attention"),
            ($"{original}.attn.c_attn", $"{port}.attention.qkv"),
            ($"{original}.attn.c_proj", $"{port}.attention.projection"),
            ($"{original}.ln_2", $"{port}.norm2"),
            ($"{original}.mlp.c_fc", $"{port}.feed_forward.0"),
            ($"{original}.mlp.act", $"{port}.feed_forward.1"),
            ($"{original}.mlp.c_proj", $"{port}.feed_forward.2"),
        ];
    }

    /// <summary>A step's sequences, each with the next letters; the first letters of the second sequence count for nothing, as if padded.</summary>
    private static Batch Samples(int step, int shift = 1)
    {
        var starts = Enumerable.Range(0, Size).Select(i => (37 * step + 101 * i) % (s_text.Length - Gpt.Block - 2)).ToList();
        var targets = Sequences(shift);
        targets[1].narrow(0, 0, 5).fill_(None);
        return new Batch(Sequences(0), targets);

        Tensor Sequences(int behind) => stack(starts.Select(start => tensor(s_text.AsSpan(start + behind, Gpt.Block).ToArray())));
    }

    private static double WarmUp(int step) => Rate * Math.Min(1, (step + 2) / 5.0);

    private static bool IsDecayed(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal)
        && !name.Contains("norm", StringComparison.Ordinal)
        && !name.Contains(".ln_", StringComparison.Ordinal)
        && !name.Contains("embedding", StringComparison.Ordinal)
        && !name.Contains(".wte", StringComparison.Ordinal)
        && !name.Contains(".wpe", StringComparison.Ordinal);

    private static Tensor OverAll(Tensor output, Tensor targets)
    {
        var sum = F.cross_entropy(output.view(-1, output.shape[^1]), targets.view(-1), ignore_index: None, reduction: nn.Reduction.Sum);
        return sum / targets.numel();
    }

    private static Tensor OverSequences(Tensor output, Tensor targets)
    {
        var sum = F.cross_entropy(output.view(-1, output.shape[^1]), targets.view(-1), ignore_index: None, reduction: nn.Reduction.Sum);
        return sum / targets.shape[0];
    }

    private static IEnumerable<PlantedFault> Updates()
    {
        // The first parameter whose weights decay, and the first of all.
        const string Decayed = "transformer.h.0.attn.c_attn.weight";
        const string First = "transformer.wte.weight";
        return new (string Name, string Cause, string Of, UpdateMistake Mistake)[]
        {
            ("epsilon inside the root", "epsilon-inside-root", First, UpdateMistake.EpsilonInsideTheRoot),
            ("no bias correction", "no-bias-correction", First, UpdateMistake.BiasCorrectionLeftOut),
            ("no first bias correction", "one-bias-correction", First, UpdateMistake.FirstBiasCorrectionLeftOut),
            ("no second bias correction", "one-bias-correction", First, UpdateMistake.SecondBiasCorrectionLeftOut),
            ("steps counted from one too many", "step-count", First, UpdateMistake.CountAhead),
            ("decay in the gradient", "l2-decay", Decayed, UpdateMistake.DecayCoupled),
            ("decay not times the rate", "decay-without-rate", Decayed, UpdateMistake.DecayWithoutRate),
            ("decay behind the step", "decay-after-step", Decayed, UpdateMistake.DecayBehind),
            ("betas exchanged", "betas-exchanged", Decayed, UpdateMistake.BetasExchanged),
            ("square of the average", "square-of-the-mean", First, UpdateMistake.SquareOfTheAverage),
            ("uphill", "update-sign", First, UpdateMistake.SignExchanged),
        }.Select(mistake =>
            InLoop(mistake.Name, (Stage.Update, 0, mistake.Of), mistake.Cause, loop =>
                loop with
                {
                    Optimizer = s_adam with { Mistake = mistake.Mistake },
                }
            ) with
            {
                // Exchanged betas cancel in the first step, but in the means of the first group's first parameter.
                Quantity = mistake.Mistake == UpdateMistake.BetasExchanged ? RecordedQuantity.State : RecordedQuantity.Parameter,
            }
        );
    }

    private static PlantedFault Formed(
        string name,
        GptForm form,
        string of,
        string cause,
        Stage stage = Stage.Forward,
        RecordedQuantity? quantity = RecordedQuantity.Output
    ) =>
        InModel(name, stage, of, cause, () => new GptPort(s_letters.Length, form)) with
        {
            Quantity =
                stage == Stage.Forward ? quantity
                : stage == Stage.Backward ? RecordedQuantity.Gradient
                : null,
        };

    /// <summary>A mistake in attention: it shows in what the layer behind it is given.</summary>
    private static PlantedFault Attending(string name, GptForm form, string cause) =>
        Formed(name, form, "transformer.h.0.attn.c_proj", cause, quantity: RecordedQuantity.Input);

    private static PlantedFault Normed(string name, Stage stage, string cause, Func<Module<Tensor, Tensor>> norm) =>
        InModel(name, stage, "transformer.h.0.ln_1", cause, () => new GptPort(s_letters.Length, norm: norm));

    private static Variant Honestly(string name, GptForm form) => new(name) { Model = () => new GptPort(s_letters.Length, form) };
}
