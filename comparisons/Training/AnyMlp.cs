using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>Any network that a training file describes, on each side. The parts stand side by side in <c>Parts</c>, the loops here.</summary>
internal static class AnyMlp
{
    /// <summary>The run that a specification describes.</summary>
    /// <exception cref="TrainingFileException">Data and network do not fit, or are too large.</exception>
    public static TrainingRun Run(TrainingSpec spec)
    {
        TrainingSize.Of(spec, DataPart.Count(spec.Data)).DemandRoomForEngine(spec);
        var data = DataPart.Of(spec.Data, spec.Seed);
        DataPart.CheckFit(spec, data);
        var size = TrainingSize.Of(spec, data.Count);
        size.DemandRoomForEngine(spec);
        return new TrainingRun(
            spec.Name,
            spec.Steps,
            () => Ours(spec, data),
            (layout, start) => TorchTraining.ZeroDim(layout, start, p => ZeroDim(p, spec, data)),
            (layout, start) => TorchTraining.OfModule(layout, start, () => Modules(spec, data))
        )
        {
            AccumulatesGradients = !spec.ClearGradients,
            Spec = spec,
            Size = size,
            Setup = spec.Setup,
            Source = SourceText.OfThisFile(),
            Decision = DecisionProblem.Fits(data) ? new DecisionProblem(data, Threshold(spec, data)) : null,
        };
    }

    /// <summary>Runs a specification on the model engine, with the correct rules or with a planted fault.</summary>
    /// <param name="spec">The training run, without the fault.</param>
    /// <param name="layout">The parameters' places.</param>
    /// <param name="start">Their initial numbers.</param>
    /// <param name="model">The rules of the engine.</param>
    /// <param name="loop">The rules of the loop.</param>
    public static ModelTraining Model(TrainingSpec spec, ParameterLayout layout, double[] start, ModelRules model, LoopRules loop)
    {
        var read = loop.Spec(spec);
        var batches = DataPart.Batches(DataPart.Of(read.Data, read.Seed), read.BatchSize, read.Seed);
        return new ModelTraining(read, layout, start, batches, ParitySuite.Default.Ops, AllParts.Default, model, loop);
    }

    /// <summary>Decision threshold of a single output: 0 for a score, else the midpoint of the targets.</summary>
    private static double Threshold(TrainingSpec spec, Dataset data)
    {
        var targets = data.Targets.ToArray();
        return spec.Loss.Kind is "hinge" or "binary_cross_entropy_with_logits" ? 0 : (targets.Min() + targets.Max()) / 2;
    }

    private static OptimizerRow Optimizer(TrainingSpec spec) => (OptimizerRow)spec.Optimizer.Row;

    private static MicrogradTraining Ours(TrainingSpec spec, Dataset data) =>
        new(() =>
        {
            var activations = spec.Activations.Select(a => AllParts.Default.Activation(a).Ours).ToArray();
            var model = new Mlp(spec.Sizes[0], [.. spec.Sizes.Skip(1)], activations, spec.Bias, DataPart.Init(spec.Init, spec.Seed));
            var optimizer = Optimizer(spec).Ours(model.Parameters, spec.Optimizer);
            var schedule = SchedulePart.Of(spec.Schedule).Ours(optimizer);
            var (row, clip, batches) = ((LossRow)spec.Loss.Row, ClipPart.Of(spec.Clip), DataPart.Batches(data, spec.BatchSize, spec.Seed));
            return new OursRun(model, optimizer, step =>
            {
                var batch = batches();
                var outputs = Samples.Of(batch).SelectMany(x => model.Forward(Samples.Ours(x))).ToArray();
                var loss = row.Ours(outputs, batch, spec.Loss);
                step.Fused(loss, row.Kernel(batch, spec.Loss, outputs.Length));
                if (spec.L2 != 0)
                    loss += Loss.L2(model.Parameters, spec.L2);
                if (spec.ClearGradients)
                    model.ZeroGrad();
                loss.Backward();
                step.Backward(outputs, loss);
                if (clip is not null)
                {
                    clip.Ours(model.Parameters);
                    step.Clipped();
                }

                optimizer.Step();
                schedule();
            });
        });

    private static TheirRun ZeroDim(ZeroDimParameters parameters, TrainingSpec spec, Dataset data)
    {
        var model = new ZeroDimMlp(parameters, spec.Sizes, [.. spec.Activations.Select(ZeroDim)]);
        var optimizer = Optimizer(spec).Theirs(parameters.All, spec.Optimizer);
        var schedule = SchedulePart.Of(spec.Schedule).Theirs(optimizer);
        var (clip, batches) = (ClipPart.Of(spec.Clip), DataPart.Batches(data, spec.BatchSize, spec.Seed));
        return new TheirRun(optimizer, step =>
        {
            var batch = batches();
            var outputs = Samples.Of(batch).SelectMany(x => model.Forward(Samples.ZeroDim(x))).ToArray();
            var ops = new TorchOps(ParitySuite.Default.Ops);
            var loss = ops[LossRow.Of(spec.Loss, Array.ConvertAll(outputs, ops.Of), batch)];
            if (spec.L2 != 0)
                loss += spec.L2 * parameters.All.Select(p => p * p).Aggregate((sum, square) => sum + square);
            if (spec.ClearGradients)
                parameters.ZeroGrad();
            loss.backward();
            step.Backward(outputs, loss);
            if (clip is not null)
            {
                clip.Theirs(parameters.All);
                step.Clipped();
            }

            optimizer.step();
            schedule();
        }) { Forward = x => model.Forward(Samples.ZeroDim(x)) };
    }

    /// <summary>An activation on a layer's sums, op by op; null for none, which is no module.</summary>
    private static Func<Tensor[], Tensor[]>? ZeroDim(string activation)
    {
        var row = AllParts.Default.Activation(activation);
        if (row.Module is null)
            return null;
        return sums =>
        {
            var ops = new TorchOps(ParitySuite.Default.Ops);
            return Array.ConvertAll(row.Apply(Array.ConvertAll(sums, ops.Of)), result => ops[result]);
        };
    }

    private static TheirRun Modules(TrainingSpec spec, Dataset data)
    {
        var modules = new List<nn.Module<Tensor, Tensor>>();
        for (var i = 0; i < spec.Activations.Count; i++)
        {
            modules.Add(nn.Linear(spec.Sizes[i], spec.Sizes[i + 1], spec.Bias, dtype: float64));
            if (AllParts.Default.Activation(spec.Activations[i]).Module is { } activation)
                modules.Add(activation());
        }

        var model = nn.Sequential(modules);
        var optimizer = Optimizer(spec).Theirs(model.parameters(), spec.Optimizer);
        var schedule = SchedulePart.Of(spec.Schedule).Theirs(optimizer);
        var (row, clip, batches) = ((LossRow)spec.Loss.Row, ClipPart.Of(spec.Clip), DataPart.Batches(data, spec.BatchSize, spec.Seed));
        return new TheirRun(model, optimizer, step =>
        {
            var batch = batches();
            var outputs = model.forward(tensor(batch.Inputs.ToArray(), float64).reshape(batch.Count, batch.Features));
            var loss = row.Theirs(outputs, batch, spec.Loss);
            if (spec.L2 != 0)
                loss += spec.L2 * model.parameters().Select(p => p.pow(2).sum()).Aggregate((sum, square) => sum + square);
            if (spec.ClearGradients)
                model.zero_grad();
            loss.backward();
            step.Backward(outputs, loss);
            if (clip is not null)
            {
                clip.Theirs([.. model.parameters()]);
                step.Clipped();
            }

            optimizer.step();
            schedule();
        });
    }
}
