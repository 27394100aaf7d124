using Micrograd.Parity.Training;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>
/// The lecture's first network: MLP(3, [4, 4, 1]) with tanh everywhere, 41 parameters, on four points, full batch, the sum of squared
/// errors, gradient descent.
/// </summary>
internal static class FourPoints
{
    private static readonly double[][] Xs =
    [
        [2, 3, -1],
        [3, -1, 0.5],
        [0.5, 1, 1],
        [1, 1, -1],
    ];
    private static readonly double[] Ys = [1, -1, -1, 1];
    private static readonly double[] s_rows = [.. Xs.SelectMany(x => x)];

    public static IReadOnlyList<TrainingRun> All { get; } =
    [
        Run("four points, lr 0.1, 20 steps", 0.1, 20),
        Run("four points, lr 0.05, 25 steps", 0.05, 25),
        Run("four points, lr 0.04, 25 steps", 0.04, 25),
        Run("four points, lr 0.1, 200 steps", 0.1, 200) with
        {
            LossBelow = 0.005,
        },
        Run("four points, lr 0.05, 200 steps", 0.05, 200) with
        {
            LossBelow = 0.005,
        },
        Run("four points in a batch, lr 0.1, 20 steps", 0.1, 20, batch: true) with
        {
            Mirrors = [MirrorKind.ZeroDim],
            Note = "The engine computes the points side by side; the mirror, as ever, one after the other.",
        },
        Run("four points, gradients never cleared", 0.01, 25, clears: false) with
        {
            Note = "The lecture's best-known mistake: without zero_grad each step goes by the sum of all gradients so far. Both sides make it alike.",
        },
    ];

    private static TrainingRun Run(string name, double lr, int steps, bool clears = true, bool batch = false) =>
        new(
            name,
            steps,
            () => Ours(lr, clears, batch),
            (layout, start) => TorchTraining.ZeroDim(layout, start, p => ZeroDim(p, lr, clears)),
            (layout, start) => TorchTraining.OfModule(layout, start, () => Modules(lr, clears))
        )
        {
            Setup = FormattableString.Invariant(
                $"network 3 → 4 tanh → 4 tanh → 1 tanh; data four points; loss the sum of squared errors; optimizer sgd (lr {lr})"
            ),
            AccumulatesGradients = !clears,
            Source = SourceMethods.OfThisFile(),
        };

    private static MicrogradTraining Ours(double lr, bool clears, bool batch) =>
        new(() =>
        {
            var model = new Mlp(3, [4, 4, 1], Activation.Tanh, Activation.Tanh, init: Initializer.Uniform(new PythonRandom(1337), bias: true));
            var optimizer = new Sgd(model.Parameters, lr);
            return new OursRun(model, optimizer, step =>
            {
                var outputs = batch ? model.ForwardBatch(s_rows) : Array.ConvertAll(Xs, x => model.Forward(SampleData.Ours(x))[0]);
                var loss = Loss.SquaredError(outputs, Ys, Reduction.Sum);
                if (clears)
                    model.ZeroGrad();
                loss.Backward();
                step.Backward(outputs, loss);
                optimizer.Step();
            });
        });

    private static TheirRun ZeroDim(ZeroDimParameters parameters, double lr, bool clears)
    {
        var tanhs = ZeroDimMlp.Each(x => x.tanh());
        var model = new ZeroDimMlp(parameters, [3, 4, 4, 1], [tanhs, tanhs, tanhs]);
        var optimizer = optim.SGD(parameters.All, lr);
        var (xs, ys) = (SampleData.ZeroDim(Xs), SampleData.ZeroDim(Ys));
        return new TheirRun(optimizer, step =>
        {
            var outputs = Array.ConvertAll(xs, x => model.Forward(x)[0]);
            var loss = outputs.Zip(ys, (o, y) => (o - y).pow(2)).Aggregate((sum, error) => sum + error);
            if (clears)
                parameters.ZeroGrad();
            loss.backward();
            step.Backward(outputs, loss);
            optimizer.step();
        });
    }

    private static TheirRun Modules(double lr, bool clears)
    {
        var model = nn.Sequential(
            nn.Linear(3, 4, dtype: float64),
            nn.Tanh(),
            nn.Linear(4, 4, dtype: float64),
            nn.Tanh(),
            nn.Linear(4, 1, dtype: float64),
            nn.Tanh()
        );
        var optimizer = optim.SGD(model.parameters(), lr);
        var (x, y) = (SampleData.Rows(Xs), SampleData.Column(Ys));
        return new TheirRun(model, optimizer, step =>
        {
            var outputs = model.forward(x);
            var loss = nn.functional.mse_loss(outputs, y, nn.Reduction.Sum);
            if (clears)
                model.zero_grad();
            loss.backward();
            step.Backward(outputs, loss);
            optimizer.step();
        });
    }
}
