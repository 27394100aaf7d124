using System.Globalization;
using System.Reflection;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Recomputing;

[Trait("Speed", "slow")]
public sealed class OptimizerBoundsTests
{
    private const int Draws = 30;
    private const int Steps = 12;

    static OptimizerBoundsTests() => Drawn.Load();

    public static TheoryData<string> Kinds => [.. KnownOptimizers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whatever_TorchSharps_optimizer_does_is_within_the_bounds(string kind)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var d = new Drawn(15, i);
            d.Type = d.OneOf(ScalarType.Float32, ScalarType.Float64);
            var complaint = DrawnOptimizer.Of(kind, d).Complaint(d, Steps);
            Assert.True(complaint is null, $"draw {i}: {complaint}");
        }
    }
}

/// <summary>An optimizer of TorchSharp's with random options, which are PyTorch's too.</summary>
internal sealed record DrawnOptimizer(string Kind, RecordedOptions Options, Func<Parameter, optim.Optimizer> Make)
{
    internal static DrawnOptimizer Of(string kind, Drawn d)
    {
        var (lr, decay, maximize) = (d.OneOf(0.1, 0.003, 0.02), d.OneOf(0, 0, 0.1), d.OneOf(false, false, true));
        var (beta1, beta2, eps) = (d.OneOf(0.9, 0.8), d.OneOf(0.999, 0.95), d.OneOf(1e-8, 1e-3));
        var all = RecordedOptions.Of(("lr", lr), ("weight_decay", decay));
        var adam = all.With("betas", new[] { beta1, beta2 }).With("eps", eps);
        switch (kind)
        {
            case "SGD":
                var (momentum, dampening, nesterov) = (d.OneOf(0, 0.9), d.OneOf(0, 0.3), d.Flag());
                (dampening, nesterov) =
                    momentum == 0 ? (0, false)
                    : nesterov ? (0, true)
                    : (dampening, false);
                // TorchSharp climbs at the end: the weight decay too, and with a buffer of the other sign.
                return new(
                    kind,
                    all.With("momentum", momentum)
                        .With("dampening", dampening)
                        .With("nesterov", nesterov)
                        .With("maximize", maximize)
                        .With("~climbs last", maximize),
                    p => optim.SGD([p], lr, momentum, dampening, decay, nesterov, maximize)
                );
            case "Adam":
                var amsgrad = d.Flag();
                return new(kind, adam.With("amsgrad", amsgrad).With("maximize", maximize), p =>
                    optim.Adam([p], lr, beta1, beta2, eps, decay, amsgrad, maximize)
                );
            case "AdamW":
                var greater = d.Flag();
                return new(kind, adam.With("amsgrad", greater).With("maximize", maximize), p =>
                    optim.AdamW([p], lr, beta1, beta2, eps, decay, greater, maximize)
                );
            case "NAdam":
                return new(kind, adam, p => optim.NAdam([p], lr, beta1, beta2, eps, decay));
            case "RAdam":
                // TorchSharp multiplies by the rate twice, once the variance is rectified.
                return new(kind, adam.With("~rate twice", true), p => optim.RAdam([p], lr, beta1, beta2, eps, decay));
            case "Adamax":
                return new(kind, adam, p => optim.Adamax([p], lr, beta1, beta2, eps, decay));
            case "Adagrad":
                var (slower, initial) = (d.OneOf(0, 0.1), d.OneOf(0, 0.5));
                return new(kind, all.With("lr_decay", slower).With("initial_accumulator_value", initial).With("eps", eps), p =>
                    optim.Adagrad([p], lr, slower, decay, initial, eps)
                );
            case "Adadelta":
                return new(kind, all.With("rho", beta1).With("eps", eps).With("maximize", maximize), p =>
                    optim.Adadelta([p], lr, beta1, eps, decay, maximize)
                );
            case "RMSprop":
                var (centered, buffered) = (d.Flag(), d.OneOf(0, 0.9));
                return new(
                    kind,
                    all.With("alpha", beta1).With("eps", eps).With("momentum", buffered).With("centered", centered).With("maximize", maximize),
                    p => optim.RMSProp([p], lr, beta1, eps, decay, buffered, centered, maximize)
                );
            case "ASGD":
                var (lambda, t0) = (d.OneOf(1e-4, 0.1), d.OneOf(1e6, 3));
                return new(kind, all.With("lambd", lambda).With("alpha", 0.75).With("t0", t0).With("maximize", maximize), p =>
                    optim.ASGD([p], lr, lambda, 0.75, t0, decay, maximize)
                );
            default:
                return new(kind, RecordedOptions.Of(("lr", lr), ("maximize", maximize)), p => optim.Rprop([p], lr, maximize: maximize));
        }
    }

    /// <summary>The first step whose parameter or state is not within the bounds; null if all are.</summary>
    internal string? Complaint(Drawn d, int steps)
    {
        var parameter = new Parameter(d.Tensor(3, 4).detach().clone());
        var optimizer = Make(parameter);
        for (var step = 0; step < steps; step++)
        {
            var gradient = d.OneOf(d.Tensor(3, 4), zeros(3, 4, d.Type));
            parameter.grad = gradient.clone();
            var before = new OptimizerCall(Kind, Options, step, parameter.detach().clone(), gradient, State(optimizer, step == 0));
            optimizer.step();
            var known = KnownOptimizers.Step(before)!;
            if (!known.Parameter.Admits(parameter))
            {
                var distance = (parameter.to(ScalarType.Float64) - known.Parameter.Exact).abs();
                return $"step {step}: {distance.max().ToDouble():g3}, bound {known.Parameter.Bound.max().ToDouble():g3} ({d.Type})";
            }

            foreach (var (name, state) in State(optimizer, false))
            {
                // TorchSharp's Adadelta does not count.
                if (Kind == "Adadelta" && name == "step")
                    continue;
                if (!known.State.TryGetValue(name, out var expected) && name is "momentum_buffer" or "grad_avg")
                    continue;
                if (expected is null)
                    return $"step {step}: no {name}";
                if (!expected.Admits(state.reshape(expected.Exact.shape)))
                    return $"step {step}: {name} {state.flatten()[0].ToDouble()}, not {expected.Exact.flatten()[0].ToDouble()}";
            }
        }

        return null;
    }

    /// <summary>TorchSharp's state under PyTorch's names; none before the first step.</summary>
    internal static Dictionary<string, Tensor> State(optim.Optimizer optimizer, bool isFirst)
    {
        var state = ((OptimizerHelper)optimizer).state_dict().State[0];
        var fields = state.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance);
        var values = fields.Where(f => f.GetValue(state) is not null).ToDictionary(f => f.Name, f => f.GetValue(state)!);
        return isFirst && !values.ContainsKey("sum")
            ? []
            : values.ToDictionary(
                v => v.Key,
                v => (v.Value as Tensor)?.clone() ?? tensor(Convert.ToDouble(v.Value, CultureInfo.InvariantCulture), ScalarType.Float64)
            );
    }
}
