using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;
using Reduce = TorchSharp.torch.nn.Reduction;

namespace Micrograd.Parity.Diff.Tests.Recomputing;

[Trait("Speed", "slow")]
public sealed class LossBoundsTests
{
    private const int Draws = 60;

    private static readonly Dictionary<string, Func<Drawn, Reduce, RecordedOptions, Computed>> s_kinds = new()
    {
        ["MSELoss"] = (d, r, o) => Pair(d, "MSELoss", o, (x, t) => F.mse_loss(x, t, r)),
        ["L1Loss"] = (d, r, o) => Pair(d, "L1Loss", o, (x, t) => F.l1_loss(x, t, r)),
        ["SmoothL1Loss"] = (d, r, o) => Number(d, "beta", o, (n, p) => Pair(d, "SmoothL1Loss", p, (x, t) => F.smooth_l1_loss(x, t, r, n))),
        ["HuberLoss"] = (d, r, o) => Number(d, "delta", o, (n, p) => Pair(d, "HuberLoss", p, (x, t) => F.huber_loss(x, t, n, r))),
        ["BCELoss"] = (d, r, o) => Pair(d, "BCELoss", o, (x, t) => F.binary_cross_entropy(x, t, reduction: r), x => x.sigmoid(), t => t.sigmoid()),
        ["BCELoss 0 or 1"] = (d, r, o) =>
            Pair(d, "BCELoss", o, (x, t) => F.binary_cross_entropy(x, t, reduction: r), x => x.sigmoid(), t => (t > 0).to(t.dtype)),
        ["BCEWithLogitsLoss"] = (d, r, o) =>
            Pair(d, "BCEWithLogitsLoss", o, (x, t) => F.binary_cross_entropy_with_logits(x, t, reduction: r), null, t => t.sigmoid()),
        ["KLDivLoss"] = (d, r, o) => Pair(d, "KLDivLoss", o, (x, t) => F.kl_div(x, t, false, r), x => F.log_softmax(x, -1), t => F.softmax(t, -1)),
        ["KLDivLoss log"] = (d, r, o) =>
            Pair(d, "KLDivLoss", o.With("log_target", true), (x, t) => F.kl_div(x, t, true, r), x => F.log_softmax(x, -1), t => F.log_softmax(t, -1)),
        ["HingeEmbeddingLoss"] = (d, r, o) =>
            Number(d, "margin", o, (n, p) =>
                Pair(d, "HingeEmbeddingLoss", p, (x, t) => F.hinge_embedding_loss(x, t, n, r), null, t => (t > 0).to(t.dtype) * 2 - 1)
            ),
        ["SoftMarginLoss"] = (d, r, o) =>
            Pair(d, "SoftMarginLoss", o, (x, t) => F.soft_margin_loss(x, t, r), x => x.clamp(-20, 20), t => (t > 0).to(t.dtype) * 2 - 1),
        ["PoissonNLLLoss"] = (d, r, o) =>
        {
            // TorchSharp leaves out ε, which float32 does not see here.
            d.Type = ScalarType.Float32;
            var (log, full) = (d.Flag(), d.Flag());
            return Pair(
                d,
                "PoissonNLLLoss",
                o.With("log_input", log).With("full", full),
                (x, t) => F.poisson_nll_loss(x, t, log, full, reduction: r),
                x => log ? x.clamp(-10, 10) : x.abs() + 0.1,
                t => t.abs().round()
            );
        },
        ["NLLLoss"] = (d, r, o) => Classes(d, "NLLLoss", o, (x, t) => F.nll_loss(x, t, reduction: r)),
        ["CrossEntropyLoss"] = (d, r, o) =>
        {
            var smoothing = d.OneOf(0, 0.1, 0.3);
            long ignored = d.OneOf(-100, 0, 1);
            return Classes(d, "CrossEntropyLoss", o.With("label_smoothing", smoothing).With("ignore_index", (double)ignored), (x, t) =>
                F.cross_entropy(x, t, ignore_index: ignored, reduction: r, label_smoothing: smoothing)
            );
        },
        ["CrossEntropyLoss of probabilities"] = (d, r, o) =>
        {
            var smoothing = d.OneOf(0, 0.1);
            return Pair(
                d,
                "CrossEntropyLoss",
                o.With("label_smoothing", smoothing),
                (x, t) => F.cross_entropy(x, t, reduction: r, label_smoothing: smoothing),
                null,
                t => F.softmax(t, 1)
            );
        },
    };

    static LossBoundsTests() => Drawn.Load();

    public static TheoryData<string> Kinds => [.. s_kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whatever_PyTorchs_own_loss_computes_is_within_the_bounds(string kind)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var computed = Draw(kind, new Drawn(12, i));
            var complaints = computed.Complaints();
            Assert.True(complaints.Count == 0, $"draw {i}: {string.Join("; ", complaints)}");
        }
    }

    [Fact]
    public void A_weighted_cross_entropy_is_within_the_bounds()
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var d = new Drawn(13, i);
            var (classes, smoothing) = (d.Whole(2, 9), d.OneOf(0, 0.2));
            var weight = (rand(classes, ScalarType.Float64) + 0.1).to(d.Type);
            var n = d.Whole(1, 30);
            var loss = new Weighted(weight);
            var computed = Computed.By(
                "CrossEntropyLoss",
                loss,
                x => [F.cross_entropy(x[0], x[1], weight, label_smoothing: smoothing)],
                RecordedOptions.Of(("label_smoothing", smoothing)),
                d.Tensor(n, classes),
                Drawn.Indices(classes, n)
            );
            var complaints = computed.Complaints();
            Assert.True(complaints.Count == 0, $"draw {i}: {string.Join("; ", complaints)}");
        }
    }

    [Theory]
    [InlineData("mse")]
    [InlineData("cross entropy")]
    [InlineData("flattened cross entropy")]
    [InlineData("sum of squares")]
    [InlineData("logits")]
    public void A_loss_that_no_module_shows_is_found_by_its_number(string kind)
    {
        for (var i = 0; i < 50; i++)
        {
            using var work = TorchWork.Begin();
            var d = new Drawn(14, i) { Type = ScalarType.Float32 };
            var x = d.Tensor(16, 5);
            var classes = Drawn.Indices(5, 16);
            var (outputs, targets, loss, expected) = kind switch
            {
                "mse" => (x, d.Tensor(16, 5), default(Tensor), "MSELoss()"),
                "sum of squares" => (x, d.Tensor(16, 5), null, "MSELoss(reduction=sum)"),
                "cross entropy" => (x, classes, null, "CrossEntropyLoss()"),
                "logits" => (x, (rand(16, 5) > 0.5).to(ScalarType.Float32), null, "BCEWithLogitsLoss()"),
                _ => (x.reshape(4, 4, 5), classes.reshape(4, 4), null, "CrossEntropyLoss()"),
            };
            loss = kind switch
            {
                "mse" => F.mse_loss(outputs, targets),
                "sum of squares" => F.mse_loss(outputs, targets, Reduce.Sum),
                "logits" => F.binary_cross_entropy_with_logits(outputs, targets),
                _ => F.cross_entropy(outputs.reshape(-1, 5), targets.flatten()),
            };
            var found = KnownLosses.Which(outputs, targets, loss).ToList();
            Assert.Equal([expected], found.Select(f => f.Name));
            Assert.Empty(KnownLosses.Which(outputs, targets, loss * 1.001));
        }
    }

    /// <summary>A random call of a kind.</summary>
    internal static Computed Draw(string kind, Drawn d)
    {
        var reduction = d.OneOf(Reduce.Mean, Reduce.Mean, Reduce.Sum, Reduce.None);
        return s_kinds[kind](d, reduction, RecordedOptions.Of(("reduction", reduction.ToString().ToLowerInvariant())));
    }

    private static Computed Number(Drawn d, string option, RecordedOptions options, Func<double, RecordedOptions, Computed> of)
    {
        var number = d.OneOf(1, 0.5, 0.3, 2);
        return of(number, options.With(option, number));
    }

    private static Computed Pair(
        Drawn d,
        string kind,
        RecordedOptions options,
        Func<Tensor, Tensor, Tensor> loss,
        Func<Tensor, Tensor>? input = null,
        Func<Tensor, Tensor>? target = null
    )
    {
        long[] shape = [d.Whole(1, 60), d.Whole(1, 20)];
        var (x, t) = (d.Tensor(shape), d.Tensor(shape));
        (x, t) = (input?.Invoke(x) ?? x, target?.Invoke(t) ?? t);
        return Computed.By(kind, null, v => [loss(v[0], v[1].detach())], options, x, t) with { Differentiable = 1 };
    }

    private static Computed Classes(Drawn d, string kind, RecordedOptions options, Func<Tensor, Tensor, Tensor> loss)
    {
        var classes = d.Whole(3, 12);
        long[] more = d.OneOf<long[]>([], [], [3], [2, 2]);
        long n = d.Whole(2, 70);
        var x = d.Tensor([n, classes, .. more]);
        x = kind == "NLLLoss" ? F.log_softmax(x, 1) : x;
        return Computed.By(kind, null, v => [loss(v[0], v[1])], options, x, Drawn.Indices(classes, [n, .. more]));
    }

    private sealed class Weighted : Module
    {
        internal Weighted(Tensor weight)
            : base("CrossEntropyLoss") => register_buffer("weight", weight);
    }
}
