namespace TorchSharp.Modules;

/// <summary>An optimizer's parameters, with their learning rate.</summary>
public class ParamGroup : torch.optim.ILearningRateController
{
    private readonly torch.optim.Optimizer _owner;

    internal ParamGroup(torch.optim.Optimizer owner)
    {
        _owner = owner;
        InitialLearningRate = LearningRate;
    }

    /// <summary>The learning rate.</summary>
    public double LearningRate
    {
        get => _owner[torch.optim.Optimizer.Option.LearningRate];
        set => _owner[torch.optim.Optimizer.Option.LearningRate] = value;
    }

    /// <summary>The learning rate at the start.</summary>
    public double InitialLearningRate { get; set; }
}
