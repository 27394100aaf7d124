using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Recording;

/// <summary>
/// Records a training loop of TorchSharp: the batch, what every module gave, the loss, gradients, parameters and the optimizer's state. It
/// changes nothing that the loop computes.
/// </summary>
/// <example>
/// <code>
/// using var run = TrainingRecorder.Start("port", model, optimizer);
/// foreach (var (x, y) in batches)
/// {
///     optimizer.zero_grad();
///     var loss = criterion.call(model.call(x), y);
///     run.Backward(loss, y);   // in place of loss.backward()
///     run.Step();              // in place of optimizer.step()
/// }
/// </code>
/// </example>
public sealed class TrainingRecorder : IDisposable
{
    private readonly RecordingOptions _options;
    private readonly optim.Optimizer? _optimizer;
    private readonly ModuleTree _model;
    private readonly OptimizerTree? _tree;
    private readonly nn.Module? _criterion;
    private readonly RecordingFolder _folder;
    private readonly ModuleHooks _hooks;
    private readonly Dictionary<string, int> _gradients = [];
    private StepTensors? _tensors;
    private CallRecorder? _calls;
    private int _step;
    private int _backwards;
    private bool _saidSilent;
    private bool _disposed;

    private TrainingRecorder(string folder, nn.Module model, optim.Optimizer? optimizer, RecordingOptions options, nn.Module? criterion)
    {
        (_options, _optimizer, _criterion) = (options, optimizer, criterion);
        _model = new ModuleTree(model);
        _tree = optimizer is null ? null : new OptimizerTree(optimizer, _model);
        _folder = RecordingFolder.Create(folder, options.Overwrite);
        try
        {
            using var initial = new StepTensors(options.Keep);
            AddParameters(initial);
            Describe().Write(_folder, RecordingFolder.Named(options, folder), initial.Entries);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }

        _hooks = new ModuleHooks(_model.Modules, criterion);
        Begin();
    }

    /// <summary>Begins a recording.</summary>
    /// <param name="folder">The folder to write, which is made. What it holds already is replaced only if it is a recording, and only if an option says so.</param>
    /// <param name="model">The model. Calls of its modules are recorded if they are made by <c>call</c>: <c>forward</c> tells nobody.</param>
    /// <param name="optimizer">The optimizer, if the loop has one.</param>
    /// <param name="options">Settings; every number of every step is kept unless they say otherwise.</param>
    /// <param name="criterion">The loss, if it is a module: its options are then recorded, and its targets if it is called by <c>call</c>.</param>
    /// <exception cref="IOException">The folder cannot be written, or holds something else.</exception>
    public static TrainingRecorder Start(
        string folder,
        nn.Module model,
        optim.Optimizer? optimizer = null,
        RecordingOptions? options = null,
        nn.Module? criterion = null
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new RecordingOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Every, 1, nameof(options));
        return new TrainingRecorder(folder, model, optimizer, options, criterion);
    }

    /// <summary>Runs the backward pass, in place of <c>loss.backward()</c>, and records the loss and the gradients.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="targets">What the loss was computed against.</param>
    public void Backward(Tensor loss, params ReadOnlySpan<Tensor> targets)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var call = _backwards++;
        if (_tensors is not { } tensors)
        {
            loss.backward();
            return;
        }

        var inputs = _calls!.InputsOf(loss);
        // What the criterion was given as targets is recorded.
        if (inputs is null || !inputs.Any(place => place >= 0 && tensors.Entries[place].Of == CallRecorder.Targets))
        {
            for (var part = 0; part < targets.Length; part++)
                tensors.Add(new TensorEntry("batch", CallRecorder.Targets) { Call = call, Part = part }, targets[part]);
        }

        tensors.Add(new TensorEntry("loss", "loss") { Call = call, Inputs = inputs }, loss);
        _hooks.Listener = null;
        loss.backward();
        _hooks.Listener = _calls;
        _calls.AddGradients();
        foreach (var parameter in _model.Parameters)
            AddGradient(tensors, parameter, "gradient", call);
    }

    /// <summary>Takes the optimizer's step, in place of <c>optimizer.step()</c>, records what it made and writes the step.</summary>
    /// <exception cref="IOException">The step cannot be written; those before can be read.</exception>
    public void Step()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_tensors is not { } tensors)
        {
            _optimizer?.step();
            Next();
            return;
        }

        foreach (var parameter in _model.Parameters)
            AddClippedGradient(tensors, parameter);
        var options = _tree?.StepOptions ?? StepOptions.None;
        _optimizer?.step();
        AddParameters(tensors);
        foreach (var state in _tree?.State() ?? [])
            AddState(tensors, state);
        Write(tensors, options);
        Next();
    }

    /// <summary>Ends the recording. A step that was begun and not taken is not in it.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Drop();
        _hooks.Dispose();
        _folder.Dispose();
    }

    private void Next()
    {
        _step++;
        _backwards = 0;
        Begin();
    }

    private void Begin()
    {
        Drop();
        if (!_options.Records(_step))
            return;
        _tensors = new StepTensors(_options.Keep);
        _calls = new CallRecorder(_model.Modules, _tensors);
        _hooks.Listener = _calls;
    }

    private void Drop()
    {
        _hooks.Listener = null;
        _calls?.Dispose();
        _tensors?.Dispose();
        (_calls, _tensors) = (null, null);
        _gradients.Clear();
    }

    private RunDescription Describe()
    {
        var assembly = typeof(nn.Module).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        var versions = new Dictionary<string, string>
        {
            ["torch"] = __version__,
            ["TorchSharp"] = assembly?.InformationalVersion ?? "",
            [".NET"] = Environment.Version.ToString(),
        };
        return new RunDescription("TorchSharp", versions)
        {
            Device = _model.Parameters.Count > 0 ? _model.Parameters[0].Tensor.device.ToString() : "cpu",
            Threads = get_num_threads(),
            Modules = [.. _model.Modules.Select(m => ConstructorOptions.LineOf(m))],
            Criterion = _criterion is null ? null : ConstructorOptions.LineOf(new NamedModule("", _criterion)),
            Parameters = [.. _model.Parameters.Select(parameter => parameter.Line)],
            Buffers = [.. _model.Buffers.Select(buffer => buffer.Line)],
            Optimizer = _tree?.Line,
        };
    }

    private void AddParameters(StepTensors tensors)
    {
        foreach (var parameter in _model.Parameters.Where(named => named.SameAs is null))
            tensors.AddLasting(new TensorEntry("parameter", parameter.Name), parameter.Tensor);
        foreach (var buffer in _model.Buffers.Where(named => named.SameAs is null))
            tensors.AddLasting(new TensorEntry("buffer", buffer.Name), buffer.Tensor);
    }

    private void AddGradient(StepTensors tensors, NamedTensor parameter, string quantity, int call)
    {
        if (parameter.SameAs is not null)
            return;
        var entry = new TensorEntry(quantity, parameter.Name) { Call = call };
        using var gradient = parameter.Tensor.grad;
        if (gradient is null)
            tensors.AddNone(entry);
        else
            _gradients[parameter.Name] = tensors.Add(entry, gradient);
    }

    private void AddClippedGradient(StepTensors tensors, NamedTensor parameter)
    {
        if (_backwards == 0)
        {
            AddGradient(tensors, parameter, "gradient", 0);
            return;
        }

        using var gradient = parameter.Tensor.grad;
        var isKnown = _gradients.TryGetValue(parameter.Name, out var place);
        if (gradient is null ? isKnown : !isKnown || !tensors.IsSame(gradient, place))
            AddGradient(tensors, parameter, "clipped_gradient", 0);
    }

    private static void AddState(StepTensors tensors, StateValue state)
    {
        var entry = new TensorEntry("state", state.Parameter) { State = state.Name };
        if (state.Value is Tensor tensor)
        {
            tensors.AddLasting(entry, tensor);
            return;
        }

        // PyTorch keeps counts and numbers as tensors of the default type.
        using var number = torch.tensor(Convert.ToDouble(state.Value, null), get_default_dtype());
        tensors.Add(entry, number);
    }

    private void Write(StepTensors tensors, StepOptions options)
    {
        var silent = _hooks.Hooked.Where(module => _calls!.CallsOf(module) == 0).Select(module => _model.Modules[module].Name).ToList();
        _folder.WriteStep(_step, options, _backwards, silent, tensors.Entries);
        if (silent.Count > 0 && !_saidSilent)
        {
            _saidSilent = true;
            Console.Error.WriteLine(
                $"TrainingRecorder: nothing was heard of {silent.Count} modules ({string.Join(", ", silent.Take(3))}{(silent.Count > 3 ? ", …" : "")}). "
                    + "Modules are heard if they are called by call(…), not by forward(…)."
            );
        }
    }
}
