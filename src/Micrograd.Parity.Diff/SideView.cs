using Micrograd.Parity.Diff.Alignment;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Inputs;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff;

/// <summary>One side at one step: what was recorded of it, and what held before.</summary>
/// <param name="state">The comparison.</param>
/// <param name="side">The side.</param>
/// <param name="run">Its recording.</param>
/// <param name="now">The step.</param>
/// <param name="before">The step before, or the initial numbers; null if that step is not recorded.</param>
internal sealed class SideView(DiffState state, Side side, RecordedRun run, RecordedStep now, RecordedStep? before)
{
    private readonly Dictionary<string, RecordedModule> _modules = run.Modules.ToDictionary(module => module.Name);
    private readonly ILookup<string, RecordedParameter> _own = run.Parameters.Concat(run.Buffers).ToLookup(parameter => parameter.Module);
    private readonly ILookup<string, RecordedTensor> _outputs = now
        .Tensors.Where(tensor => tensor.Place.Quantity == RecordedQuantity.Output)
        .ToLookup(tensor => tensor.Place.Of);
    private readonly Dictionary<string, int> _lastPasses = now
        .Tensors.Where(tensor => tensor.Place.Quantity == RecordedQuantity.Gradient)
        .GroupBy(tensor => tensor.Place.Of)
        .ToDictionary(passes => passes.Key, passes => passes.Max(tensor => tensor.Place.Call));

    /// <summary>The side.</summary>
    internal Side Side => side;

    /// <summary>The other side at this step.</summary>
    internal SideView Other { get; private set; } = null!;

    /// <summary>The comparison.</summary>
    internal DiffState State => state;

    /// <summary>The recording.</summary>
    internal RecordedRun Run => run;

    /// <summary>The step.</summary>
    internal RecordedStep Now => now;

    /// <summary>Makes two sides each other's.</summary>
    internal static (SideView Original, SideView Port) Both(SideView original, SideView port)
    {
        (original.Other, port.Other) = (port, original);
        return (original, port);
    }

    /// <summary>A module by its name.</summary>
    internal RecordedModule Module(string name) => _modules[name];

    /// <summary>True if there is a module of this name.</summary>
    internal bool HasModule(string name) => _modules.ContainsKey(name);

    /// <summary>True if a module is of a kind that is known, and no class of the user.</summary>
    internal bool IsOwnKind(string module) => _modules.TryGetValue(module, out var found) && KnownModules.Kinds.Contains(found.Type);

    /// <summary>True if there are modules within a module.</summary>
    internal bool HasChildren(string module) =>
        module.Length == 0 ? _modules.Count > 1 : _modules.Keys.Any(name => name.StartsWith($"{module}.", StringComparison.Ordinal));

    /// <summary>Number of samples in the step's batch; 1 if it is not recorded.</summary>
    internal long BatchSize =>
        now.Tensors.FirstOrDefault(tensor => tensor.Place.Quantity == RecordedQuantity.Batch) is { Shape: [var size, ..] } ? size : 1;

    /// <summary>Tensors of a module's outputs, of all calls.</summary>
    internal IEnumerable<RecordedTensor> Outputs(string module) => _outputs[module];

    /// <summary>A tensor of this step; null if it is not recorded.</summary>
    internal RecordedTensor? Find(TensorPlace place) => now.ByPlace.GetValueOrDefault(place);

    /// <summary>A parameter, buffer or state before this step; null if it is not recorded.</summary>
    internal RecordedTensor? Earlier(TensorPlace place) => before?.ByPlace.GetValueOrDefault(place);

    /// <summary>The number of a module's call, if there was one alone; -1 otherwise.</summary>
    internal int OnlyCall(string module) => _outputs[module].Select(tensor => tensor.Place.Call).Distinct().ToList() is [var call] ? call : -1;

    /// <summary>Order of the original's elements in a parameter of this side.</summary>
    internal Arrangement ArrangementOf(string parameter) =>
        side == Side.Port && state.Parameters.Original.TryGetValue(parameter, out var name) ? state.ArrangementOf(name) : Arrangement.Same;

    /// <summary>True if a module was found to be none that can be computed anew.</summary>
    internal bool IsUncomputed(string module) => state.IsUncomputed(OriginalName(module));

    /// <summary>Says that a module of a known kind could not be computed anew.</summary>
    internal void NotComputed(string module, string reason) => state.NotComputed(OriginalName(module), reason);

    /// <summary>The modules that have a parameter, with its name there: several if it is shared.</summary>
    internal IEnumerable<(string Module, string Local)> Owners(string parameter) =>
        run.Parameters.Where(p => (p.SameAs ?? p.Name) == parameter).Select(p => (p.Module, p.Local));

    /// <summary>Number of the last backward pass after which a parameter's gradient is recorded.</summary>
    internal int LastPass(string parameter) => _lastPasses.GetValueOrDefault(parameter);

    /// <summary>The gradient that a parameter had at the end of the step before; null if it is not recorded.</summary>
    internal RecordedTensor? EarlierGradient(string parameter) =>
        before?.Tensors.LastOrDefault(t =>
            t.Place.Quantity is RecordedQuantity.Gradient or RecordedQuantity.ClippedGradient && t.Place.Of == parameter
        );

    /// <summary>The optimizer's state of a parameter before the step; none before the first.</summary>
    internal IEnumerable<RecordedTensor> EarlierStates(string parameter) =>
        before?.Tensors.Where(t => t.Place.Quantity is RecordedQuantity.State && t.Place.Of == parameter && !t.IsNone) ?? [];

    /// <summary>The gradient that the optimizer was given; null if it is not recorded.</summary>
    internal RecordedTensor? GivenGradient(string parameter) =>
        Find(new TensorPlace(RecordedQuantity.ClippedGradient, parameter, 0, 0, ""))
        ?? Find(new TensorPlace(RecordedQuantity.Gradient, parameter, LastPass(parameter), 0, ""));

    /// <summary>A module's call as it can be computed anew; null where something that it needs is not recorded in full.</summary>
    /// <remarks>The kind and options of the other side's module hold where the own kind is a class of the user, and the order of its elements then.</remarks>
    /// <param name="name">The module.</param>
    /// <param name="call">Number of the call.</param>
    internal ModuleCall? Call(string name, int call)
    {
        var outputs = _outputs[name].Where(tensor => tensor.Place.Call == call).ToList();
        if (
            outputs is not [var output, ..]
            || output.Inputs is not { } inputs
            || inputs.Any(input => input is not null && (!input.HasNumbers || input.IsNone))
        )
            return null;
        if (!_modules.TryGetValue(name, out var module))
            return null;
        var (type, options) = (module.Type, RecordedOptions.Of(module.Options));
        var counterpart = Counterpart(name);
        var isCounterparts = !KnownModules.Kinds.Contains(type) && counterpart is not null && KnownModules.Kinds.Contains(counterpart.Type);
        if (isCounterparts)
            (type, options) = (counterpart!.Type, RecordedOptions.Of(counterpart.Options));
        // An option that only the original records, such as padding_idx, holds for the port.
        if (side == Side.Port && counterpart?.Type == type)
            options = options.Or(RecordedOptions.Of(counterpart.Options));
        if (!KnownModules.Kinds.Contains(type))
            return null;
        var tensors = new Dictionary<string, Tensor>();
        // Attention has its last weights in a module of its own, which it does not call.
        var own = type == "MultiheadAttention" ? _own[name].Concat(_own[$"{name}.out_proj"]) : _own[name];
        foreach (var parameter in own)
        {
            var quantity = run.Buffers.Contains(parameter) ? RecordedQuantity.Buffer : RecordedQuantity.Parameter;
            var first = parameter.SameAs ?? parameter.Name;
            if (Earlier(new TensorPlace(quantity, first, 0, 0, "")) is not { HasNumbers: true } recorded)
                return null;
            var order = isCounterparts ? ArrangementOf(first) : Arrangement.Same;
            tensors[name.Length == 0 ? parameter.Name : parameter.Name[(name.Length + 1)..]] = order.Undo(recorded.Load());
        }

        return new ModuleCall(type, options, output.Training, [.. inputs.OfType<RecordedTensor>().Select(input => input.Load())], tensors)
        {
            Outputs = [.. outputs.OrderBy(tensor => tensor.Place.Part).Select(tensor => tensor.Load())],
        };
    }

    private RecordedModule? Counterpart(string module) =>
        (side == Side.Original ? state.Modules.Port : state.Modules.Original).TryGetValue(module, out var name)
            ? Other._modules.GetValueOrDefault(name)
            : null;

    private string OriginalName(string module) => side == Side.Port ? state.Modules.Original.GetValueOrDefault(module, module) : module;
}
