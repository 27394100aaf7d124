using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Micrograd.Parity.Recording;

/// <summary>Adds to a step what its modules are given and give, and the gradients of what they gave.</summary>
internal sealed class CallRecorder(IReadOnlyList<NamedModule> modules, StepTensors tensors) : IDisposable
{
    /// <summary>The name of what a loss is computed against.</summary>
    internal const string Targets = "targets";

    private readonly int[] _calls = new int[modules.Count];
    private readonly Stack<Frame> _frames = [];
    private readonly List<Output> _outputs = [];
    private Measurement? _measured;
    private int _measurements;

    /// <summary>Number of calls of a module, but for those without gradients, as of an evaluation.</summary>
    internal int CallsOf(int module) => _calls[module];

    /// <summary>Hears that a module is called, before it computes anything.</summary>
    internal void Called(int module, object?[] arguments)
    {
        var isIgnored = _frames.TryPeek(out var outer) ? outer.IsIgnored : !is_grad_enabled();
        _frames.Push(new Frame(module, isIgnored, isIgnored ? [] : Inputs(module, arguments)));
    }

    /// <summary>Hears what a module's call returns.</summary>
    internal void Returned(int module, object? result)
    {
        // Calls that an exception ended are still there.
        while (_frames.TryPop(out var frame))
        {
            if (frame.Module != module)
                continue;
            if (!frame.IsIgnored)
                Record(module, frame.Inputs, result);
            return;
        }
    }

    /// <summary>Hears what the criterion is given and gives. Tensors that nothing before it gave are the targets.</summary>
    internal void Measured(object?[] arguments, object? result)
    {
        if (!is_grad_enabled() || result is not Tensor loss)
            return;
        var (inputs, targets) = (new List<int>(), 0);
        foreach (var argument in arguments.SelectMany(Leaves))
        {
            var place = argument is Tensor given ? tensors.FindBehind(given) : -1;
            if (place < 0 && argument is Tensor { requires_grad: false } target)
                place = tensors.AddActivation(new TensorEntry("batch", Targets) { Call = _measurements, Part = targets++ }, target);
            inputs.Add(place);
        }

        _measurements++;
        _measured = new Measurement(loss, inputs);
    }

    /// <summary>The places of what the criterion was given, if it gave this loss last.</summary>
    internal IReadOnlyList<int>? InputsOf(Tensor loss) => ReferenceEquals(_measured?.Loss, loss) ? _measured.Inputs : null;

    /// <summary>Adds the gradients of all outputs, after a backward pass, and lets go of them.</summary>
    internal void AddGradients()
    {
        for (var i = _outputs.Count - 1; i >= 0; i--)
        {
            var output = _outputs[i];
            // Of an output that was changed in place the gradient is of what it became.
            if (!tensors.IsSame(output.Tensor, output.Place))
                continue;
            var entry = tensors.Entries[output.Place];
            using var gradient = output.Tensor.grad;
            if (gradient is not null)
                tensors.Add(new TensorEntry("output_gradient", entry.Of) { Call = entry.Call, Part = entry.Part }, gradient);
        }

        Release();
    }

    public void Dispose() => Release();

    private void Release()
    {
        foreach (var output in _outputs)
            output.Tensor.Dispose();
        _outputs.Clear();
        _frames.Clear();
    }

    private List<int> Inputs(int module, object?[] arguments)
    {
        // The root's arguments are the batch.
        var quantity = module == 0 ? new TensorEntry("batch", "inputs") : new TensorEntry("input", modules[module].Name);
        var inputs = new List<int>();
        foreach (var argument in arguments.SelectMany(Leaves))
        {
            var place = argument is Tensor tensor ? Place(tensor) : -1;
            inputs.Add(place);
        }

        while (inputs.Count > 0 && inputs[^1] < 0)
            inputs.RemoveAt(inputs.Count - 1);
        return inputs;

        int Place(Tensor tensor)
        {
            var known = module == 0 ? -1 : tensors.Find(tensor);
            return known >= 0 ? known : tensors.AddActivation(quantity with { Call = _calls[module], Part = inputs.Count }, tensor);
        }
    }

    private void Record(int module, List<int> inputs, object? result)
    {
        var entry = new TensorEntry("output", modules[module].Name)
        {
            Call = _calls[module]++,
            Training = modules[module].Module.training,
            Inputs = inputs,
        };
        var part = 0;
        foreach (var leaf in Leaves(result))
        {
            // Attention that is asked for no weights gives an empty tensor for them.
            if (leaf is not Tensor { IsInvalid: false } tensor)
                continue;
            var place = tensors.AddActivation(entry with { Part = part++ }, tensor);
            if (place >= 0 && tensor.requires_grad && !tensor.is_leaf)
                Retain(tensor, place);
        }
    }

    /// <summary>Holds another reference to the same tensor: the program may dispose its own as soon as it likes.</summary>
    private void Retain(Tensor tensor, int place)
    {
        var held = tensor.alias().DetachFromDisposeScope();
        held.retain_grad();
        _outputs.Add(new Output(held, place));
    }

    /// <summary>Tensors that a value is made of, depth first: tuples and lists are taken apart.</summary>
    private static IEnumerable<object?> Leaves(object? value) =>
        value switch
        {
            Tensor => [value],
            ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Leaves(tuple[i])),
            IEnumerable<Tensor> list => list,
            _ => [value],
        };

    private sealed record Frame(int Module, bool IsIgnored, List<int> Inputs);

    private sealed record Measurement(Tensor Loss, IReadOnlyList<int> Inputs);

    private sealed record Output(Tensor Tensor, int Place);
}
