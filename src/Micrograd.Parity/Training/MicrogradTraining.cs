namespace Micrograd.Parity.Training;

/// <summary>Ours: a training run on the engine, on a tape of its own.</summary>
public sealed class MicrogradTraining : ITraining
{
    private readonly Tape _tape = new();
    private readonly Value[] _parameters;
    private readonly OursStep _step;
    private readonly OursRun _run;

    /// <summary>Begins the run.</summary>
    /// <param name="begin">Makes the model and the optimizer and says what a step does.</param>
    public MicrogradTraining(Func<OursRun> begin)
    {
        ArgumentNullException.ThrowIfNull(begin);
        using var current = _tape.Use();
        _run = begin();
        var named = _run.Parameters
            .SelectMany(tensor => tensor.Values.Select((value, offset) => (Value: value, Place: Place(tensor, offset))))
            .ToDictionary(p => p.Value, p => p.Place);
        _parameters = _run.Optimizer is { } optimizer ? [.. optimizer.Parameters] : [.. named.Keys];
        Layout = new ParameterLayout(_parameters.Select(p => named[p]));
        _step = new OursStep(this);
    }

    /// <inheritdoc/>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public TrainingState State
    {
        get
        {
            using var current = _tape.Use();
            return new TrainingState(Array.ConvertAll(_parameters, p => p.Data), Gradients(), [.. Memory()]);
        }
    }

    /// <summary>Saves the parameters as the engine does.</summary>
    /// <exception cref="InvalidOperationException">The run has no model, but single values.</exception>
    public void Save(string path)
    {
        using var current = _tape.Use();
        Safetensors.Save(path, _run.Model ?? throw new InvalidOperationException("This run trains single values, which have no file form."));
    }

    /// <inheritdoc/>
    public StepTrace Advance()
    {
        using var current = _tape.Use();
        using (var step = _tape.BeginStep())
        {
            _run.Step(_step);
        }

        return _step.Finish(State);
    }

    /// <inheritdoc/>
    public double[]? Predict(double[] inputs)
    {
        if (_run.Model is not { } model)
            return null;
        using var current = _tape.Use();
        using var step = _tape.BeginStep();
        var outputs = new Value[model.Outputs];
        model.Forward(Array.ConvertAll(inputs, x => (Value)x), outputs);
        return Array.ConvertAll(outputs, o => o.Data);
    }

    /// <inheritdoc/>
    public void Dispose() => _tape.Dispose();

    internal double?[] Gradients() => Array.ConvertAll(_parameters, p => p.HasGrad ? p.Grad : (double?)null);

    internal double LearningRate => _run.Optimizer?.LearningRate ?? double.NaN;

    private static ParameterPlace Place(NamedParameter tensor, int offset)
    {
        var indices = new int[tensor.Shape.Count];
        var rest = offset;
        for (var i = indices.Length - 1; i >= 0; i--)
            (rest, indices[i]) = Math.DivRem(rest, tensor.Shape[i]);
        return new ParameterPlace(tensor.Name, indices, offset);
    }

    private IEnumerable<OptimizerMemory> Memory()
    {
        if (_run.Optimizer is not { } optimizer)
            yield break;
        foreach (var state in optimizer.States)
            yield return new OptimizerMemory(state.Name, state.Values.ToArray());
        if (optimizer is not Sgd)
            yield return new OptimizerMemory("step", [.. Enumerable.Range(0, _parameters.Length).Select(i => (double)optimizer.StepsOf(i))]);
    }
}

/// <summary>What the engine's side of a run is made of.</summary>
/// <param name="Parameters">The parameters by PyTorch's names.</param>
/// <param name="Optimizer">The optimizer; null where the step itself changes the parameters.</param>
/// <param name="Step">Makes one step, and tells the recorder once the backward pass is done.</param>
public sealed record OursRun(IReadOnlyList<NamedParameter> Parameters, Optimizer? Optimizer, Action<OursStep> Step)
{
    /// <summary>A run of a model with an optimizer.</summary>
    public OursRun(Trainable model, Optimizer optimizer, Action<OursStep> step)
        : this(model?.NamedParameters ?? throw new ArgumentNullException(nameof(model)), optimizer, step) => Model = model;

    internal Trainable? Model { get; }
}

/// <summary>Where a step of the engine's side notes what it computed.</summary>
public sealed class OursStep : StepRecorder
{
    private readonly MicrogradTraining _training;

    internal OursStep(MicrogradTraining training) => _training = training;

    /// <summary>The backward pass is done: notes outputs, loss, gradients and learning rate.</summary>
    public void Backward(ReadOnlySpan<Value> outputs, Value loss)
    {
        var numbers = new double[outputs.Length];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = outputs[i].Data;
        Note(numbers, loss.Data, _training.Gradients(), _training.LearningRate);
    }

    /// <summary>The gradients are clipped: notes them again.</summary>
    public void Clipped() => NoteClipped(_training.Gradients());
}
