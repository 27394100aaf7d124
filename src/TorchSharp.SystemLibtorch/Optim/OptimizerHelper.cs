using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>What an optimizer keeps for one parameter. Its tensors are the optimizer's own: writing into them changes the next step.</summary>
public abstract class OptimizerState
{
    private readonly Optimizer _owner;
    private readonly Parameter _parameter;

    private protected OptimizerState(Optimizer owner, Parameter parameter) => (_owner, _parameter) = (owner, parameter);

    private protected long Steps
    {
        get => _owner.Steps(_parameter);
        set => _owner.Steps(_parameter, value);
    }

    private protected torch.Tensor? Kept(Optimizer.Memory what) => _owner.Kept(_parameter, what);
}

/// <summary>An optimizer whose state can be looked at.</summary>
public abstract class OptimizerHelper : Optimizer
{
    private protected OptimizerHelper(IEnumerable<Parameter> parameters, Maker make) : base(parameters, make)
    {
    }

    /// <summary>The state of every parameter.</summary>
    public virtual StateDictionary state_dict() => new(parameters().Select(StateOf));

    private protected abstract OptimizerState StateOf(Parameter parameter);
}
