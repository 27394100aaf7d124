using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Tests.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Diff.Tests.Causes;

/// <summary>Mistakes in convolutions, pooling, recurrent networks and attention.</summary>
[Trait("Speed", "slow")]
public sealed class WindowMistakesTests
{
    private const int Draws = 10;

    private static readonly Dictionary<string, Func<Drawn, Computed>> s_planted = new()
    {
        ["another-pooling"] = d => Pool(d, "MaxPool2d", x => F.avg_pool2d(x, 2)),
        ["another-pooling of AvgPool2d"] = d => Pool(d, "AvgPool2d", x => F.max_pool2d(x, 2)),
        ["padding-counted"] = d => Pool(d, "AvgPool2d", x => F.avg_pool2d(x, 2, 2, 1, count_include_pad: false), 1),
        ["kernel-turned"] = d => Conv(d, (x, w) => F.conv2d(x, w.flip(2, 3), null, [1, 1], [1, 1])),
        ["kernel-transposed"] = d => Conv(d, (x, w) => F.conv2d(x, w.transpose(2, 3), null, [1, 1], [1, 1])),
        ["padding-mode"] = d => Conv(d, (x, w) => F.conv2d(F.pad(x, [1, 1, 1, 1], PaddingModes.Reflect), w)),
        ["gate-order"] = d =>
            Recurrent(d, "LSTM", state =>
                state.ToDictionary(s => s.Key, s => cat([.. s.Value.chunk(4, 0)[..2], s.Value.chunk(4, 0)[3], s.Value.chunk(4, 0)[2]]))
            ),
        ["gate-order of GRU"] = d =>
            Recurrent(d, "GRU", state =>
                state.ToDictionary(s => s.Key, s => cat([s.Value.chunk(3, 0)[1], s.Value.chunk(3, 0)[0], s.Value.chunk(3, 0)[2]]))
            ),
        ["recurrent-bias-left-out"] = d =>
            Recurrent(d, "LSTM", state =>
                state.ToDictionary(s => s.Key, s => s.Key.StartsWith("bias_hh", StringComparison.Ordinal) ? zeros_like(s.Value) : s.Value)
            ),
        ["reset-before-product"] = d => Gru(d, (r, z, n, h, w, b) => (n + F.linear(r * h, w, b)).tanh() * (1 - z) + z * h),
        ["update-gate-complement"] = d => Gru(d, (r, z, n, h, w, b) => (n + r * F.linear(h, w, b)).tanh() * z + (1 - z) * h),
        ["nonlinearity"] = d => Recurrent(d, "RNN", state => state),
        ["mask-added"] = MaskAdded,
    };

    static WindowMistakesTests() => Drawn.Load();

    public static TheoryData<string> Planted => [.. s_planted.Keys];

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_mistake_is_named_and_no_other(string name)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var planted = s_planted[name](new Drawn(26, i) { Type = i % 3 == 0 ? ScalarType.Float64 : ScalarType.Float32 });
            var found = Mistakes.OfModule(planted.Call, 0, planted.Outputs[0]);
            Assert.Equal($"draw {i}: {name.Split(' ')[0]}", $"draw {i}: {string.Join(", ", found.Select(f => f.Name))}");
        }
    }

    [Theory]
    [MemberData(nameof(WindowBoundsTests.Kinds), MemberType = typeof(WindowBoundsTests))]
    public void No_mistake_is_named_in_right_numbers(string kind)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var right = WindowBoundsTests.Draw(kind, new Drawn(27, i));
            Assert.Empty(Mistakes.OfModule(right.Call, 0, right.Outputs[0]));
        }
    }

    private static Tensor Normal(Drawn d, params long[] shape) => randn(shape, ScalarType.Float64).to(d.Type);

    private static Computed Of(
        string kind,
        RecordedOptions options,
        IReadOnlyDictionary<string, Tensor> state,
        Tensor[] inputs,
        params Tensor[] outputs
    )
    {
        Tensor[] recorded = [.. outputs.Select(o => o.detach().clone())];
        return new(new ModuleCall(kind, options, true, inputs, state) { Outputs = recorded }, recorded, []);
    }

    private static Computed Pool(Drawn d, string kind, Func<Tensor, Tensor> mistaken, double padding = 0)
    {
        var x = Normal(d, 2, 3, 6, 6);
        return Of(kind, RecordedOptions.Of(("kernel_size", 2.0), ("padding", padding)), new Dictionary<string, Tensor>(), [x], mistaken(x));
    }

    private static Computed Conv(Drawn d, Func<Tensor, Tensor, Tensor> mistaken)
    {
        var (x, w) = (Normal(d, 2, 3, 6, 6), Normal(d, 4, 3, 3, 3));
        return Of("Conv2d", RecordedOptions.Of(("padding", 1.0)), new Dictionary<string, Tensor> { ["weight"] = w }, [x], mistaken(x, w));
    }

    /// <summary>A network that computes with other weights than it is said to have; one of relu in place of tanh, if they are the same.</summary>
    private static Computed Recurrent(Drawn d, string kind, Func<Dictionary<string, Tensor>, Dictionary<string, Tensor>> mistaken)
    {
        var x = Normal(d, 5, 2, 3);
        nn.Module module = kind switch
        {
            "LSTM" => nn.LSTM(3, 4),
            "GRU" => nn.GRU(3, 4),
            _ => nn.RNN(3, 4, 1, nn.NonLinearities.ReLU),
        };
        module.to(d.Type);
        var state = module.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().clone());
        using (no_grad())
        {
            foreach (var (name, weights) in mistaken(state))
                module.get_parameter(name)!.copy_(weights);
        }

        var (y, h) = module switch
        {
            TorchSharp.Modules.LSTM lstm => lstm.call(x) is var (a, b, _) ? (a, b) : default,
            TorchSharp.Modules.GRU gru => gru.call(x),
            _ => ((TorchSharp.Modules.RNN)module).call(x),
        };
        return Of(kind, RecordedOptions.Of(), state, [x], y, h);
    }

    private static Computed Gru(Drawn d, Func<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> step)
    {
        var x = Normal(d, 5, 2, 3);
        var state = new Dictionary<string, Tensor>
        {
            ["weight_ih_l0"] = Normal(d, 12, 3) * 0.5,
            ["weight_hh_l0"] = Normal(d, 12, 4) * 0.5,
            ["bias_ih_l0"] = Normal(d, 12),
            ["bias_hh_l0"] = Normal(d, 12),
        };
        var h = zeros(2, 4, d.Type);
        var all = new List<Tensor>();
        for (var t = 0; t < 5; t++)
        {
            var given = F.linear(x[t], state["weight_ih_l0"], state["bias_ih_l0"]).chunk(3, 1);
            var back = F.linear(h, state["weight_hh_l0"], state["bias_hh_l0"]).chunk(3, 1);
            var (w, b) = (state["weight_hh_l0"].chunk(3, 0)[2], state["bias_hh_l0"].chunk(3, 0)[2]);
            h = step((given[0] + back[0]).sigmoid(), (given[1] + back[1]).sigmoid(), given[2], h, w, b);
            all.Add(h);
        }

        return Of("GRU", RecordedOptions.Of(), state, [x], stack(all), h.unsqueeze(0));
    }

    private static Computed MaskAdded(Drawn d)
    {
        var module = d.Prepared(nn.MultiheadAttention(8, 2));
        var (query, key, value) = (Normal(d, 5, 2, 8), Normal(d, 4, 2, 8), Normal(d, 4, 2, 8));
        var mask = triu(ones(5, 4, ScalarType.Bool), 1);
        var (y, w) = module.call(query, key, value, null, true, mask);
        var state = module.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach());
        return Of("MultiheadAttention", RecordedOptions.Of(("num_heads", 2.0)), state, [query, key, value, mask], y, w);
    }
}
