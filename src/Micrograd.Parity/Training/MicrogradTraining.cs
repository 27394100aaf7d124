namespace Micrograd.Parity.Training;

/// <summary>Ours: a training run on the engine, on a tape of its own.</summary>
internal sealed class MicrogradTraining : ITraining
{
    private readonly Tape _tape = new();
    private readonly Value[] _parameters;
    private readonly OursStep _step;
    private readonly OursRun _run;

    /// <summary>By optimizer, the place of each of its parameters.</summary>
    private readonly int[][] _places;
    private double?[]? _givenGradients;
    private double?[]? _givenClipped;

    /// <summary>Begins the run.</summary>
    /// <param name="begin">Makes the model, the optimizer and the step.</param>
    public MicrogradTraining(Func<OursRun> begin)
    {
        using var current = _tape.Use();
        _run = begin();
        var named = _run
            .Parameters.SelectMany(tensor => tensor.Values.Select((value, offset) => (Value: value, Place: Place(tensor, offset))))
            .ToDictionary(p => p.Value, p => p.Place);
        _parameters = _run.Optimizers switch
        {
            [] => [.. named.Keys],
            [var optimizer] => [.. optimizer.Parameters],
            _ => [.. _run.Model!.Parameters],
        };
        _places = [.. _run.Optimizers.Select(o => o.Parameters.Select(p => Array.IndexOf(_parameters, p)).ToArray())];
        Layout = new ParameterLayout(_parameters.Select(p => named[p]));
        _step = new OursStep(this);
    }

    public ParameterLayout Layout { get; }

    /// <summary>True if each step is recorded as a program, to derive bounds from.</summary>
    internal bool KeepsSteps { get; set; }

    /// <summary>Recording of the last step; null if steps are not kept.</summary>
    internal StepProgram? Recorded { get; private set; }

    /// <summary>The same with the loss as the engine composes it, where PyTorch's modules have a kernel for it.</summary>
    internal StepProgram? Composed { get; private set; }

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

    public StepTrace Advance()
    {
        using var current = _tape.Use();
        using (var step = _tape.BeginStep())
        {
            _run.Step(_step);
        }

        return _step.Finish(State);
    }

    /// <summary>Makes the next step start from a state. Schedules and the order of data go on by themselves.</summary>
    internal void Load(TrainingState state)
    {
        using var current = _tape.Use();
        for (var i = 0; i < _parameters.Length; i++)
        {
            _parameters[i].Data = state.Parameters[i];
            if (state.Gradients[i] is { } gradient)
                _parameters[i].Grad = gradient;
            else
                _parameters[i].ZeroGrad();
        }

        for (var o = 0; o < _run.Optimizers.Count; o++)
            Write(_run.Optimizers[o], _places[o], state.Optimizer);
    }

    /// <summary>Makes one step with given numbers in the place of gradients, as <see cref="IMirrorTraining.Advance(double?[], double?[])"/> does.</summary>
    internal StepTrace Advance(double?[]? gradients, double?[]? clipped)
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
        if (_run.Model is not { } model)
            return null;
        using var current = _tape.Use();
        using var step = _tape.BeginStep();
        var outputs = new Value[model.Outputs];
        model.Forward(Array.ConvertAll(inputs, x => (Value)x), outputs);
        return Array.ConvertAll(outputs, o => o.Data);
    }

    public void Dispose() => _tape.Dispose();

    internal void Keep(ReadOnlySpan<Value> outputs, Value loss, IReadOnlyDictionary<Value, FusedLoss> fused)
    {
        Recorded = KeepsSteps ? StepProgram.Record(outputs, loss, _parameters, fused) : null;
        Composed = KeepsSteps && fused.Count > 0 ? StepProgram.Record(outputs, loss, _parameters, new Dictionary<Value, FusedLoss>()) : Recorded;
        Rates =
        [
            .. _run
                .Optimizers.SelectMany((o, k) => _places[k].Select(place => (place, o.LearningRate)))
                .OrderBy(p => p.place)
                .Select(p => p.LearningRate),
        ];
    }

    /// <summary>Learning rate of the last step by parameter; empty for a run without optimizer.</summary>
    internal IReadOnlyList<double> Rates { get; private set; } = [];

    internal double?[] Gradients() => Array.ConvertAll(_parameters, p => p.HasGrad ? p.Grad : (double?)null);

    internal void GiveGradients() => Give(_givenGradients);

    internal void GiveClipped() => Give(_givenClipped);

    internal double LearningRate => _run.Optimizers is [var first, ..] ? first.LearningRate : double.NaN;

    private static void Write(Optimizer optimizer, int[] places, IReadOnlyList<OptimizerMemory> memory)
    {
        foreach (var state in optimizer.States)
        {
            if (memory.FirstOrDefault(m => m.Name == state.Name) is not { } known)
                continue;
            for (var i = 0; i < places.Length; i++)
                state[i] = known.Values[places[i]];
        }

        if (memory.FirstOrDefault(m => m.Name == "step") is { } steps)
        {
            for (var i = 0; i < places.Length; i++)
                optimizer.SetStepsOf(i, (int)steps.Values[places[i]]);
        }
    }

    private void Give(double?[]? given)
    {
        for (var i = 0; i < given?.Length; i++)
        {
            if (given[i] is { } gradient)
                _parameters[i].Grad = gradient;
        }
    }

    private static ParameterPlace Place(NamedParameter tensor, int offset)
    {
        var indices = new int[tensor.Shape.Count];
        var rest = offset;
        for (var i = indices.Length - 1; i >= 0; i--)
            (rest, indices[i]) = Math.DivRem(rest, tensor.Shape[i]);
        return new ParameterPlace(tensor.Name, indices, offset);
    }

    /// <summary>State of the optimizers, by parameter; 0 for parameters of an optimizer that keeps no such state.</summary>
    private IEnumerable<OptimizerMemory> Memory()
    {
        var memory = new Dictionary<string, double[]>(StringComparer.Ordinal);
        for (var o = 0; o < _run.Optimizers.Count; o++)
        {
            var optimizer = _run.Optimizers[o];
            foreach (var state in optimizer.States)
                Put(state.Name, _places[o], i => state[i]);
            if (optimizer is not Sgd)
                Put("step", _places[o], i => optimizer.StepsOf(i));
        }

        return memory.Select(m => new OptimizerMemory(m.Key, m.Value));

        void Put(string name, int[] places, Func<int, double> number)
        {
            if (!memory.TryGetValue(name, out var all))
                memory.Add(name, all = new double[_parameters.Length]);
            for (var i = 0; i < places.Length; i++)
                all[places[i]] = number(i);
        }
    }
}

/// <summary>Parameters, optimizer and step of the engine's side of a run.</summary>
/// <param name="Parameters">The parameters by PyTorch's names.</param>
/// <param name="Optimizers">An optimizer for each group of parameters; none where the step itself changes the parameters.</param>
/// <param name="Step">Makes one step, and tells the recorder once the backward pass is done.</param>
internal sealed record OursRun(IReadOnlyList<NamedParameter> Parameters, IReadOnlyList<Optimizer> Optimizers, Action<OursStep> Step)
{
    /// <summary>A run of a model with an optimizer.</summary>
    public OursRun(Trainable model, Optimizer optimizer, Action<OursStep> step)
        : this(model, [optimizer], step) { }

    /// <summary>A run of a model with an optimizer for each group of its parameters.</summary>
    public OursRun(Trainable model, IReadOnlyList<Optimizer> optimizers, Action<OursStep> step)
        : this(model?.NamedParameters ?? throw new ArgumentNullException(nameof(model)), optimizers, step) => Model = model;

    internal Trainable? Model { get; }
}

/// <summary>Recorder of one step's numbers on the engine's side.</summary>
internal sealed class OursStep : StepRecorder
{
    private readonly MicrogradTraining _training;
    private readonly Dictionary<Value, FusedLoss> _fused = [];

    internal OursStep(MicrogradTraining training) => _training = training;

    /// <summary>Says that PyTorch's modules compute a loss, which the engine composes of its ops, by kernels of their own.</summary>
    /// <param name="loss">The loss, or that of a part of the step's samples.</param>
    /// <param name="kernel">The kernels; null if the loss is composed there too.</param>
    /// <param name="before">Number of outputs of the step before those of the loss.</param>
    public void Fused(Value loss, FusedLoss? kernel, int before = 0)
    {
        if (kernel is not null)
            _fused[loss] = kernel with { Terms = [.. kernel.Terms.Select(t => (Array.ConvertAll(t.Outputs, o => o + before), t.Settings))] };
    }

    /// <summary>The backward pass is done: notes outputs, loss, gradients and learning rate.</summary>
    public void Backward(ReadOnlySpan<Value> outputs, Value loss)
    {
        var numbers = new double[outputs.Length];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = outputs[i].Data;
        _training.Keep(outputs, loss, _fused);
        _fused.Clear();
        Note(numbers, loss.Data, _training.Gradients(), _training.LearningRate);
        _training.GiveGradients();
    }

    /// <summary>The gradients are clipped: notes them again.</summary>
    public void Clipped()
    {
        NoteClipped(_training.Gradients());
        _training.GiveClipped();
    }
}
