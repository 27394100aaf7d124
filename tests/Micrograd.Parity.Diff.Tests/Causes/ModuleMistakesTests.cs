using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Tests.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Diff.Tests.Causes;

[Trait("Speed", "slow")]
public sealed class ModuleMistakesTests
{
    private const int Draws = 20;
    private static readonly double[] s_width = [16];

    // Each with the numbers of TorchSharp that have the mistake.
    private static readonly Dictionary<string, Func<Drawn, (ModuleCall Call, Tensor Output)>> s_planted = new()
    {
        ["epsilon"] = d => Norm(d, "LayerNorm", 1e-5, x => F.layer_norm(x, [x.shape[^1]], eps: 1e-3)),
        ["epsilon-outside-root"] = d => Norm(d, "LayerNorm", 1e-3, x => (x - Mean(x)) / (Variance(x, false).sqrt() + 1e-3)),
        ["root-forgotten"] = d => Norm(d, "LayerNorm", 1e-5, x => (x - Mean(x)) / (Variance(x, false) + 1e-5)),
        ["unbiased-variance"] = d => Norm(d, "LayerNorm", 1e-5, x => (x - Mean(x)) / (Variance(x, true) + 1e-5).sqrt()),
        ["mean-not-subtracted"] = d => Norm(d, "LayerNorm", 1e-5, x => x / (x.square().mean([-1], keepdim: true) + 1e-5).sqrt()),
        ["mean-subtracted"] = d => Norm(d, "RMSNorm", 1e-5, x => (x - Mean(x)) / (Variance(x, false) + 1e-5).sqrt()),
        ["affine-left-out"] = d => Affine(d, (x, w, b) => F.layer_norm(x, [x.shape[^1]])),
        ["weight-left-out"] = d => Affine(d, (x, w, b) => F.layer_norm(x, [x.shape[^1]]) + b),
        ["bias-left-out"] = d => Affine(d, (x, w, b) => F.layer_norm(x, [x.shape[^1]], w)),
        ["bias-left-out of Linear"] = d => Linear(d, (x, w, b) => x.matmul(w.t())),
        ["weight-not-transposed"] = d => Linear(d, (x, w, b) => x.matmul(w) + b),
        ["gelu-approximation"] = d => Each(d, "GELU", x => F.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh)),
        ["negative-slope"] = d => Each(d, "LeakyReLU", x => F.leaky_relu(x, 0.2)),
        ["alpha"] = d => Each(d, "ELU", x => F.elu(x, 0.5)),
        ["beta"] = d => Each(d, "Softplus", x => F.softplus(x, 2)),
        ["lambda"] = d => Each(d, "Softshrink", x => F.softshrink(x, 0.1)),
        ["another-activation"] = d => Each(d, "ReLU", x => F.silu(x)),
        ["another-activation of Tanh"] = d => Each(d, "Tanh", x => F.sigmoid(x)),
        ["left-out"] = d => Each(d, "ReLU", x => x.clone()),
        ["dimension"] = d => Softmax(d, x => F.softmax(x, 0)),
        ["another-function"] = d => Softmax(d, x => F.log_softmax(x, 1)),
        ["left-out of Softmax"] = d => Softmax(d, x => x.clone()),
        ["dropout-active"] = d => Dropout(d, false, x => F.dropout(x, 0.5, true)),
        ["dropout-not-active"] = d => Dropout(d, true, x => x.clone()),
        ["dropout-not-scaled"] = d => Dropout(d, true, x => F.dropout(x, 0.5, true) / 2),
        ["dropout-probability"] = d => Dropout(d, true, x => F.dropout(x, 0.1, true)),
        ["padding-row"] = d => Embedding(d, (i, w) => w[i] * (i != 0).unsqueeze(-1)),
        ["indices-shifted"] = d => Embedding(d, (i, w) => w[i + 1]),
        ["sign"] = d => Linear(d, (x, w, b) => -(x.matmul(w.t()) + b)),
        ["relu-added"] = d => Linear(d, (x, w, b) => (x.matmul(w.t()) + b).relu()),
        ["scaled"] = d => Linear(d, (x, w, b) => (x.matmul(w.t()) + b) * 0.125),
        ["precision"] = d => Linear(d, (x, w, b) => (x.bfloat16().matmul(w.bfloat16().t()) + b.bfloat16()).to(x.dtype)),
    };

    private static readonly Dictionary<string, Func<Drawn, (ModuleCall Call, string Buffer, Tensor After)>> s_plantedBuffers = new()
    {
        ["momentum"] = d => Running(d, "running_mean", (old, x) => old * 0.1 + x.mean([0]) * 0.9),
        ["biased-running-variance"] = d => Running(d, "running_var", (old, x) => old * 0.9 + x.var(0, false) * 0.1),
        ["statistics-not-updated"] = d => Running(d, "running_mean", (old, x) => old.clone()),
    };

    private static readonly Dictionary<string, Func<Drawn, (ModuleCall Call, Tensor Output)>> s_modes = new()
    {
        ["training-mode"] = d => BatchNorm(d, false),
        ["evaluation-mode"] = d => BatchNorm(d, true),
    };

    static ModuleMistakesTests() => Drawn.Load();

    public static TheoryData<string> Planted => [.. s_planted.Keys, .. s_modes.Keys];

    public static TheoryData<string> PlantedBuffers => [.. s_plantedBuffers.Keys];

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_mistake_is_named_and_no_other(string name) =>
        OfDraws(d =>
        {
            var (call, output) = (s_planted.TryGetValue(name, out var planted) ? planted : s_modes[name])(d);
            return (Mistakes.OfModule(call with { Outputs = [output] }, 0, output), name);
        });

    [Theory]
    [MemberData(nameof(PlantedBuffers))]
    public void A_mistake_planted_into_a_buffer_is_named_and_no_other(string name) =>
        OfDraws(d =>
        {
            var (call, buffer, after) = s_plantedBuffers[name](d);
            return (Mistakes.OfBuffer(call, buffer, after), name);
        });

    [Theory]
    [MemberData(nameof(ModuleBoundsTests.Kinds), MemberType = typeof(ModuleBoundsTests))]
    public void No_mistake_is_named_in_right_numbers(string kind)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var right = ModuleBoundsTests.Draw(kind, new Drawn(16, i));
            Assert.Empty(Mistakes.OfModule(right.Call, 0, right.Outputs[0]));
        }
    }

    private static void OfDraws(Func<Drawn, (IReadOnlyList<Mistake> Found, string Name)> draw)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var (found, name) = draw(new Drawn(17, i) { Type = i % 3 == 0 ? ScalarType.Float64 : ScalarType.Float32 });
            Assert.Equal($"draw {i}: {name.Split(' ')[0]}", $"draw {i}: {string.Join(", ", found.Select(f => f.Name))}");
        }
    }

    private static Tensor Mean(Tensor x) => x.mean([-1], keepdim: true);

    private static Tensor Variance(Tensor x, bool unbiased) => x.var(-1, unbiased, keepdim: true);

    private static Tensor Normal(Drawn d, params long[] shape) => randn(shape, ScalarType.Float64).to(d.Type);

    private static (ModuleCall, Tensor) Norm(Drawn d, string kind, double eps, Func<Tensor, Tensor> mistaken)
    {
        var x = Normal(d, 9, 16) * 0.3 + 0.2;
        var call = Call(kind, RecordedOptions.Of(("normalized_shape", s_width), ("eps", eps)), x);
        return (call, mistaken(x));
    }

    private static (ModuleCall, Tensor) Affine(Drawn d, Func<Tensor, Tensor, Tensor, Tensor> mistaken)
    {
        var (x, w, b) = (Normal(d, 9, 16), Normal(d, 16), Normal(d, 16));
        var call = Call("LayerNorm", RecordedOptions.Of(("normalized_shape", s_width)), x, ("weight", w), ("bias", b));
        return (call, mistaken(x, w, b));
    }

    private static (ModuleCall, Tensor) Linear(Drawn d, Func<Tensor, Tensor, Tensor, Tensor> mistaken)
    {
        var (x, w, b) = (Normal(d, 30, 16), Normal(d, 16, 16), Normal(d, 16));
        return (Call("Linear", RecordedOptions.Of(), x, ("weight", w), ("bias", b)), mistaken(x, w, b));
    }

    private static (ModuleCall, Tensor) Each(Drawn d, string kind, Func<Tensor, Tensor> mistaken)
    {
        var x = Normal(d, 200);
        return (Call(kind, RecordedOptions.Of(), x), mistaken(x));
    }

    private static (ModuleCall, Tensor) Softmax(Drawn d, Func<Tensor, Tensor> mistaken)
    {
        var x = Normal(d, 6, 7);
        return (Call("Softmax", RecordedOptions.Of(("dim", 1.0)), x), mistaken(x));
    }

    private static (ModuleCall, Tensor) Dropout(Drawn d, bool training, Func<Tensor, Tensor> mistaken)
    {
        var x = Normal(d, 40, 50);
        return (Call("Dropout", RecordedOptions.Of(("p", 0.5)), x) with { Training = training }, mistaken(x));
    }

    private static (ModuleCall, Tensor) Embedding(Drawn d, Func<Tensor, Tensor, Tensor> mistaken)
    {
        var (indices, w) = (cat([zeros(1, ScalarType.Int64), Drawn.Indices(9, 20)]), Normal(d, 10, 5));
        return (Call("Embedding", RecordedOptions.Of(("padding_idx", 0.0)), indices, ("weight", w)), mistaken(indices, w));
    }

    private static (ModuleCall, Tensor) BatchNorm(Drawn d, bool training)
    {
        var (call, x) = BatchNormCall(d);
        var (mean, variance) = (call.State["running_mean"], call.State["running_var"]);
        return (call with { Training = training }, F.batch_norm(x, mean.clone(), variance.clone(), training: !training));
    }

    private static (ModuleCall, string, Tensor) Running(Drawn d, string buffer, Func<Tensor, Tensor, Tensor> mistaken)
    {
        var (call, x) = BatchNormCall(d);
        return (call, buffer, mistaken(call.State[buffer], x));
    }

    private static (ModuleCall, Tensor) BatchNormCall(Drawn d)
    {
        var x = Normal(d, 20, 4) * 2 + 1;
        return (Call("BatchNorm1d", RecordedOptions.Of(), x, ("running_mean", Normal(d, 4)), ("running_var", Normal(d, 4).square() + 0.5)), x);
    }

    private static ModuleCall Call(string kind, RecordedOptions options, Tensor x, params (string Name, Tensor Value)[] state) =>
        new(kind, options, true, [x], state.ToDictionary(s => s.Name, s => s.Value));
}
