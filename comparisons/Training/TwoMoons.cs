using Micrograd.Parity.Training;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>
/// micrograd's demo, from seed 1337 alone: 100 points of two moons, MLP(2, [16, 16, 1]) with ReLU and a linear last layer, 337 parameters,
/// the mean max-margin loss and L2 regularisation, gradient descent whose rate falls from 1 to 0.1.
/// </summary>
internal static class TwoMoons
{
    private const int Steps = 100;
    private const double Strength = 1e-4;

    private static readonly Dataset s_data = Moons.Make(100, noise: 0.1, new NumpyRandom(1337));
    private static readonly double[] s_labels = Array.ConvertAll(s_data.Targets.ToArray(), t => 2 * t - 1);
    private static readonly double[][] s_points = [.. SampleData.Of(s_data)];
    private static readonly double[] s_rows = [.. s_points.SelectMany(point => point)];

    public static IReadOnlyList<TrainingRun> All { get; } =
    [
        Run("two moons", batch: false) with
        {
            UsualSteps = 10,
            BriefSteps = 6, // a step takes PyTorch as long as hundreds of the other runs' steps
            Source = SourceMethods.OfThisFile(),
            Decision = new DecisionProblem(new Dataset(2, s_data.Inputs.ToArray(), s_labels), Threshold: 0),
            Figures =
            [
                TrainingFigure.Loss(0, "0.8958441028683222"),
                Accuracy(0, "50"),
                TrainingFigure.Loss(1, "1.7235905336972022"),
                Accuracy(1, "81"),
                TrainingFigure.Loss(2, "0.7429006313851131"),
                TrainingFigure.Loss(3, "0.7705641260584198"),
                TrainingFigure.Loss(40, "0.0601600990"),
                Accuracy(40, "100"),
                TrainingFigure.Loss(99, "0.010978370135492717"),
            ],
            Note = "The figures that micrograd's own demo prints. Its Python needs minutes for these 100 steps.",
        },
        Run("two moons in a batch", batch: true) with
        {
            UsualSteps = 2,
            Mirrors = [MirrorKind.ZeroDim],
            Note = "The same training with all points computed side by side.",
        },
    ];

    private static TrainingRun Run(string name, bool batch) =>
        new(
            name,
            Steps,
            () => Ours(batch),
            (layout, start) => TorchTraining.ZeroDim(layout, start, ZeroDim),
            (layout, start) => TorchTraining.OfModule(layout, start, Modules)
        )
        {
            Setup = "network 2 → 16 relu → 16 relu → 1; data two moons; loss hinge + L2; optimizer sgd, its rate falling from 1 to 0.1",
        };

    private static TrainingFigure Accuracy(int step, string percent) =>
        new(step, "accuracy in percent", percent, s => 100.0 * s.Outputs.Zip(s_labels, (o, y) => o > 0 == y > 0 ? 1 : 0).Sum() / s_labels.Length);

    private static MicrogradTraining Ours(bool batch) =>
        new(() =>
        {
            var model = new Mlp(2, [16, 16, 1], Activation.Relu, Activation.Linear, init: Initializer.Uniform(new PythonRandom(1337)));
            var optimizer = new Sgd(model.Parameters, 1.0);
            var schedule = new LinearDecay(optimizer, drop: 0.9, epochs: Steps);
            return new OursRun(model, optimizer, step =>
            {
                var scores = batch ? model.ForwardBatch(s_rows) : Array.ConvertAll(s_points, x => model.Forward(SampleData.Ours(x))[0]);
                var loss = Loss.Hinge(scores, s_labels) + Loss.L2(model.Parameters, Strength);
                model.ZeroGrad();
                loss.Backward();
                step.Backward(scores, loss);
                optimizer.Step();
                schedule.Step();
            });
        });

    private static TheirRun ZeroDim(ZeroDimParameters parameters)
    {
        var relus = ZeroDimMlp.Each(x => x.relu());
        var model = new ZeroDimMlp(parameters, [2, 16, 16, 1], [relus, relus, null]);
        var optimizer = optim.SGD(parameters.All, 1.0);
        var rate = optimizer.ParamGroups.First();
        var points = SampleData.ZeroDim(s_points);
        return new TheirRun(optimizer, step =>
        {
            var scores = Array.ConvertAll(points, x => model.Forward(x)[0]);
            var losses = scores.Zip(s_labels, (score, y) => (1 - y * score).relu());
            var loss =
                losses.Aggregate((sum, l) => sum + l) / scores.Length
                + Strength * parameters.All.Select(p => p * p).Aggregate((sum, square) => sum + square);
            parameters.ZeroGrad();
            loss.backward();
            rate.LearningRate = 1.0 - 0.9 * step.Number / Steps;
            step.Backward(scores, loss);
            optimizer.step();
        }) { Forward = x => model.Forward(SampleData.ZeroDim(x)) };
    }

    private static TheirRun Modules()
    {
        var model = nn.Sequential(
            nn.Linear(2, 16, dtype: float64),
            nn.ReLU(),
            nn.Linear(16, 16, dtype: float64),
            nn.ReLU(),
            nn.Linear(16, 1, dtype: float64)
        );
        var optimizer = optim.SGD(model.parameters(), 1.0);
        var schedule = optim.lr_scheduler.LambdaLR(optimizer, k => 1.0 - 0.9 * k / Steps);
        var (x, y) = (SampleData.Rows(s_points), SampleData.Column(s_labels));
        return new TheirRun(model, optimizer, step =>
        {
            var scores = model.forward(x);
            var loss = (1 - y * scores).relu().mean() + Strength * model.parameters().Select(p => p.pow(2).sum()).Aggregate((a, b) => a + b);
            optimizer.zero_grad();
            loss.backward();
            step.Backward(scores, loss);
            optimizer.step();
            schedule.step();
        });
    }
}
