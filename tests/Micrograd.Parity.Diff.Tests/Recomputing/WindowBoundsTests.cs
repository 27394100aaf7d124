using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Recomputing;

/// <summary>Convolutions, pooling, recurrent networks and attention.</summary>
[Trait("Speed", "slow")]
public sealed class WindowBoundsTests
{
    private const int Draws = 40;

    private static readonly Dictionary<string, Func<Drawn, Computed>> s_kinds = new()
    {
        ["Conv1d"] = d =>
        {
            var (groups, kernel, stride, padding, dilation) = (d.OneOf(1, 2), d.Whole(1, 4), d.Whole(1, 2), d.Whole(0, 2), d.Whole(1, 2));
            var mode = d.OneOf(PaddingModes.Zeros, PaddingModes.Replicate, PaddingModes.Circular);
            var module = Conv1d(2 * groups, 3 * groups, kernel, stride, padding, dilation, mode, groups, d.Flag());
            return Of(
                d,
                module,
                Windows(kernel, stride, padding, dilation, groups).With("padding_mode", mode.ToString().ToLowerInvariant()),
                2 * groups,
                12
            );
        },
        ["Conv2d"] = d =>
        {
            var (groups, kernel, stride, padding, dilation) = (d.OneOf(1, 1, 2, 4), d.Whole(1, 3), d.Whole(1, 2), d.Whole(0, 2), d.Whole(1, 2));
            var (i, o) = (d.Whole(1, 5) * groups, d.Whole(1, 5) * groups);
            var module = Conv2d(i, o, kernel, stride, padding, dilation, PaddingModes.Zeros, groups, d.Flag());
            return Of(d, module, Windows(kernel, stride, padding, dilation, groups), i, d.Whole(7, 12), d.Whole(7, 12));
        },
        ["Conv2d same"] = d =>
        {
            var kernel = d.Whole(1, 4);
            return Of(d, Conv2d(3, 4, kernel, Padding.Same), RecordedOptions.Of(("padding", "same")), 3, 8, 9);
        },
        ["Conv3d"] = d =>
        {
            var (kernel, stride) = (d.Whole(1, 3), d.Whole(1, 2));
            return Of(d, Conv3d(2, 3, kernel, stride, 1), Windows(kernel, stride, 1, 1, 1), 2, 5, 4, 6);
        },
        ["ConvTranspose1d"] = d =>
        {
            var (kernel, stride, padding) = (d.Whole(2, 4), d.Whole(1, 2), d.Whole(0, 1));
            return Of(d, ConvTranspose1d(3, 2, kernel, stride, padding), Windows(kernel, stride, padding, 1, 1), 3, 8);
        },
        ["ConvTranspose2d"] = d =>
        {
            var (kernel, stride, padding) = (d.Whole(2, 4), d.Whole(1, 2), d.Whole(0, 1));
            return Of(d, ConvTranspose2d(3, 2, kernel, stride, padding), Windows(kernel, stride, padding, 1, 1), 3, 5, 6);
        },
        ["MaxPool1d"] = d => Of(d, MaxPool1d(3, 2, 1), Windows(3, 2, 1, 1, 1), 3, 11),
        ["MaxPool2d"] = d =>
        {
            var (kernel, ceiling) = (d.Whole(2, 3), d.Flag());
            return Of(d, MaxPool2d(kernel, null, 1, null, ceiling), Windows(kernel, kernel, 1, 1, 1).With("ceil_mode", ceiling), 3, 9, 10);
        },
        ["MaxPool3d"] = d => Of(d, MaxPool3d(2), Windows(2, 2, 0, 1, 1), 3, 4, 5, 6),
        ["AvgPool1d"] = d => Of(d, AvgPool1d(3, 2, 1), Windows(3, 2, 1, 1, 1), 3, 11),
        ["AvgPool2d"] = d =>
        {
            var (kernel, stride, counts, ceiling) = (d.Whole(2, 3), d.Whole(1, 3), d.Flag(), d.Flag());
            return Of(
                d,
                AvgPool2d(kernel, stride, 1, ceiling, counts),
                Windows(kernel, stride, 1, 1, 1).With("ceil_mode", ceiling).With("count_include_pad", counts),
                3,
                9,
                10
            );
        },
        ["AvgPool3d"] = d => Of(Narrowed(d), AvgPool3d(2), Windows(2, 2, 0, 1, 1), 3, 4, 5, 6),
        ["AdaptiveAvgPool1d"] = d =>
        {
            var size = d.Whole(1, 7);
            return Of(d, AdaptiveAvgPool1d(size), RecordedOptions.Of(("output_size", (double)size)), 3, 11);
        },
        ["AdaptiveAvgPool2d"] = d =>
        {
            var (a, b) = (d.Whole(1, 7), d.Whole(1, 7));
            return Of(d, AdaptiveAvgPool2d([a, b]), RecordedOptions.Of(("output_size", new double[] { a, b })), 3, 9, 10);
        },
        ["LSTM"] = d => Recurrent(d, "LSTM"),
        ["GRU"] = d => Recurrent(d, "GRU"),
        ["RNN"] = d => Recurrent(d, "RNN"),
        ["LSTMCell"] = d =>
        {
            var module = Narrowed(d).Prepared(LSTMCell(3, 4));
            return Computed.By(
                module,
                x =>
                {
                    var (h, c) = module.call(x[0], (x[1], x[2]));
                    return [h, c];
                },
                RecordedOptions.Of(),
                d.Tensor(5, 3),
                d.Tensor(5, 4).clamp(-1, 1),
                d.Tensor(5, 4)
            );
        },
        ["GRUCell"] = d =>
        {
            var module = Narrowed(d).Prepared(GRUCell(3, 4));
            return Computed.By(module, x => [module.call(x[0], x[1])], RecordedOptions.Of(), d.Tensor(5, 3), d.Tensor(5, 4).clamp(-1, 1));
        },
        ["MultiheadAttention"] = d =>
        {
            Narrowed(d);
            var heads = d.Whole(1, 3);
            var width = heads * d.Whole(1, 8);
            var module = d.Prepared(MultiheadAttention(width, heads, 0, d.Flag()));
            var (query, key) = (d.Tensor(d.Whole(1, 7), 2, width), d.Tensor(d.Whole(1, 7), 2, width));
            var value = randn_like(key);
            var mask = d.Flag() ? triu(full(query.shape[0], key.shape[0], -3.0, d.Type), 1) : null;
            Tensor[] inputs = mask is null ? [query, key, value] : [query, key, value, mask];
            return Computed.By(
                module,
                x =>
                {
                    var (y, w) = module.call(x[0], x[1], x[2], null, true, x.Count > 3 ? x[3] : null);
                    return [y, w];
                },
                RecordedOptions.Of(("num_heads", (double)heads)),
                inputs
            ) with
            {
                Differentiable = 3,
            };
        },
    };

    static WindowBoundsTests() => Drawn.Load();

    public static TheoryData<string> Kinds => [.. s_kinds.Keys];

    /// <summary>A random call of a kind.</summary>
    internal static Computed Draw(string kind, Drawn d) => s_kinds[kind](d);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whatever_PyTorchs_own_module_computes_is_within_the_bounds(string kind)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var complaints = s_kinds[kind](new Drawn(18, i)).Complaints();
            Assert.True(complaints.Count == 0, $"draw {i}: {string.Join("; ", complaints)}");
        }
    }

    private static Drawn Narrowed(Drawn d)
    {
        d.Type = d.OneOf(ScalarType.Float32, ScalarType.Float32, ScalarType.Float64);
        return d;
    }

    private static RecordedOptions Windows(double kernel, double stride, double padding, double dilation, double groups) =>
        RecordedOptions.Of(("kernel_size", kernel), ("stride", stride), ("padding", padding), ("dilation", dilation), ("groups", groups));

    private static Computed Of(Drawn d, Module<Tensor, Tensor> module, RecordedOptions options, params long[] shape)
    {
        d.Prepared(module);
        return Computed.By(module, x => [module.call(x[0])], options, d.Tensor([d.Whole(1, 4), .. shape]));
    }

    private static Computed Recurrent(Drawn d, string kind)
    {
        Narrowed(d);
        var (size, layers, bias, first, both) = (d.Whole(1, 6), d.Whole(1, 2), d.Flag(), d.Flag(), d.Flag());
        var (time, batch) = (d.Whole(1, 6), d.Whole(1, 4));
        var options = RecordedOptions
            .Of(("num_layers", (double)layers))
            .With("batch_first", first)
            .With("bidirectional", both)
            .With("hidden_size", (double)size);
        var x = first ? d.Tensor(batch, time, 3) : d.Tensor(time, batch, 3);
        Tensor State() => d.Tensor(layers * (both ? 2 : 1), batch, size).clamp(-1, 1);
        switch (kind)
        {
            case "LSTM":
                var lstm = d.Prepared(LSTM(3, size, layers, bias, first, 0, both));
                return Computed.By(
                    lstm,
                    v =>
                    {
                        var (y, h, c) = v.Count > 1 ? lstm.call(v[0], (v[1], v[2])) : lstm.call(v[0]);
                        return [y, h, c];
                    },
                    options,
                    d.Flag() ? [x, State(), State()] : [x]
                );
            case "GRU":
                var gru = d.Prepared(GRU(3, size, layers, bias, first, 0, both));
                return Computed.By(
                    gru,
                    v =>
                    {
                        var (y, h) = v.Count > 1 ? gru.call(v[0], v[1]) : gru.call(v[0]);
                        return [y, h];
                    },
                    options,
                    d.Flag() ? [x, State()] : [x]
                );
            default:
                var relu = d.Flag();
                var rnn = d.Prepared(RNN(3, size, layers, relu ? NonLinearities.ReLU : NonLinearities.Tanh, bias, first, 0, both));
                return Computed.By(
                    rnn,
                    v =>
                    {
                        var (y, h) = rnn.call(v[0], v.Count > 1 ? v[1] : null);
                        return [y, h];
                    },
                    options.With("nonlinearity", relu ? "relu" : "tanh"),
                    d.Flag() ? [x, State()] : [x]
                );
        }
    }
}
