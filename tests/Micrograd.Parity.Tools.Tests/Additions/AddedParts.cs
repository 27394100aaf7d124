using System.Runtime.Versioning;

namespace Micrograd.Parity.Tools.Tests.Additions;

/// <summary>A part of each kind that trainings are made of, a program, and a training with all of them.</summary>
[UnsupportedOSPlatform("windows")]
internal static class AddedParts
{
    internal static void Add(RepositoryCopy copy)
    {
        // A loss: the engine's, and a row.
        copy.Write(
            "src/Micrograd/Losses/Loss.SoftMargin.cs",
            """
            namespace Micrograd;

            public static partial class Loss
            {
                /// <summary>log(1 + e^(−target · output)), for targets of −1 and 1.</summary>
                public static Value SoftMargin(ReadOnlySpan<Value> outputs, ReadOnlySpan<double> targets, Reduction reduction = Reduction.Mean)
                {
                    CheckTargets(outputs.Length, targets.Length);
                    var losses = default(Fold);
                    for (var i = 0; i < outputs.Length; i++)
                        losses.Add((-targets[i] * outputs[i]).Exp().Log1p());
                    return losses.Reduce(reduction);
                }
            }
            """
        );
        copy.AddRow(
            "comparisons/Training/Parts/Losses.cs",
            """
                    LossRow.Each(
                        "soft_margin_loss",
                        [],
                        (o, d, c) => Loss.SoftMargin(o, d.Targets, Ours(c)),
                        (o, y, c) => (-y * o).Apply("exp").Apply("log1p"),
                        (o, d, c) => F.soft_margin_loss(o, Targets(d), Theirs(c))
                    ),
            """
        );

        // An optimizer: the engine's, and a row.
        copy.Write(
            "src/Micrograd/Optimizers/Adamax.cs",
            """
            namespace Micrograd;

            /// <summary>Adamax (Kingma and Ba 2014, 7.1). State: <c>exp_avg</c> and <c>exp_inf</c>.</summary>
            public sealed class Adamax : Optimizer
            {
                /// <summary>Makes the optimizer.</summary>
                public Adamax(IEnumerable<Value> parameters, double learningRate = 2e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
                    : base(parameters, learningRate, count => new AdamaxRule(count, beta1, beta2, epsilon)) { }
            }

            internal sealed class AdamaxRule : UpdateRule
            {
                private readonly (double Beta1, double Beta2, double Epsilon) _settings;
                private readonly OptimizerState _mean;
                private readonly OptimizerState _greatest;

                internal AdamaxRule(int parameters, double beta1, double beta2, double epsilon)
                    : base(parameters)
                {
                    _settings = (Require.Fraction(beta1), Require.Fraction(beta2), Require.NotNegative(epsilon));
                    (_mean, _greatest) = (Remember("exp_avg"), Remember("exp_inf"));
                }

                internal override void Update(int index, int step, double rate, ref double parameter, double gradient)
                {
                    var (beta1, beta2, epsilon) = _settings;
                    ref var mean = ref _mean[index];
                    ref var greatest = ref _greatest[index];
                    mean = ElementaryFunctions.Current.MultiplyAdd(Parts.Fresh(beta1), gradient, mean * beta1);
                    greatest = Math.Max(greatest * beta2, Math.Abs(gradient) + epsilon);
                    parameter += -(rate / Parts.Correction(beta1, step, 1)) * mean / greatest;
                }
            }
            """
        );
        copy.AddRow(
            "comparisons/Training/Parts/Optimizers.cs",
            """
                    new(
                        "adamax",
                        [
                            Setting.Rate(2e-3),
                            Setting.Fraction("beta1", 0.9, "decay of the gradient's mean"),
                            Setting.Fraction("beta2", 0.999, "decay of the greatest gradient"),
                            Setting.Epsilon(1e-8),
                        ],
                        (p, c) => new Adamax(p, c["lr"], c["beta1"], c["beta2"], c["eps"]),
                        (p, c) => optim.Adamax(p, c["lr"], c["beta1"], c["beta2"], c["eps"]),
                        u =>
                        {
                            var mean = Mean(u, "exp_avg", u["beta1"], u.Gradient);
                            var size = u.Gradient.Abs() + u["eps"];
                            var greatest = u.Keep("exp_inf", before => Term.If(before * u["beta2"] < size, size, before * u["beta2"]));
                            return u.Parameter + -(u.Rate / Correction(u, "beta1")) * mean / greatest;
                        }
                    ),
            """
        );

        // An activation of an op that is there: a row.
        copy.AddRow(
            "comparisons/Training/Parts/LayerActivations.cs",
            """        new("relu6", new Activation("ReLU6", x => x.Relu6()), () => nn.ReLU6()),"""
        );

        // A schedule: the engine's, and a row.
        copy.Write(
            "src/Micrograd/Optimizers/InverseDecay.cs",
            """
            namespace Micrograd;

            /// <summary>The initial rate over the number of the epoch.</summary>
            /// <param name="optimizer">Optimizer whose learning rate is set.</param>
            public sealed class InverseDecay(Optimizer optimizer) : Schedule(optimizer)
            {
                private protected override double Next(double last) => Initial * (1.0 / (1 + Epoch));
            }
            """
        );
        copy.AddRow(
            "comparisons/Training/Parts/Schedules.cs",
            """        new("inverse", [], (o, _) => new InverseDecay(o), (o, _) => optim.lr_scheduler.LambdaLR(o, k => 1.0 / (1 + k)).step),"""
        );

        // A way of clipping: a row.
        copy.AddRow(
            "comparisons/Training/Parts/Clips.cs",
            """
                    new(
                        "sign",
                        [],
                        (p, _) =>
                        {
                            foreach (var x in p)
                                x.Grad = Math.Sign(x.Grad);
                        },
                        (p, _) =>
                        {
                            foreach (var x in p)
                                x.grad = x.grad!.sign();
                        },
                        (g, _, _) => g.Sign()
                    ),
            """
        );

        // An initialization: a row.
        copy.AddRow(
            "comparisons/Training/Parts/Initializers.cs",
            """        new("wide", [], (_, random, _) => Initializer.Uniform(random, -2, 2, bias: true)),"""
        );

        // A program.
        copy.AddRow(
            "comparisons/Programs/Expressions.cs",
            """
                    Define(
                        "a copy's own",
                        p =>
                        {
                            var a = p.Leaf("a", 0.5);
                            return a * a.Tanh() + a.Exp();
                        }
                    ),
            """
        );

        // A training, with all of them.
        copy.Write(
            "mine.json",
            """
            {
              "sizes": [2, 6, 1], "activations": ["relu6", "linear"], "data": { "kind": "xor", "signed": true },
              "loss": "soft_margin_loss", "optimizer": { "kind": "adamax", "lr": 0.05 }, "steps": 20,
              "init": "wide", "schedule": "inverse", "clip": "sign"
            }
            """
        );
    }
}
