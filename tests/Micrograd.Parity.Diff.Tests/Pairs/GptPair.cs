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
        InOptimizer("no decay", "weight-decay", s_adam with { Decay = 0 }),
        InOptimizer("everything decays", "weight-decay", s_adam with { Decays = null }),
        InOptimizer("Adam for AdamW", "weight-decay-coupled", s_adam with { IsDecoupled = false }),
        InOptimizer("amsgrad", "amsgrad", s_adam with { Amsgrad = true }),
        .. Updates(),
        InLoop("no warm-up", Stage.Update, 0, "not-scheduled", l => l with { Rate = null }),
        InLoop("warm-up late by a step", Stage.Update, 0, "schedule-a-step-late", l => l with { Rate = s => WarmUp(s - 1) }),
        InLoop("clipping left out", Stage.Clipping, 0, "not-clipped", l => l with { Clip = null }),
        InLoop("clipping by value", Stage.Clipping, 0, "not-clipped", l => l with { Clip = Clipping.Value(0.5) }),
        InLoop("clipping each parameter", Stage.Clipping, 0, "clipped-each-alone", l => l with { Clip = Clipping.NormOfEach(0.5) }),
        InLoop("gradients not cleared", Stage.Backward, 1, "gradients-not-cleared", l => l with { ClearsGradients = false }),
        InLoop("averaged over all tokens", Stage.Loss, 0, "ignored-counted", l => l with { Loss = OverAll }),
        InLoop("averaged over sequences", Stage.Loss, 0, "averaged-over-another-count", l => l with { Loss = OverSequences }),
        InLoop("targets not shifted", Stage.Batch, 0, "batch-shifted", l => l with { Batch = s => Samples(s, shift: 0) }),
        InLoop("targets shifted by two", Stage.Batch, 0, "batch-shifted", l => l with { Batch = s => Samples(s, shift: 2) }),
        InLoop("other places of the text", Stage.Batch, 0, "another-batch", l => l with { Batch = s => Samples(s + 50) }),
        Formed("exact GELU", GptForm.ExactGelu, "transformer.h.0.mlp.act", "gelu-approximation"),
        Formed("GELU by the sigmoid", GptForm.SigmoidGelu, "transformer.h.0.mlp.act", ""),
        Formed("no scale", GptForm.ScaleLeftOut, "transformer.h.0.attn", "attention-scale-left-out"),
        Formed("scale of the width", GptForm.ScaleOfTheWidth, "transformer.h.0.attn", "attention-scale"),
        Formed("no mask", GptForm.MaskLeftOut, "transformer.h.0.attn", "attention-mask-left-out"),
        Formed("mask shifted", GptForm.MaskShifted, "transformer.h.0.attn", "attention-mask-shifted"),
        Formed("mask after softmax", GptForm.MaskAfterSoftmax, "transformer.h.0.attn", "attention-mask-after-softmax"),
        Formed("softmax over queries", GptForm.SoftmaxOverQueries, "transformer.h.0.attn", "softmax-over-another-dimension"),
        Formed("heads not transposed back", GptForm.HeadsNotTransposedBack, "transformer.h.0.attn", "heads-not-transposed-back"),
        Formed("query and key exchanged", GptForm.QueryAndKeyExchanged, "transformer.h.0.attn", "parts-exchanged"),
        Formed("key and value exchanged", GptForm.KeyAndValueExchanged, "transformer.h.0.attn", "parts-exchanged"),
        Formed("no residual of attention", GptForm.AttentionResidualLeftOut, "transformer.h.0", "input-from-elsewhere"),
        Formed("no residual of the perceptron", GptForm.PerceptronResidualLeftOut, "transformer.h.0", "residual-left-out"),
        Formed("residual from the norm", GptForm.ResidualFromTheNorm, "transformer.h.0", "residual-from-elsewhere"),
        Formed("norm behind", GptForm.NormBehind, "transformer.h.0", "bias-left-out"),
        Formed("one norm for two", GptForm.NormShared, "transformer.h.0.ln_2", "module-not-called"),
        Formed("a block twice", GptForm.BlockTwice, "transformer.h.1", "bias-left-out"),
        Formed("no positions", GptForm.PositionsLeftOut, "transformer.wpe|transformer.drop|transformer.h.0", "parameter-left-out", Stage.Settings),
        Formed("positions from one", GptForm.PositionsFromOne, "transformer.wpe", "shape", Stage.Settings),
        Formed("no last norm", GptForm.LastNormLeftOut, "transformer.ln_f|lm_head", "module-not-called"),
        Formed("weights tied", GptForm.Tied, "lm_head", "weights-tied", Stage.Settings),
        Formed("a bias in the head", GptForm.HeadWithBias, "lm_head", "bias", Stage.Settings),
        Formed("dropout", GptForm.Dropout, "transformer.drop", "dropout", Stage.Settings),
        Formed("second block detached", GptForm.SecondBlockDetached, "transformer.h.0", "layer-detached", Stage.Backward),
        Normed("epsilon of the norm", Stage.Settings, "epsilon", () => LayerNorm(Gpt.Width, eps: 1e-3)),
        Normed("no affine part", Stage.Settings, "elementwise-affine", () => LayerNorm(Gpt.Width, elementwise_affine: false)),
        Normed("unbiased variance", Stage.Forward, "unbiased-variance", () => new NormByHand(Gpt.Width, isUnbiased: true)),
        Normed("epsilon outside the root", Stage.Forward, "epsilon-outside-root", () => new NormByHand(Gpt.Width, isOutside: true, epsilon: 1e-3)),
        new("position embedding of zeros", Stage.Initial, -1, "transformer.wpe", "initial-zeros")
        {
            Changes = port => port.get_parameter("position_embedding.weight")!.zero_(),
        },
        new("residual weights on the usual scale", Stage.Initial, -1, "transformer.h.0", "initial-scale")
        {
            Changes = port => port.get_parameter("blocks.0.attention.projection.weight")!.mul_(2),
        },
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

    private static IEnumerable<PlantedFault> Updates() =>
        new (string Name, string Cause, UpdateMistake Mistake)[]
        {
            ("epsilon inside the root", "epsilon-inside-root", UpdateMistake.EpsilonInsideTheRoot),
            ("no bias correction", "no-bias-correction", UpdateMistake.BiasCorrectionLeftOut),
            ("no second bias correction", "", UpdateMistake.SecondBiasCorrectionLeftOut),
            ("decay in the gradient", "l2-decay", UpdateMistake.DecayCoupled),
            ("betas exchanged", "betas-exchanged", UpdateMistake.BetasExchanged),
            ("square of the average", "another-optimizer", UpdateMistake.SquareOfTheAverage),
            ("uphill", "update-sign", UpdateMistake.SignExchanged),
        }.Select(mistake =>
            InLoop(mistake.Name, Stage.Update, 0, mistake.Cause, loop => loop with { Optimizer = s_adam with { Mistake = mistake.Mistake } })
        );

    private static PlantedFault Formed(string name, GptForm form, string of, string cause, Stage stage = Stage.Forward) =>
        InModel(name, stage, of, cause, () => new GptPort(s_letters.Length, form));

    private static PlantedFault Normed(string name, Stage stage, string cause, Func<Module<Tensor, Tensor>> norm) =>
        InModel(name, stage, "transformer.h.0.ln_1", cause, () => new GptPort(s_letters.Length, norm: norm));

    private static Variant Honestly(string name, GptForm form) => new(name) { Model = () => new GptPort(s_letters.Length, form) };
}
