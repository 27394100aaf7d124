using Micrograd.Parity.Engines.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Training;

/// <summary>Theirs: a training run on tensors with PyTorch's autograd and optimizers.</summary>
internal sealed class TorchTraining : IMirrorTraining
{
    private readonly IDisposable[] _owned;
    private readonly TheirRun _run;
    private readonly TheirParameter[] _parameters;
    private readonly TheirStep _step;
    private TheirParameter[]? _ordered;
    private double?[]? _givenGradients;
    private double?[]? _givenClipped;

    private TorchTraining(ParameterLayout layout, Func<(TheirRun Run, TheirParameter[] Parameters)> begin)
    {
        Layout = layout;
        using var work = TorchWork.Begin();
        (_run, _parameters) = begin();
        _owned = [.. work.Scope.DisposablesView];
        work.Scope.Detach(_owned);
        _step = new TheirStep(this);
    }

    public ParameterLayout Layout { get; }

    public TrainingState State
    {
        get
        {
            using var work = TorchWork.Begin();
            return new TrainingState(Parameters(), Gradients(), Memory());
        }
    }

    internal double LearningRate => _run.Optimizer?.ParamGroups.First().LearningRate ?? double.NaN;

    /// <summary>Begins a run on 0-dim tensors, one per parameter.</summary>
    public static TorchTraining ZeroDim(ParameterLayout layout, double[] start, Func<ZeroDimParameters, TheirRun> begin) => new(layout, () =>
        {
            var parameters = new ZeroDimParameters(layout, start);
            return (begin(parameters), [.. parameters.All.Select((p, i) => new TheirParameter(p, [i]))]);
        });

    /// <summary>Begins a run of a module, whose parameters have the names that ours have.</summary>
    public static TorchTraining OfModule(ParameterLayout layout, double[] start, Func<TheirRun> begin) => new(layout, () =>
        {
            var run = begin();
            var model = run.Model ?? throw new ArgumentException("The run has no module.", nameof(begin));
            var parameters = model.named_parameters().Select(p => new TheirParameter(p.parameter, Places(layout, p.name))).ToArray();
            if (parameters.Sum(p => p.Places.Length) != layout.Count)
                throw new ArgumentException($"The module has other parameters than ours: {string.Join(", ", layout.Tensors)}.");
            foreach (var parameter in parameters)
                parameter.Write(start);
            return (run, parameters);
        });

    public void Load(TrainingState state)
    {
        using var work = TorchWork.Begin();
        foreach (var parameter in _parameters)
        {
            parameter.Write(state.Parameters);
            parameter.WriteGradient(state.Gradients);
        }

        if (_run.Optimizer is OptimizerHelper optimizer)
            TheirMemory.Write(optimizer, InOrderOf(optimizer), state.Optimizer);
    }

    public StepTrace Advance()
    {
        using var work = TorchWork.Begin();
        _run.Step(_step);
        return _step.Finish(State);
    }

    public StepTrace Advance(double?[]? gradients, double?[]? clipped)
    {
        (_givenGradients, _givenClipped) = (gradients, clipped);
        try
        {
            return Advance();
        }
        finally
        {
            (_givenGradients, _givenClipped) = (null, null);
        }
    }

    public double[]? Predict(double[] inputs)
    {
        if (_run.Forward is not { } forward)
            return null;
        using var work = TorchWork.Begin();
        using var off = no_grad();
        return [.. forward(inputs).SelectMany(TensorNumbers.Numbers)];
    }

    public void Dispose()
    {
        _run.Optimizer?.Dispose();
        _run.Model?.Dispose();
        foreach (var owned in _owned)
            owned.Dispose();
    }

    internal double?[] Gradients()
    {
        var gradients = new double?[Layout.Count];
        foreach (var parameter in _parameters)
            parameter.ReadGradient(gradients);
        return gradients;
    }

    internal void GiveGradients() => Give(_givenGradients);

    internal void GiveClipped() => Give(_givenClipped);

    private void Give(double?[]? given)
    {
        if (given is null)
            return;
        var gradients = Gradients();
        for (var i = 0; i < gradients.Length; i++)
            gradients[i] = given[i] ?? gradients[i];
        foreach (var parameter in _parameters)
            parameter.WriteGradient(gradients);
    }

    /// <summary>The parameters as the optimizer holds them, group by group.</summary>
    private TheirParameter[] InOrderOf(OptimizerHelper optimizer)
    {
        if (_ordered is null)
        {
            var byHandle = _parameters.ToDictionary(p => p.Tensor.Handle);
            _ordered = [.. optimizer.parameters().Select(p => byHandle[p.Handle])];
        }

        return _ordered;
    }

    private static int[] Places(ParameterLayout layout, string tensor) => layout.Slice(tensor, [.. Enumerable.Range(0, layout.Count)]);

    private double[] Parameters()
    {
        var numbers = new double[Layout.Count];
        foreach (var parameter in _parameters)
            parameter.Read(numbers);
        return numbers;
    }

    private IReadOnlyList<OptimizerMemory> Memory() =>
        _run.Optimizer is OptimizerHelper optimizer ? TheirMemory.Read(optimizer, InOrderOf(optimizer), Layout.Count) : [];
}

/// <summary>Optimizer and step of PyTorch's side of a run.</summary>
/// <param name="Optimizer">The optimizer; null where the step itself changes the parameters.</param>
/// <param name="Step">Makes one step, and tells the recorder once the backward pass is done.</param>
internal sealed record TheirRun(optim.Optimizer? Optimizer, Action<TheirStep> Step)
{
    /// <summary>A run of a module, which it owns.</summary>
    public TheirRun(nn.Module model, optim.Optimizer? optimizer, Action<TheirStep> step)
        : this(optimizer, step)
    {
        Model = model;
        if (model is nn.Module<Tensor, Tensor> network)
            Forward = x => [network.forward(tensor(x, float64).reshape(1, -1))];
    }

    /// <summary>
    /// Outputs of the network for one sample: 0-dim tensors, or one tensor with all outputs. Set by default for modules that take one tensor;
    /// otherwise null unless the run sets it.
    /// </summary>
    public Func<double[], IReadOnlyList<Tensor>>? Forward { get; init; }

    internal nn.Module? Model { get; }
}

/// <summary>Recorder of one step's numbers on PyTorch's side.</summary>
internal sealed class TheirStep : StepRecorder
{
    private readonly TorchTraining _training;

    internal TheirStep(TorchTraining training) => _training = training;

    /// <summary>The backward pass is done: notes outputs, loss, gradients and learning rate.</summary>
    /// <param name="outputs">0-dim tensors, or one tensor with all outputs.</param>
    /// <param name="loss">The loss.</param>
    public void Backward(IEnumerable<Tensor> outputs, Tensor loss)
    {
        Note([.. outputs.SelectMany(TensorNumbers.Numbers)], loss.Number(), _training.Gradients(), _training.LearningRate);
        _training.GiveGradients();
    }

    /// <summary>The backward pass is done: notes outputs, loss, gradients and learning rate.</summary>
    public void Backward(Tensor outputs, Tensor loss) => Backward([outputs], loss);

    /// <summary>The gradients are clipped: notes them again.</summary>
    public void Clipped()
    {
        NoteClipped(_training.Gradients());
        _training.GiveClipped();
    }
}
