using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Training;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>The optimizers: both sides, every setting stated, and the update in PyTorch's order of operations.</summary>
internal static class Optimizers
{
    private static readonly SettingRule[] s_adam =
    [
        Setting.Rate(1e-3),
        Setting.Fraction("beta1", 0.9, "decay rate of the first moment (running mean of gradients)"),
        Setting.Fraction("beta2", 0.999, "decay rate of the second moment (running mean of squared gradients)"),
        Setting.Epsilon(1e-8),
        Setting.WeightDecay,
        Setting.Flag("amsgrad", "use the maximum of all second moments so far"),
    ];

    internal static IReadOnlyList<OptimizerRow> Rows { get; } =
    [
        new(
            "sgd",
            [
                Setting.Rate(null),
                Setting.Momentum,
                Setting.Any("dampening", 0, "dampening of the momentum"),
                Setting.WeightDecay,
                Setting.Flag("nesterov", "use Nesterov momentum"),
            ],
            (p, c) => new Sgd(p, c["lr"], c["momentum"], c["dampening"], c["weight_decay"], c.Flag("nesterov")),
            (p, c) => optim.SGD(p, c["lr"], c["momentum"], c["dampening"], c["weight_decay"], c.Flag("nesterov")),
            u => Term.MultiplyAdd(-u.Rate, Momentum(u, u.DecayedGradient), u.Parameter)
        ),
        new(
            "adam",
            s_adam,
            (p, c) => new Adam(p, c["lr"], c["beta1"], c["beta2"], c["eps"], c["weight_decay"], c.Flag("amsgrad")),
            (p, c) => optim.Adam(p, c["lr"], c["beta1"], c["beta2"], c["eps"], c["weight_decay"], c.Flag("amsgrad")),
            u => u.Parameter + AdamChange(u, u.DecayedGradient)
        ),
        new(
            "adamw",
            [.. s_adam.Select(s => s.Key == "weight_decay" ? s with { Default = 1e-2, Says = "decoupled weight decay" } : s)],
            (p, c) => new AdamW(p, c["lr"], c["beta1"], c["beta2"], c["eps"], c["weight_decay"], c.Flag("amsgrad")),
            (p, c) => optim.AdamW(p, c["lr"], c["beta1"], c["beta2"], c["eps"], c["weight_decay"], c.Flag("amsgrad")),
            u => (u.IsZero("weight_decay") ? u.Parameter : u.Parameter * (1 - u.Rate * u["weight_decay"])) + AdamChange(u, u.Gradient)
        ),
        new(
            "rmsprop",
            [
                Setting.Rate(1e-2),
                Setting.Fraction("alpha", 0.99, "decay rate of the running mean of squared gradients"),
                Setting.Epsilon(1e-8),
                Setting.WeightDecay,
                Setting.Momentum,
                Setting.Flag("centered", "divide by the variance of gradients in place of their mean square"),
            ],
            (p, c) => new RmsProp(p, c["lr"], c["alpha"], c["eps"], c["weight_decay"], c["momentum"], c.Flag("centered")),
            (p, c) => optim.RMSProp(p, c["lr"], c["alpha"], c["eps"], c["weight_decay"], c["momentum"], c.Flag("centered")),
            RmsPropUpdate
        ),
        new(
            "adagrad",
            [
                Setting.Rate(1e-2),
                Setting.NotNegative("lr_decay", 0, "decay of the learning rate"),
                Setting.WeightDecay,
                Setting.NotNegative("initial_accumulator_value", 0, "initial sum of squared gradients"),
                Setting.Epsilon(1e-10),
            ],
            (p, c) => new Adagrad(p, c["lr"], c["lr_decay"], c["weight_decay"], c["initial_accumulator_value"], c["eps"]),
            (p, c) => optim.Adagrad(p, c["lr"], c["lr_decay"], c["weight_decay"], c["initial_accumulator_value"], c["eps"]),
            AdagradUpdate
        ),
    ];

    private static Term Momentum(UpdateTerms u, Term gradient)
    {
        if (u.IsZero("momentum"))
            return gradient;
        var buffer = u.Keep("momentum_buffer", b =>
            Term.If(u.Step.Is(1), gradient, Term.MultiplyAdd(1 - u["dampening"], gradient, b * u["momentum"]))
        );
        return u.Flag("nesterov") ? Term.MultiplyAdd(u["momentum"], buffer, gradient) : buffer;
    }

    private static Term AdamChange(UpdateTerms u, Term gradient)
    {
        var mean = Mean(u, "exp_avg", u["beta1"], gradient);
        var square = MeanSquare(u, "exp_avg_sq", u["beta2"], gradient);
        if (u.Flag("amsgrad"))
            square = u.Keep("max_exp_avg_sq", greatest => Term.If((greatest < square) | square.IsNaN, square, greatest));
        var divisor = square.Sqrt() / Term.OfC(Primitive.Sqrt, Correction(u, "beta2")) + u["eps"];
        return -(u.Rate / Correction(u, "beta1")) * mean / divisor;
    }

    private static Term RmsPropUpdate(UpdateTerms u)
    {
        var gradient = u.DecayedGradient;
        var square = MeanSquare(u, "square_avg", u["alpha"], gradient);
        if (u.Flag("centered"))
        {
            var mean = Mean(u, "grad_avg", u["alpha"], gradient);
            square = Term.MultiplyAdd(-mean, mean, square);
        }

        var divisor = square.Sqrt() + u["eps"];
        if (u.IsZero("momentum"))
            return u.Parameter + -u.Rate * gradient / divisor;
        var buffer = u.Keep("momentum_buffer", b => b * u["momentum"] + gradient / divisor);
        return Term.MultiplyAdd(-u.Rate, buffer, u.Parameter);
    }

    private static Term AdagradUpdate(UpdateTerms u)
    {
        var gradient = u.DecayedGradient;
        var rate = u.Rate / (1 + (u.Step - 1) * u["lr_decay"]);
        var sum = u.Keep("sum", s => Term.MultiplyAdd(gradient, gradient, s).Abs(), initial: "initial_accumulator_value");
        return u.Parameter + -rate * gradient / (sum.Sqrt() + u["eps"]);
    }

    private static Term Mean(UpdateTerms u, string name, Term kept, Term number) =>
        u.Keep(name, mean => Term.MultiplyAdd(1 - kept, number, mean * kept));

    /// <summary>A mean of squares is positive, which its factors in intervals do not tell.</summary>
    private static Term MeanSquare(UpdateTerms u, string name, Term kept, Term number) =>
        u.Keep(name, mean => Term.MultiplyAdd((1 - kept) * number, number, mean * kept).Abs());

    private static Term Correction(UpdateTerms u, string beta) => 1 - u[beta].Pow(u.Step);
}
