using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>
/// Runs the training of a specification step by step on the model engine, so that faults can be planted in each part of the
/// loop. Without a planted fault it gives the engine's bits.
/// </summary>
internal sealed class ModelTraining : ITraining
{
    private readonly OpCatalogue _ops;
    private readonly ModelRules _model;
    private readonly LoopRules _loop;
    private readonly Func<Dataset> _batches;
    private readonly ModelOptimizer _optimizer;
    private ModelTape _tape;
    private int? _penaltyNode;

    /// <summary>Begins the run.</summary>
    /// <param name="spec">Specification of the training run.</param>
    /// <param name="layout">Layout of the parameters.</param>
    /// <param name="start">Initial parameters.</param>
    /// <param name="batches">Gives the samples of each step.</param>
    /// <param name="ops">The ops.</param>
    /// <param name="parts">The activations.</param>
    /// <param name="model">The rules of the engine.</param>
    /// <param name="loop">The rules of the loop.</param>
    public ModelTraining(
        TrainingSpec spec,
        ParameterLayout layout,
        double[] start,
        Func<Dataset> batches,
        OpCatalogue ops,
        TrainingParts parts,
        ModelRules model,
        LoopRules loop
    )
    {
        Activations = [.. spec.Activations.Select(parts.Activation)];
        (Spec, Layout, _batches, _ops, _model, _loop) = (spec, layout, batches, ops, model, loop);
        Shape = new NetworkShape(spec.Sizes, spec.Bias);
        Parameters = [.. loop.Initial(Shape, start)];
        Gradients = new double?[Parameters.Length];
        _optimizer = new ModelOptimizer(spec, loop.Optimizer, Shape);
        _tape = new ModelTape(ops, model);
    }

    public ParameterLayout Layout { get; }

    public TrainingState State => new([.. Parameters], [.. Gradients], _optimizer.Memory);

    /// <summary>Specification of the training run.</summary>
    public TrainingSpec Spec { get; }

    /// <summary>Indices of the parameters in the flat list.</summary>
    public NetworkShape Shape { get; }

    /// <summary>Each layer's activation.</summary>
    internal IReadOnlyList<ActivationRow> Activations { get; }

    /// <summary>The step, counted from 0.</summary>
    public int Number { get; private set; }

    /// <summary>Each parameter.</summary>
    public double[] Parameters { get; }

    /// <summary>Each parameter's gradient; null where it is cleared.</summary>
    public double?[] Gradients { get; }

    /// <summary>Each parameter's gradient as the step before left it; null before the first step.</summary>
    public IReadOnlyList<double?>? EarlierGradients { get; private set; }

    /// <summary>Number of samples in the step's batch.</summary>
    public int BatchCount { get; private set; }

    /// <summary>Names of the ops that the last step used.</summary>
    public IReadOnlyList<string> Ops => _tape.Ops;

    /// <summary>The learning rate.</summary>
    public double Rate => _optimizer.Rate;

    /// <summary>Inputs, weighted sums and outputs of every layer in this step's forward pass, sample by sample, layer by layer.</summary>
    internal List<ModelLayer[]> Forwarded { get; } = [];

    /// <summary>The step's samples.</summary>
    internal Dataset Samples { get; private set; } = null!;

    /// <summary>The outputs, sample by sample.</summary>
    internal OpValue[] Outputs { get; private set; } = [];

    /// <summary>The loss that the backward pass starts from.</summary>
    internal OpValue Loss { get; private set; }

    public StepTrace Advance()
    {
        var loss = Forward(_batches());
        EarlierGradients = Number == 0 ? null : [.. Gradients];
        if (Spec.ClearGradients)
            _loop.Clear(this);
        var arrived = _loop.Backward(this);
        for (var i = 0; i < arrived.Length; i++)
            Gradients[i] = Gradients[i] is { } earlier && arrived[i] is { } now ? earlier + now : arrived[i] ?? Gradients[i];
        double?[] gradients = [.. Gradients];
        if (Spec.Clip is not null)
            _loop.Clip(this);
        double?[]? clipped = Spec.Clip is null ? null : [.. Gradients];
        if (_loop.SchedulesFirst)
            _optimizer.EndEpoch();
        var rate = Rate;
        _loop.Update(this);
        if (!_loop.SchedulesFirst)
            _optimizer.EndEpoch();
        Number++;
        return new StepTrace(Array.ConvertAll(Outputs, o => o.Data), loss, gradients, clipped, rate, State);
    }

    /// <summary>Clears the gradients of the given parameters.</summary>
    public void ClearGradients(Func<int, bool> which)
    {
        for (var i = 0; i < Gradients.Length; i++)
            Gradients[i] = which(i) ? null : Gradients[i];
    }

    /// <summary>Computes each parameter's gradient by one backward pass from the loss.</summary>
    public double?[] Backward()
    {
        var all = NodeGradients();
        if (_loop.Error is { } error)
            all = _tape.Backward([.. Outputs.Select(o => o.Index)], error(this, Array.ConvertAll(Outputs, o => all[o.Index] ?? 0)), Penalised());
        var gradients = _loop.Layers?.Run(this, all) ?? all[..Parameters.Length];
        return _loop.Gradient is not { } change
            ? gradients
            : [.. gradients.Select((g, i) => g is { } number ? change(this, i, number) : (double?)null)];
    }

    /// <summary>Clips the gradients.</summary>
    /// <param name="clip">Kind of clipping; null for none.</param>
    /// <param name="members">The parameters whose gradients are clipped together; null for all.</param>
    public void Clip(Choice? clip, int[]? members = null)
    {
        members ??= [.. Enumerable.Range(0, Gradients.Length)];
        var norm = Norm(members.Select(p => Gradients[p]));
        foreach (var p in members)
        {
            if (clip is not null && Gradients[p] is { } g)
                Gradients[p] = ClipRow.Apply(clip, DoubleArithmetic.Instance, g, norm);
        }
    }

    /// <summary>Transforms every gradient that is not null.</summary>
    public void Change(Func<double, double> change)
    {
        for (var i = 0; i < Gradients.Length; i++)
            Gradients[i] = Gradients[i] is { } g ? change(g) : null;
    }

    /// <summary>Updates the given parameters by their gradients.</summary>
    /// <param name="which">True for the parameters to update.</param>
    /// <param name="factor">Factor of the learning rate.</param>
    /// <param name="gradients">Gradients to use; null for the step's own.</param>
    public void Update(Func<int, bool> which, double factor = 1, IReadOnlyList<double?>? gradients = null)
    {
        for (var i = 0; i < Parameters.Length; i++)
        {
            if (which(i) && (gradients ?? Gradients)[i] is { } g)
                _optimizer.Update(i, ref Parameters[i], g, Rate * factor);
        }
    }

    public void Dispose() { }

    /// <summary>Gradients of the loss with respect to each node of this step, by the model's rules; null where none arrives.</summary>
    internal double?[] NodeGradients() => _tape.Backward(Loss.Index, 1);

    /// <summary>Gradients of one output with respect to each node of this step.</summary>
    internal double?[] NodeGradients(OpValue output) => _tape.Backward(output.Index, 1);

    /// <summary>Gradients of this step's loss at the outputs, if the samples had other targets.</summary>
    internal double[] ErrorsWith(Dataset samples)
    {
        var loss = LossRow.Compute(Spec.Loss, Outputs, samples);
        var all = _tape.Backward(loss.Index, 1);
        return Array.ConvertAll(Outputs, o => all[o.Index] ?? 0);
    }

    /// <summary>A sample's outputs in this step, if a layer had these inputs, and each layer took other inputs than it is given.</summary>
    internal double[] From(int layer, double[] inputs, Func<int, double[], double[]> taken)
    {
        for (var l = layer; l < Shape.Layers; l++)
        {
            inputs = taken(l, inputs);
            var sums = new double[Spec.Sizes[l + 1]];
            for (var o = 0; o < sums.Length; o++)
            {
                sums[o] = Spec.Bias ? _tape.Value(Shape.BiasOf(l, o)) : 0;
                for (var i = 0; i < inputs.Length; i++)
                    sums[o] += _tape.Value(Shape.Weight(l, o, i)) * inputs[i];
            }

            inputs =
                Activations[l].Whole is null ? Array.ConvertAll(sums, z => _tape.Call(Activations[l].Name, [z], Activations[l].Settings).Result)
                : Activations[l].Ours == Activation.Linear ? sums
                : Array.ConvertAll(Activations[l].Apply(Array.ConvertAll(sums, z => new OpValue(_tape, _tape.Constant(z)))), y => y.Data);
        }

        return inputs;
    }

    /// <summary>Norm of the gradients, each a tensor of its own, as the engine computes it.</summary>
    internal static double Norm(IEnumerable<double?> gradients)
    {
        var norms = new NormSum(order: 2);
        foreach (var gradient in gradients.OfType<double>())
            norms.Add(gradient);
        return norms.Norm;
    }

    private double Forward(Dataset given)
    {
        var batch = _loop.Batch(
            Number,
            new Dataset(
                given.Features,
                Array.ConvertAll(given.Inputs.ToArray(), x => _loop.Input(x)),
                Array.ConvertAll(given.Targets.ToArray(), y => _loop.Target(y))
            )
        );
        Samples = batch;
        BatchCount = batch.Count;
        _tape = new ModelTape(_ops, _model);
        var parameters = Array.ConvertAll(Parameters, p => new OpValue(_tape, _tape.Number(p, wantsGradient: true)));
        var layers = Layers(parameters);
        Forwarded.Clear();
        for (var i = 0; i < batch.Count; i++)
        {
            var inputs = Array.ConvertAll(batch.Input(i).ToArray(), x => new OpValue(_tape, _tape.Number(x, wantsGradient: false)));
            Forwarded.Add(Run(layers, inputs));
        }

        if (_loop.Softmax is { } softmax && Spec.Activations[^1] == "softmax")
        {
            var whole = softmax([.. Forwarded.Select(s => s[^1].Sums)]);
            for (var i = 0; i < whole.Length; i++)
                Forwarded[i][^1] = Forwarded[i][^1] with { Outputs = whole[i] };
        }

        Outputs = [.. Forwarded.SelectMany(s => s[^1].Outputs)];
        Loss = LossRow.Compute(Spec.Loss, Outputs, batch, _loop.Loss?.Invoke(this, Outputs));
        _penaltyNode = null;
        if (Spec.L2 != 0)
        {
            var penalty = _loop.Penalty?.Invoke(this, parameters) ?? Spec.L2 * OpValue.Fold(parameters.Select(p => p * p));
            _penaltyNode = penalty.Index;
            Loss += penalty;
        }

        return _loop.Told?.Invoke(this, Loss.Data) ?? Loss.Data;
    }

    /// <summary>The node of the L2 term, from which gradients flow beside those of the outputs.</summary>
    private int[] Penalised() => _penaltyNode is { } node ? [node] : [];

    private (OpValue[][] Weights, OpValue?[] Biases)[] Layers(OpValue[] parameters)
    {
        return
        [
            .. Enumerable
                .Range(0, Shape.Layers)
                .Select(l =>
                    (
                        Enumerable
                            .Range(0, Spec.Sizes[l + 1])
                            .Select(o => Enumerable.Range(0, Spec.Sizes[l]).Select(i => At(Shape.Weight(l, o, i))).ToArray())
                            .ToArray(),
                        Enumerable.Range(0, Spec.Sizes[l + 1]).Select(o => Spec.Bias ? At(Shape.BiasOf(l, o)) : (OpValue?)null).ToArray()
                    )
                ),
        ];

        OpValue At(int parameter) => parameters[_loop.Place?.Invoke(Shape, parameter) ?? parameter];
    }

    private ModelLayer[] Run((OpValue[][] Weights, OpValue?[] Biases)[] layers, OpValue[] inputs)
    {
        var passed = new ModelLayer[layers.Length];
        for (var l = 0; l < layers.Length; l++)
        {
            var (weights, biases) = layers[l];
            OpValue[] taken = _loop.Dropout is { } factor ? [.. inputs.Select((x, i) => factor(Number, Forwarded.Count, l, i) * x)] : inputs;
            var sums = biases
                .Select(
                    (bias, o) =>
                    {
                        var neuron = new ModelNeuron(o, weights, bias, taken);
                        return _loop.Neuron?.Invoke(neuron) ?? neuron.Sum();
                    }
                )
                .ToArray();
            inputs = Activations[l].Apply(sums);
            passed[l] = new ModelLayer(taken, sums, inputs);
        }

        return passed;
    }
}

/// <summary>Inputs, weighted sums and outputs of one layer for one sample.</summary>
/// <param name="Inputs">The layer's inputs.</param>
/// <param name="Sums">Weighted sums (pre-activations).</param>
/// <param name="Outputs">Activations of the sums.</param>
internal sealed record ModelLayer(OpValue[] Inputs, OpValue[] Sums, OpValue[] Outputs);
