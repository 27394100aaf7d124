using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>Any network that a training file describes, on each side. The parts stand side by side in <c>Parts</c>, the loops here.</summary>
internal static class AnyMlp
{
    /// <summary>The run that a specification describes.</summary>
    /// <exception cref="TrainingFileException">Data and network do not fit, or are too large.</exception>
    public static TrainingRun Run(TrainingSpec spec)
    {
        TrainingSize.Measure(spec, ((DataRow)spec.Data.Row).Count(spec.Data)).DemandRoomForEngine(spec);
        var data = DataPart.Create(spec);
        DataPart.CheckFit(spec, data);
        var size = TrainingSize.Measure(spec, data.Count);
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
            SamplesOf = step => DataPart.CountOf(step, data, spec),
            Size = size,
            Setup = spec.Setup,
            Source = SourceMethods.OfThisFile(),
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
        var batches = DataPart.Batches(DataPart.Create(read), read);
        return new ModelTraining(read, layout, start, batches, ParitySuite.Default.Ops, AllParts.Default, model, loop);
    }

    /// <summary>Decision threshold of a single output: 0 for a score, else the midpoint of the targets.</summary>
    private static double Threshold(TrainingSpec spec, Dataset data)
    {
        var targets = data.Targets.ToArray();
        return spec.Loss.Kind is "hinge" or "binary_cross_entropy_with_logits" ? 0 : (targets.Min() + targets.Max()) / 2;
    }

    private static ClipRow? Clip(TrainingSpec spec) => (ClipRow?)spec.Clip?.Row;

    private static ScheduleRow? Schedule(TrainingSpec spec) => (ScheduleRow?)spec.Schedule?.Row;

    private static OptimizerRow Optimizer(TrainingSpec spec) => (OptimizerRow)spec.Optimizer.Row;

    private static MicrogradTraining Ours(TrainingSpec spec, Dataset data) =>
        new(() =>
        {
            var activations = spec.Activations.Select(a => AllParts.Default.Activation(a).Ours).ToArray();
            var model = new Mlp(spec.Sizes[0], [.. spec.Sizes.Skip(1)], activations, spec.Bias, DataPart.Init(spec));
            var tensors = model.NamedParameters.SelectMany(t => t.Values.Select(v => (v, t.Name))).ToDictionary(p => p.v, p => p.Name);
            var optimizers = spec.Grouped(model.Parameters, p => tensors[p]).Select(g => Optimizer(spec).Ours(g.Parameters, g.Optimizer)).ToList();
            var schedules = optimizers.ConvertAll(o => Schedule(spec)?.Ours(o, spec.Schedule!));
            var (row, clip, batches) = ((LossRow)spec.Loss.Row, Clip(spec), DataPart.Batches(data, spec));
            var dropout = new DropoutPart(spec);
            return new OursRun(model, optimizers, step =>
            {
                var batch = batches();
                var (parts, masks) = (DataPart.Parts(batch, spec.MicroBatches), dropout.Next(step.Number, batch.Count));
                var (outputs, whole) = (new List<Value>(), (Value?)null);
                for (var k = 0; k < parts.Count; k++)
                {
                    var own = SampleData
                        .Of(parts[k])
                        .SelectMany((x, i) => Forward(model, SampleData.Ours(x), masks, (outputs.Count / model.Outputs) + i))
                        .ToArray();
                    var loss = row.Ours(own, parts[k], spec.Loss);
                    step.Fused(loss, row.Kernel(parts[k], spec.Loss, own.Length), outputs.Count);
                    outputs.AddRange(own);
                    if (Divides(spec, parts.Count))
                        loss /= parts.Count;
                    if (spec.L2 != 0 && k == parts.Count - 1)
                        loss += Loss.L2(model.Parameters, spec.L2);
                    if (spec.ClearGradients && k == 0)
                        model.ZeroGrad();
                    loss.Backward();
                    whole = whole is { } before ? before + loss : loss;
                }

                step.Backward(outputs.ToArray(), whole!.Value);
                if (clip is not null)
                {
                    clip.Ours(model.Parameters, spec.Clip!);
                    step.Clipped();
                }

                optimizers.ForEach(o => o.Step());
                schedules.ForEach(schedule => schedule?.Step());
            });
        });

    /// <summary>The outputs of a sample, with dropout where there is any.</summary>
    private static Value[] Forward(Mlp model, Value[] x, double[]?[] masks, int sample)
    {
        if (masks.Length == 0)
            return model.Forward(x);
        for (var l = 0; l < masks.Length; l++)
        {
            x = model.Layers[l].Forward(x);
            if (masks[l] is { } mask)
                x = [.. x.Select((y, unit) => y * mask[(sample * model.Layers[l].Outputs) + unit])];
        }

        return x;
    }

    /// <summary>True if the loss of each part of a batch is divided by their number.</summary>
    private static bool Divides(TrainingSpec spec, int parts) => parts > 1 && spec.Loss.Word("reduction") == "mean";

    /// <summary>PyTorch's optimizer, with a group for each of the settings.</summary>
    private static optim.Optimizer Theirs(TrainingSpec spec, IEnumerable<(string Tensor, Parameter Parameter)> parameters)
    {
        optim.Optimizer? whole = null;
        foreach (var (choice, group) in spec.Grouped(parameters, p => p.Tensor))
        {
            var optimizer = Optimizer(spec).Theirs(group.Select(p => p.Parameter), choice);
            if (whole is null)
                whole = optimizer;
            else
                ((OptimizerHelper)whole).add_param_group(((OptimizerHelper)optimizer).ParamGroups.OfType<ParamGroup>().Single());
        }

        return whole!;
    }

    private static TheirRun ZeroDim(ZeroDimParameters parameters, TrainingSpec spec, Dataset data)
    {
        var model = new ZeroDimMlp(parameters, spec.Sizes, [.. spec.Activations.Select(ZeroDim)]);
        var optimizer = Theirs(spec, parameters.Named);
        var schedule = Schedule(spec)?.Theirs(optimizer, spec.Schedule!);
        var (clip, batches) = (Clip(spec), DataPart.Batches(data, spec));
        var dropout = new DropoutPart(spec);
        return new TheirRun(optimizer, step =>
        {
            var batch = batches();
            var (parts, masks) = (DataPart.Parts(batch, spec.MicroBatches), dropout.Next(step.Number, batch.Count));
            var (outputs, whole) = (new List<Tensor>(), (Tensor?)null);
            for (var k = 0; k < parts.Count; k++)
            {
                var own = SampleData
                    .Of(parts[k])
                    .SelectMany((x, i) => model.Forward(SampleData.ZeroDim(x), (l, y) => Masked(y, masks, l, (outputs.Count / spec.Sizes[^1]) + i)))
                    .ToArray();
                outputs.AddRange(own);
                var ops = new TorchOps(ParitySuite.Default.Ops);
                var loss = ops[LossRow.Compute(spec.Loss, Array.ConvertAll(own, ops.Of), parts[k])];
                if (Divides(spec, parts.Count))
                    loss = loss.div(tensor((double)parts.Count, float64));
                if (spec.L2 != 0 && k == parts.Count - 1)
                    loss += spec.L2 * parameters.All.Select(p => p * p).Aggregate((sum, square) => sum + square);
                if (spec.ClearGradients && k == 0)
                    parameters.ZeroGrad();
                loss.backward();
                whole = whole is null ? loss : whole + loss;
            }

            step.Backward(outputs, whole!);
            if (clip is not null)
            {
                clip.Theirs(parameters.All, spec.Clip!);
                step.Clipped();
            }

            optimizer.step();
            schedule?.Invoke();
        }) { Forward = x => model.Forward(SampleData.ZeroDim(x)) };
    }

    private static Tensor[] Masked(Tensor[] outputs, double[]?[] masks, int layer, int sample) =>
        layer < masks.Length && masks[layer] is { } mask ? [.. outputs.Select((y, unit) => y * mask[(sample * outputs.Length) + unit])] : outputs;

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
        var layers = new List<List<nn.Module<Tensor, Tensor>>>();
        for (var i = 0; i < spec.Activations.Count; i++)
        {
            layers.Add([nn.Linear(spec.Sizes[i], spec.Sizes[i + 1], spec.Bias, dtype: float64)]);
            if (AllParts.Default.Activation(spec.Activations[i]).Module is { } activation)
                layers[i].Add(activation());
        }

        var model = nn.Sequential(layers.SelectMany(l => l));
        var optimizer = Theirs(spec, model.named_parameters().Select(p => (p.name, p.parameter)));
        var schedule = Schedule(spec)?.Theirs(optimizer, spec.Schedule!);
        var (row, clip, batches) = ((LossRow)spec.Loss.Row, Clip(spec), DataPart.Batches(data, spec));
        var dropout = new DropoutPart(spec);
        return new TheirRun(model, optimizer, step =>
        {
            var batch = batches();
            var (parts, masks) = (DataPart.Parts(batch, spec.MicroBatches), dropout.Next(step.Number, batch.Count));
            var first = 0;
            var (outputs, whole) = (new List<Tensor>(), (Tensor?)null);
            for (var k = 0; k < parts.Count; k++)
            {
                var own = tensor(parts[k].Inputs.ToArray(), float64).reshape(parts[k].Count, parts[k].Features);
                if (masks.Length == 0)
                    own = model.forward(own);
                for (var l = 0; l < masks.Length; l++)
                {
                    own = layers[l].Aggregate(own, (x, module) => module.forward(x));
                    if (masks[l] is { } mask)
                        own =
                            own
                            * tensor(mask.AsSpan(first * spec.Sizes[l + 1], parts[k].Count * spec.Sizes[l + 1]).ToArray(), float64)
                                .reshape(own.shape);
                }

                first += parts[k].Count;
                outputs.Add(own);
                var loss = row.Theirs(own, parts[k], spec.Loss);
                if (Divides(spec, parts.Count))
                    loss /= parts.Count;
                if (spec.L2 != 0 && k == parts.Count - 1)
                    loss += spec.L2 * model.parameters().Select(p => p.pow(2).sum()).Aggregate((sum, square) => sum + square);
                if (spec.ClearGradients && k == 0)
                    model.zero_grad();
                loss.backward();
                whole = whole is null ? loss : whole + loss;
            }

            step.Backward(outputs, whole!);
            if (clip is not null)
            {
                clip.Theirs([.. model.parameters()], spec.Clip!);
                step.Clipped();
            }

            optimizer.step();
            schedule?.Invoke();
        });
    }
}
