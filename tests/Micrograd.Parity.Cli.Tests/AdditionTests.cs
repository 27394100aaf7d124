using System.Runtime.Versioning;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>What CONTRIBUTING says one writes to add something, carried out on a copy of the repository.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class AdditionTests : IDisposable
{
    private readonly RepositoryCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public void A_loss_an_optimizer_an_activation_a_program_and_a_training_are_compared_as_soon_as_they_are_written()
    {
        _copy.CopyAll();

        // A loss: the engine's, and a row.
        _copy.Write(
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
        _copy.AddRow(
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
        _copy.Write(
            "src/Micrograd/Optimizers/Adadelta.cs",
            """
            namespace Micrograd;

            /// <summary>Adadelta (Zeiler 2012). State: <c>square_avg</c> and <c>acc_delta</c>.</summary>
            public sealed class Adadelta : Optimizer
            {
                /// <summary>Makes the optimizer.</summary>
                public Adadelta(IEnumerable<Value> parameters, double learningRate = 1, double rho = 0.9, double epsilon = 1e-6)
                    : base(parameters, learningRate, count => new AdadeltaRule(count, rho, epsilon)) { }
            }

            internal sealed class AdadeltaRule : UpdateRule
            {
                private readonly (double Rho, double Epsilon) _settings;
                private readonly OptimizerState _square;
                private readonly OptimizerState _delta;

                internal AdadeltaRule(int parameters, double rho, double epsilon)
                    : base(parameters)
                {
                    _settings = (Require.Fraction(rho), Require.NotNegative(epsilon));
                    (_square, _delta) = (Remember("square_avg"), Remember("acc_delta"));
                }

                internal override void Update(int index, int step, double rate, ref double parameter, double gradient)
                {
                    var (functions, (rho, epsilon)) = (ElementaryFunctions.Current, _settings);
                    ref var square = ref _square[index];
                    ref var delta = ref _delta[index];
                    square = functions.MultiplyAdd((1 - rho) * gradient, gradient, square * rho);
                    var change = functions.Sqrt(delta + epsilon) / functions.Sqrt(square + epsilon) * gradient;
                    delta = functions.MultiplyAdd((1 - rho) * change, change, delta * rho);
                    parameter = functions.MultiplyAdd(-rate, change, parameter);
                }
            }
            """
        );
        _copy.AddRow(
            "comparisons/Training/Parts/Optimizers.cs",
            """
                    new(
                        "adadelta",
                        [Setting.Rate(1), Setting.Fraction("rho", 0.9, "decay of the means"), Setting.Epsilon(1e-6)],
                        (p, c) => new Adadelta(p, c["lr"], c["rho"], c["eps"]),
                        (p, c) => optim.Adadelta(p, c["lr"], c["rho"], c["eps"]),
                        u =>
                        {
                            var square = MeanSquare(u, "square_avg", u["rho"], u.Gradient);
                            Term change = 0;
                            u.Keep(
                                "acc_delta",
                                delta =>
                                {
                                    change = (delta + u["eps"]).Sqrt() / (square + u["eps"]).Sqrt() * u.Gradient;
                                    return Term.MultiplyAdd((1 - u["rho"]) * change, change, delta * u["rho"]).Abs();
                                }
                            );
                            return Term.MultiplyAdd(-u.Rate, change, u.Parameter);
                        }
                    ),
            """
        );

        // An activation: a member of the engine's enumeration with what it stands for, and a row.
        _copy.Replace(
            "src/Micrograd/Nn/Activation.cs",
            "    /// <summary><see cref=\"Value.LeakyRelu\"/>",
            "    /// <summary><see cref=\"Value.Relu6\"/>.</summary>\n    Relu6,\n\n    /// <summary><see cref=\"Value.LeakyRelu\"/>"
        );
        _copy.Replace(
            "src/Micrograd/Nn/ActivationExtensions.cs",
            "            Activation.LeakyRelu => x.LeakyRelu(),",
            "            Activation.Relu6 => x.Relu6(),\n            Activation.LeakyRelu => x.LeakyRelu(),"
        );
        _copy.AddRow("comparisons/Training/Parts/Activations.cs", """        new("relu6", Activation.Relu6, () => nn.ReLU6()),""");

        // A program.
        _copy.AddRow(
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
        _copy.Write(
            "mine.json",
            """
            {
              "sizes": [2, 6, 1], "activations": ["relu6", "linear"], "data": { "kind": "xor", "signed": true },
              "loss": "soft_margin_loss", "optimizer": { "kind": "adadelta", "lr": 0.5 }, "steps": 40
            }
            """
        );

        _copy.Build(restores: true);
        var training = _copy.Run("train", "mine.json");
        Assert.True(training.Status == 0, training.Out + training.Error);
        Assert.Contains(training.Lines, l => l.Contains("same bits", StringComparison.Ordinal));
        var program = _copy.Run("run", "a copy's own");
        Assert.True(program.Status == 0, program.Out + program.Error);
        Assert.Contains(program.Lines, l =>
            l.Contains("a copy's own", StringComparison.Ordinal) && l.Contains("same bits", StringComparison.Ordinal)
        );

        // The trace of another engine is judged by the same rows.
        var recorded = _copy.Run("record", "mine.json", "--out", "mine.jsonl");
        Assert.True(recorded.Status == 0, recorded.Out + recorded.Error);
        var check = _copy.Run("check", "mine.jsonl");
        Assert.True(check.Status == 0, check.Out + check.Error);
    }
}
