using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Training;

/// <summary>A run's parameters as 0-dim float64 tensors, one per number.</summary>
internal sealed class ZeroDimParameters
{
    private readonly Dictionary<string, Parameter> _byName = [];

    /// <summary>Makes them.</summary>
    /// <param name="layout">Their places.</param>
    /// <param name="start">Their numbers.</param>
    public ZeroDimParameters(ParameterLayout layout, double[] start)
    {
        for (var i = 0; i < layout.Count; i++)
            _byName.Add(layout[i].ToString(), nn.Parameter(tensor(start[i], float64)));
        All = [.. _byName.Values];
    }

    /// <summary>All of them, in our order.</summary>
    public IReadOnlyList<Parameter> All { get; }

    /// <summary>All of them with the tensors of <c>state_dict</c> that they are of.</summary>
    public IEnumerable<(string Tensor, Parameter Parameter)> Named => _byName.Select(p => (p.Key.Split('[')[0], p.Value));

    /// <summary>One of them, such as <c>0.weight[1, 2]</c>.</summary>
    public Parameter this[string name] => _byName[name];

    /// <summary>One of them, or null where there is none.</summary>
    public Parameter? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Drops all gradients: the next one to arrive is stored, not added.</summary>
    public void ZeroGrad()
    {
        foreach (var parameter in All)
            parameter.grad = null;
    }
}
