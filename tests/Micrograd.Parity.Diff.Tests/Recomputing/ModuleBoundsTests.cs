using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Recomputing;

[Trait("Speed", "slow")]
public sealed class ModuleBoundsTests
{
    private const int Draws = 60;

    private static readonly Dictionary<string, Func<Drawn, Computed>> s_kinds = new()
    {
        ["Linear"] = d =>
        {
            var (i, o, bias) = (d.Whole(1, 70), d.Whole(1, 40), d.Flag());
            return Of(d, Linear(i, o, bias), RecordedOptions.Of(), d.Tensor([.. d.OneOf<long[]>([3], [], [2, 5], [40, 1], [64]), i]));
        },
        ["Bilinear"] = d =>
        {
            var (a, b, o) = (d.Whole(1, 9), d.Whole(1, 9), d.Whole(1, 9));
            var module = d.Prepared(Bilinear(a, b, o, d.Flag()));
            return Computed.By("Bilinear", module, x => [module.call(x[0], x[1])], RecordedOptions.Of(), d.Tensor(5, a), d.Tensor(5, b));
        },
        ["Identity"] = d => Of(d, Identity(), RecordedOptions.Of(), d.Tensor(3, 4)),
        ["Flatten"] = d => Of(d, Flatten(1, -1), RecordedOptions.Of(), d.Tensor(3, 4, 2)),
        ["Embedding"] = d =>
        {
            var (rows, width) = (d.Whole(1, 20), d.Whole(1, 12));
            long? padding = d.Flag() ? d.Whole(0, rows - 1) : null;
            var module = d.Prepared(Embedding(rows, width, padding));
            return Computed.By(
                "Embedding",
                module,
                x => [module.call(x[0])],
                RecordedOptions.Of(("padding_idx", padding)),
                Drawn.Indices(rows, d.OneOf<long[]>([7], [4, 9], [2, 60]))
            );
        },
        ["Dropout"] = d =>
        {
            var p = d.OneOf(0, 0.1, 0.5, 0.9);
            var module = Dropout(p);
            module.train(d.Flag());
            return Of(d, module, RecordedOptions.Of(("p", p)), d.Tensor(30, 20));
        },
        ["LayerNorm"] = d =>
        {
            long[] shape = d.OneOf<long[]>([d.Whole(2, 90)], [d.Whole(1, 5), d.Whole(2, 20)]);
            var eps = d.OneOf(1e-5, 1e-3, 1e-8);
            var module = LayerNorm(shape, eps, d.Flag());
            return Of(
                d,
                module,
                RecordedOptions.Of(("normalized_shape", shape.Select(n => (double)n).ToArray()), ("eps", eps)),
                d.Tensor([6, .. shape])
            );
        },
        ["RMSNorm"] = d =>
        {
            // The formula as it is written where there is no kernel for it.
            d.Type = d.OneOf(ScalarType.Float32, ScalarType.Float64);
            var n = d.Whole(1, 60);
            var weight = d.Flag() ? new Parameter(d.Tensor(n)) : null;
            var eps = d.OneOf<double?>(null, 1e-3, 1e-6);
            var options = RecordedOptions.Of(("normalized_shape", new double[] { n }), ("eps", eps));
            return Named(
                "RMSNorm",
                options,
                x => RmsNorm(x[0], weight, eps ?? (d.Type == ScalarType.Float64 ? 2.220446049250313e-16 : 1.1920928955078125e-07)),
                weight,
                d.Tensor(5, n)
            );
        },
        ["BatchNorm1d"] = d =>
        {
            var (n, eps, momentum) = (d.Whole(1, 9), d.OneOf(1e-5, 1e-3), d.OneOf(0.1, 0.3));
            var module = BatchNorm1d(n, eps, momentum, d.Flag(), d.Flag());
            module.train(d.Flag());
            var input = d.Flag() ? d.Tensor(d.Whole(2, 40), n) : d.Tensor(d.Whole(2, 5), n, d.Whole(1, 30));
            return Of(d, module, RecordedOptions.Of(("eps", eps), ("momentum", momentum)), input);
        },
        ["BatchNorm2d"] = d =>
        {
            var n = d.Whole(1, 9);
            var module = BatchNorm2d(n, 1e-5, 0.1, d.Flag(), d.Flag());
            module.train(d.Flag());
            var input = d.Tensor(d.Whole(2, 5), n, d.Whole(1, 9), d.Whole(1, 9));
            return Of(
                d,
                module,
                RecordedOptions.Of(),
                d.Flag() ? input : input.contiguous().to(CPU).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
            );
        },
        ["BatchNorm3d"] = d =>
        {
            var n = d.Whole(1, 4);
            return Of(d, BatchNorm3d(n), RecordedOptions.Of(), d.Tensor(2, n, d.Whole(1, 4), d.Whole(1, 4), d.Whole(1, 4)));
        },
        ["GroupNorm"] = d =>
        {
            var (groups, each) = (d.Whole(1, 4), d.Whole(1, 4));
            var input = d.Tensor(3, groups * each, d.Whole(1, 6), d.Whole(2, 6));
            var shuffled = d.Flag() ? input : input.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
            return Of(d, GroupNorm(groups, groups * each, 1e-5, d.Flag()), RecordedOptions.Of(("num_groups", (double)groups)), shuffled);
        },
        ["InstanceNorm1d"] = d => Of(d, InstanceNorm1d(5, 1e-5, 0.1, d.Flag()), RecordedOptions.Of(), d.Tensor(3, 5, d.Whole(2, 40))),
        ["InstanceNorm2d"] = d => Of(d, InstanceNorm2d(5, 1e-5, 0.1, d.Flag()), RecordedOptions.Of(), d.Tensor(3, 5, d.Whole(2, 9), d.Whole(1, 9))),
        ["ReLU"] = d => Of(d, ReLU(), RecordedOptions.Of(), d.Tensor(50, 4)),
        ["ReLU6"] = d => Of(d, ReLU6(), RecordedOptions.Of(), d.Tensor(50, 4)),
        ["LeakyReLU"] = d =>
        {
            var slope = d.OneOf(0.01, 0.2, 0.37);
            return Of(d, LeakyReLU(slope), RecordedOptions.Of(("negative_slope", slope)), d.Tensor(50, 4));
        },
        ["PReLU"] = d =>
        {
            var n = d.Whole(1, 5);
            return Of(d, PReLU(n), RecordedOptions.Of(), d.OneOf(d.Tensor(30, n), d.Tensor(4, n, 6)));
        },
        ["RReLU"] = d =>
        {
            var module = RReLU(0.1, 0.3);
            module.eval();
            return Of(d, module, RecordedOptions.Of(("lower", 0.1), ("upper", 0.3)), d.Tensor(50, 4));
        },
        ["ELU"] = d => WithNumber(d, "alpha", a => ELU(a)),
        ["CELU"] = d => WithNumber(d, "alpha", a => CELU(a)),
        ["SELU"] = d => Of(d, SELU(), RecordedOptions.Of(), d.Tensor(50, 4)),
        ["GELU"] = d => Of(d, GELU(), RecordedOptions.Of(), d.Tensor(50, 4)),
        ["GELU tanh"] = d =>
            Named(
                "GELU",
                RecordedOptions.Of(("approximate", "tanh")),
                x => functional.gelu(x[0], TorchSharp.Modules.GELU.Approximate.tanh),
                null,
                d.Tensor(50, 4)
            ),
        ["SiLU"] = d => Of(d, SiLU(), RecordedOptions.Of(), d.Tensor(50, 4)),
        ["Mish"] = d => Of(d, Mish(), RecordedOptions.Of(), d.Tensor(50, 4)),
        ["Sigmoid"] = d => Of(d, Sigmoid(), RecordedOptions.Of(), d.Tensor(50, 4)),
        ["Tanh"] = d => Of(d, Tanh(), RecordedOptions.Of(), d.Tensor(50, 4)),
        ["Tanhshrink"] = d => Of(d, Tanhshrink(), RecordedOptions.Of(), d.Tensor(50, 4)),
        ["Softplus"] = d =>
        {
            var beta = d.OneOf(1, 2, 0.7);
            return Of(d, Softplus(beta, 20), RecordedOptions.Of(("beta", beta), ("threshold", 20.0)), d.Tensor(50, 4));
        },
        ["Softsign"] = d => Of(d, Softsign(), RecordedOptions.Of(), d.Tensor(50, 4)),
        ["Softshrink"] = d => WithNumber(d, "lambd", a => Softshrink(a)),
        ["Hardshrink"] = d => WithNumber(d, "lambd", a => Hardshrink(a)),
        ["Hardsigmoid"] = d => Of(d, Hardsigmoid(), RecordedOptions.Of(), d.Tensor(50, 4)),
        ["Hardswish"] = d => Of(d, Hardswish(), RecordedOptions.Of(), d.Tensor(50, 4)),
        ["Hardtanh"] = d =>
            Named("Hardtanh", RecordedOptions.Of(("min_val", -0.3), ("max_val", 0.7)), x => x[0].clone().hardtanh_(-0.3, 0.7), null, d.Tensor(50, 4)),
        ["Threshold"] = d => Of(d, Threshold(0.1, -3), RecordedOptions.Of(("threshold", 0.1), ("value", -3.0)), d.Tensor(50, 4)),
        ["LogSigmoid"] = d => Of(d, LogSigmoid(), RecordedOptions.Of(), d.Tensor(50, 4)),
        ["GLU"] = d => Of(d, GLU(1), RecordedOptions.Of(("dim", 1.0)), d.Tensor(20, 6)),
        ["Softmax"] = d => Over(d, dim => Softmax(dim)),
        ["Softmin"] = d => Over(d, dim => Softmin(dim)),
        ["LogSoftmax"] = d => Over(d, dim => LogSoftmax(dim)),
        ["Softmax2d"] = d => Of(d, Softmax2d(), RecordedOptions.Of(), d.Tensor(2, 7, 3, 3)),
        ["Upsample"] = d =>
            Of(
                d,
                Upsample(scale_factor: [2.0, 3.0]),
                RecordedOptions.Of(("scale_factor", new[] { 2.0, 3.0 })),
                d.Tensor(2, 3, d.Whole(1, 5), d.Whole(1, 5))
            ),
    };

    static ModuleBoundsTests() => Drawn.Load();

    public static TheoryData<string> Kinds => [.. s_kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whatever_PyTorchs_own_module_computes_is_within_the_bounds(string kind)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var d = new Drawn(11, i);
            if (i % 5 == 4)
                d.Type = ScalarType.Float16;
            var complaints = s_kinds[kind](d).Complaints();
            Assert.True(complaints.Count == 0, $"draw {i}: {string.Join("; ", complaints)}");
        }
    }

    /// <summary>A random call of a kind.</summary>
    internal static Computed Draw(string kind, Drawn d) => s_kinds[kind](d);

    private static Computed Of(Drawn d, Module<Tensor, Tensor> module, RecordedOptions options, Tensor input)
    {
        d.Prepared(module);
        return Computed.By(module, x => [module.call(x[0])], options, input);
    }

    private static Computed Named(string kind, RecordedOptions options, Func<IReadOnlyList<Tensor>, Tensor> forward, Parameter? weight, Tensor input)
    {
        return Computed.By(kind, weight is null ? null : new Holder(weight), x => [forward(x)], options, input);
    }

    private static Computed WithNumber(Drawn d, string option, Func<double, Module<Tensor, Tensor>> module)
    {
        var number = d.OneOf(1, 0.5, 0.3, 1.7);
        return Of(d, module(number), RecordedOptions.Of((option, number)), d.Tensor(50, 4));
    }

    private static Computed Over(Drawn d, Func<long, Module<Tensor, Tensor>> module)
    {
        var dim = d.Whole(0, 2);
        return Of(d, module(dim), RecordedOptions.Of(("dim", (double)dim)), d.Tensor(d.Whole(1, 5), d.Whole(1, 40), d.Whole(1, 70)));
    }

    private static Tensor RmsNorm(Tensor x, Tensor? weight, double eps)
    {
        var y = x * rsqrt(x.square().mean([-1], keepdim: true) + eps);
        return weight is null ? y : y * weight;
    }

    private sealed class Holder : Module
    {
        private readonly Parameter _weight;

        internal Holder(Parameter weight)
            : base("RMSNorm")
        {
            _weight = weight;
            register_parameter("weight", _weight);
        }
    }
}
