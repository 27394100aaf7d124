using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Micrograd.Parity.Recording;

/// <summary>A module with its name.</summary>
internal sealed record NamedModule(string Name, nn.Module Module);

/// <summary>A parameter or a buffer with its name; of one that has several, <c>SameAs</c> is the first.</summary>
internal sealed record NamedTensor(string Name, Tensor Tensor, string? SameAs)
{
    internal ParameterLine Line => new(Name, Tensor.shape, DTypes.Name(Tensor.dtype) ?? Tensor.dtype.ToString(), Tensor.requires_grad, SameAs);
}

/// <summary>A model's modules, parameters and buffers, in PyTorch's order: each module before what it contains.</summary>
internal sealed class ModuleTree
{
    private readonly Dictionary<nint, string> _names;

    internal ModuleTree(nn.Module root)
    {
        var (modules, parameters, buffers) = (new List<NamedModule>(), new List<NamedTensor>(), new List<NamedTensor>());
        var (seenModules, seenParameters, seenBuffers) = (new HashSet<nn.Module>(), new Names(), new Names());
        Visit("", root);
        (Modules, Parameters, Buffers) = (modules, parameters, buffers);
        _names = parameters.DistinctBy(named => named.Tensor.Handle).ToDictionary(named => named.Tensor.Handle, named => named.Name);

        void Visit(string name, nn.Module module)
        {
            if (seenModules.Add(module))
                modules.Add(new NamedModule(name, module));
            foreach (var (own, parameter) in module.named_parameters(recurse: false))
                parameters.Add(seenParameters.Name(Join(name, own), parameter));
            foreach (var (own, buffer) in module.named_buffers(recurse: false))
                buffers.Add(seenBuffers.Name(Join(name, own), buffer));
            foreach (var (own, child) in module.named_children())
                Visit(Join(name, own), child);
        }
    }

    /// <summary>The modules, the root first under the empty name.</summary>
    internal IReadOnlyList<NamedModule> Modules { get; }

    /// <summary>The parameters under all of their names.</summary>
    internal IReadOnlyList<NamedTensor> Parameters { get; }

    /// <summary>The buffers under all of their names.</summary>
    internal IReadOnlyList<NamedTensor> Buffers { get; }

    /// <summary>The name of a parameter that the model does not have.</summary>
    internal const string NoName = "?";

    /// <summary>The name of a parameter; a question mark of one that the model does not have.</summary>
    internal string NameOf(Parameter parameter)
    {
        if (_names.TryGetValue(parameter.Handle, out var name))
            return name;
        // What native optimizers give is another reference to the parameter.
        var memory = TensorMemory.Of(parameter);
        return memory is null ? NoName : Parameters.FirstOrDefault(named => TensorMemory.Of(named.Tensor) == memory)?.Name ?? NoName;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private sealed class Names
    {
        private readonly Dictionary<object, string> _first = [];

        /// <summary>Tied weights may be two references to the same numbers.</summary>
        internal NamedTensor Name(string name, Tensor tensor)
        {
            object key = TensorMemory.Of(tensor) is { } memory ? memory : tensor.Handle;
            return _first.TryAdd(key, name) ? new(name, tensor, null) : new(name, tensor, _first[key]);
        }
    }
}
