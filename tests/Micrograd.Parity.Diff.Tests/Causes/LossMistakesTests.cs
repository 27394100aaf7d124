using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Tests.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Reduce = TorchSharp.torch.nn.Reduction;

namespace Micrograd.Parity.Diff.Tests.Causes;

[Trait("Speed", "slow")]
public sealed class LossMistakesTests
{
    private const int Draws = 20;

    private static readonly Dictionary<string, (string Kind, RecordedOptions Right, Func<Tensor, Tensor, Tensor> Loss)> s_planted = new()
    {
        ["reduction-sum"] = ("CrossEntropyLoss", RecordedOptions.Of(), (x, t) => F.cross_entropy(x, t, reduction: Reduce.Sum)),
        ["reduction-mean"] = ("MSELoss", RecordedOptions.Of(("reduction", "sum")), (x, t) => F.mse_loss(x, t)),
        ["reduction-batchmean"] = ("MSELoss", RecordedOptions.Of(), (x, t) => F.mse_loss(x, t, Reduce.Sum) / x.shape[0]),
        ["reduction-mean of KLDivLoss"] = ("KLDivLoss", RecordedOptions.Of(("reduction", "batchmean")), (x, t) => F.kl_div(x, t, false)),
        ["log-target"] = ("KLDivLoss", RecordedOptions.Of(), (x, t) => F.kl_div(x, t)),
        ["label-smoothing"] = ("CrossEntropyLoss", RecordedOptions.Of(), (x, t) => F.cross_entropy(x, t, label_smoothing: 0.1)),
        ["ignore-index"] = ("CrossEntropyLoss", RecordedOptions.Of(("ignore_index", 1.0)), (x, t) => F.cross_entropy(x, t)),
        ["ignored-counted"] = ("CrossEntropyLoss", RecordedOptions.Of(("ignore_index", 1.0)), (x, t) =>
            F.cross_entropy(x, t, ignore_index: 1, reduction: Reduce.Sum) / x.shape[0]
        ),
        ["softmax-twice"] = ("CrossEntropyLoss", RecordedOptions.Of(), (x, t) => F.cross_entropy(F.softmax(x, 1), t)),
        ["logarithm-forgotten"] = ("CrossEntropyLoss", RecordedOptions.Of(), (x, t) => F.nll_loss(F.softmax(x, 1), t)),
        ["squares-of-one-hot"] = ("CrossEntropyLoss", RecordedOptions.Of(), (x, t) => F.mse_loss(x, F.one_hot(t, 6).to(x.dtype))),
        ["half"] = ("MSELoss", RecordedOptions.Of(), (x, t) => F.mse_loss(x, t) / 2),
        ["sign"] = ("CrossEntropyLoss", RecordedOptions.Of(), (x, t) => -F.cross_entropy(x, t)),
        ["divided-by-batch"] = ("CrossEntropyLoss", RecordedOptions.Of(), (x, t) => F.cross_entropy(x, t) / x.shape[0]),
        ["sigmoid-twice"] = ("BCEWithLogitsLoss", RecordedOptions.Of(), (x, t) => F.binary_cross_entropy_with_logits(x.sigmoid(), t.sigmoid())),
        ["another-loss"] = ("MSELoss", RecordedOptions.Of(), (x, t) => F.l1_loss(x, t)),
        ["beta"] = ("SmoothL1Loss", RecordedOptions.Of(), (x, t) => F.smooth_l1_loss(x, t, beta: 0.5)),
    };

    static LossMistakesTests() => Drawn.Load();

    public static TheoryData<string> Planted => [.. s_planted.Keys];

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_mistake_is_named_and_no_other(string name)
    {
        var (kind, right, loss) = s_planted[name];
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var type = i % 3 == 0 ? ScalarType.Float64 : ScalarType.Float32;
            manual_seed(100 + i);
            var x = randn(17, 6, ScalarType.Float64).to(type);
            var t = kind switch
            {
                "CrossEntropyLoss" => cat([ones(1, ScalarType.Int64), Drawn.Indices(6, 16)]),
                "KLDivLoss" => F.softmax(randn(17, 6, ScalarType.Float64), 1).to(type),
                _ => randn(17, 6, ScalarType.Float64).to(type),
            };
            if (kind == "KLDivLoss")
                x = F.log_softmax(x, 1);
            var targets = kind == "BCEWithLogitsLoss" ? t.sigmoid() : t;
            var call = new ModuleCall(kind, right, true, [x, targets], new Dictionary<string, Tensor>());
            Assert.Equal($"draw {i}: {name.Split(' ')[0]}", $"draw {i}: {string.Join(", ", LossMistakes.Of(call, loss(x, t)).Select(m => m.Name))}");
        }
    }

    [Fact]
    public void Outputs_and_targets_that_are_broadcast_are_named()
    {
        using var work = TorchWork.Begin();
        var (x, t) = (randn(17, 1), randn(17));
        var call = new ModuleCall("MSELoss", RecordedOptions.Of(), true, [x.flatten(), t], new Dictionary<string, Tensor>());
        Assert.Equal("broadcast", Assert.Single(LossMistakes.Of(call, F.mse_loss(x, t))).Name);
    }

    [Theory]
    [MemberData(nameof(LossBoundsTests.Kinds), MemberType = typeof(LossBoundsTests))]
    public void No_mistake_is_named_in_right_losses(string kind)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var right = LossBoundsTests.Draw(kind, new Drawn(24, i));
            Assert.Empty(LossMistakes.Of(right.Call, right.Outputs[0]));
        }
    }
}
