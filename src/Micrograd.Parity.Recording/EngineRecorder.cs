using System.Reflection;

namespace Micrograd.Parity.Recording;

/// <summary>
/// Records a training loop of the engine: the batch, the loss, gradients, parameters and the optimizer's state, under the names that
/// PyTorch has for the same network. What layers give is not recorded.
/// </summary>
/// <example>
/// <code>
/// using var run = EngineRecorder.Start("port", network, optimizer);
/// foreach (var (inputs, targets) in batches)
/// {
///     optimizer.ZeroGrad();
///     var loss = Loss.SquaredError(network.ForwardBatch(inputs), targets);
///     run.Backward(loss, inputs, targets);   // in place of loss.Backward()
///     run.Step();                            // in place of optimizer.Step()
/// }
/// </code>
/// </example>
public sealed class EngineRecorder : IDisposable
{
    private readonly RecordingFolder _folder;
    private readonly RecordingOptions _options;
    private readonly Trainable _model;
    private readonly Optimizer _optimizer;
    private readonly IReadOnlyList<NamedParameter> _parameters;
    private List<TensorEntry> _tensors = [];
    private Dictionary<string, TensorEntry> _gradients = [];
    private int _step;
    private int _backwards;

    private EngineRecorder(string folder, Trainable model, Optimizer optimizer, RecordingOptions options)
    {
        (_model, _optimizer, _options) = (model, optimizer, options);
        _parameters = model.NamedParameters;
        _folder = RecordingFolder.Create(folder, options.Overwrite);
        try
        {
            Describe().Write(_folder, RecordingFolder.Named(options, folder), [.. _parameters.Select(p => Entry("parameter", p, v => v.Data))]);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    private bool IsRecorded => _options.Records(_step);

    /// <summary>Begins a recording.</summary>
    /// <param name="folder">
    /// The folder to write, which is made. What it holds already is replaced only if it is a recording, and only if an option says so.
    /// </param>
    /// <param name="model">The network.</param>
    /// <param name="optimizer">Its optimizer.</param>
    /// <param name="options">Settings; every number of every step is kept unless they say otherwise.</param>
    /// <exception cref="IOException">The folder cannot be written, or holds something else.</exception>
    public static EngineRecorder Start(string folder, Trainable model, Optimizer optimizer, RecordingOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        options ??= new RecordingOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Every, 1, nameof(options));
        return new EngineRecorder(folder, model, optimizer, options);
    }

    /// <summary>Runs the backward pass, in place of <c>loss.Backward()</c>, and records the loss and the gradients.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="inputs">The batch's inputs, sample after sample; none are recorded if none are given.</param>
    /// <param name="targets">The batch's targets, sample after sample.</param>
    public void Backward(Value loss, ReadOnlySpan<double> inputs = default, ReadOnlySpan<double> targets = default)
    {
        var call = _backwards++;
        if (!IsRecorded)
        {
            loss.Backward();
            return;
        }

        var samples = Math.Max(1, inputs.Length / _model.Inputs);
        AddBatch("inputs", call, inputs, samples);
        AddBatch("targets", call, targets, samples);
        _tensors.Add(Entry("loss", "loss", [], [loss.Data]) with { Call = call });
        loss.Backward();
        foreach (var parameter in _parameters)
        {
            var gradient = Gradient("gradient", parameter) with { Call = call };
            _gradients[parameter.Name] = gradient;
            _tensors.Add(gradient);
        }
    }

    /// <summary>Takes the optimizer's step, in place of <c>optimizer.Step()</c>, records what it made and writes the step.</summary>
    /// <exception cref="IOException">The step cannot be written; those before can be read.</exception>
    public void Step()
    {
        if (IsRecorded)
            RecordStep();
        else
            _optimizer.Step();
        _step++;
        _backwards = 0;
        (_tensors, _gradients) = ([], []);
    }

    /// <summary>Ends the recording. A step that was begun and not taken is not in it.</summary>
    public void Dispose() => _folder.Dispose();

    private void RecordStep()
    {
        foreach (var parameter in _parameters)
        {
            var given = Gradient(_backwards == 0 ? "gradient" : "clipped_gradient", parameter);
            if (!_gradients.TryGetValue(parameter.Name, out var known) || !IsSame(given, known))
                _tensors.Add(given);
        }

        var rate = _optimizer.LearningRate;
        _optimizer.Step();
        _tensors.AddRange(_parameters.Select(parameter => Entry("parameter", parameter, v => v.Data)));
        AddState();
        _folder.WriteStep(_step, new([rate], []), _backwards, [], _tensors);
    }

    private void AddState()
    {
        var places = new Dictionary<Value, int>();
        for (var i = 0; i < _optimizer.Parameters.Count; i++)
            places[_optimizer.Parameters[i]] = i;
        foreach (var parameter in _parameters)
        {
            var values = parameter.Values.Where(places.ContainsKey).Select(value => places[value]).ToList();
            if (values.Count != parameter.Values.Count || values.All(i => _optimizer.StepsOf(i) == 0))
                continue;
            foreach (var state in _optimizer.States)
                _tensors.Add(Entry("state", parameter.Name, Shape(parameter), [.. values.Select(i => state.Values[i])]) with { State = state.Name });
        }
    }

    private void AddBatch(string of, int call, ReadOnlySpan<double> numbers, int samples)
    {
        if (numbers.IsEmpty)
            return;
        IReadOnlyList<long> shape = numbers.Length % samples == 0 ? [samples, numbers.Length / samples] : [numbers.Length];
        _tensors.Add(Entry("batch", of, shape, numbers.ToArray()) with { Call = call });
    }

    private TensorEntry Gradient(string quantity, NamedParameter parameter) =>
        parameter.Values.Any(value => value.HasGrad) ? Entry(quantity, parameter, v => v.Grad) : new TensorEntry(quantity, parameter.Name);

    private TensorEntry Entry(string quantity, NamedParameter parameter, Func<Value, double> number) =>
        Entry(quantity, parameter.Name, Shape(parameter), [.. parameter.Values.Select(number)]);

    private TensorEntry Entry(string quantity, string of, IReadOnlyList<long> shape, double[] numbers) =>
        new(quantity, of)
        {
            DType = DTypes.Double,
            Shape = shape,
            Content = new Content(_options.Keep, new HostArray(numbers)),
        };

    private static bool IsSame(TensorEntry one, TensorEntry other) =>
        one.Content is null ? other.Content is null : other.Content is not null && one.Content.Equals(other.Content);

    private static long[] Shape(NamedParameter parameter) => [.. parameter.Shape.Select(size => (long)size)];

    private RunDescription Describe()
    {
        var versions = new Dictionary<string, string>
        {
            ["Micrograd"] = typeof(Value).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            [".NET"] = Environment.Version.ToString(),
        };
        return new RunDescription("Micrograd", versions)
        {
            Modules = [new ModuleLine("", "Sequential", null, new Dictionary<string, object?>()), .. Modules()],
            Parameters = [.. _parameters.Select(p => new ParameterLine(p.Name, Shape(p), DTypes.Double, true, null))],
            Optimizer = new OptimizerLine(
                _optimizer switch
                {
                    Sgd => "SGD",
                    RmsProp => "RMSprop",
                    _ => _optimizer.GetType().Name,
                },
                [new([.. _parameters.Select(p => p.Name)], new Dictionary<string, object?> { ["lr"] = _optimizer.LearningRate })]
            ),
        };
    }

    /// <summary>The layers as PyTorch has them: each a Linear module, and the module of its activation behind it.</summary>
    private IEnumerable<ModuleLine> Modules()
    {
        var place = 0;
        var layers =
            _model is Mlp network ? network.Layers
            : _model is Layer single ? [single]
            : [];
        foreach (var layer in layers)
        {
            yield return new ModuleLine(
                $"{place++}",
                "Linear",
                null,
                new Dictionary<string, object?>
                {
                    ["in_features"] = layer.Inputs,
                    ["out_features"] = layer.Outputs,
                    ["bias"] = layer.NamedParameters.Count > 1,
                }
            );
            if (layer.Activation != Activation.Linear)
                yield return new ModuleLine($"{place++}", layer.Activation.Name, null, new Dictionary<string, object?>());
        }
    }
}
