using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using TorchAdamW = TorchSharp.Modules.AdamW;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>Makes an optimizer for a model.</summary>
internal interface IOptimizerSettings
{
    optim.Optimizer Make(nn.Module model);
}

/// <summary>Settings of SGD.</summary>
internal sealed record SgdSettings(double Rate) : IOptimizerSettings
{
    internal double Momentum { get; init; }

    internal double Dampening { get; init; }

    internal double Decay { get; init; }

    internal bool Nesterov { get; init; }

    internal bool Maximize { get; init; }

    /// <summary>A mistake of a hand-written SGD.</summary>
    internal SgdMistake Mistake { get; init; }

    /// <summary>The parameters that are trained; all unless given.</summary>
    internal Func<string, bool> Trains { get; init; } = _ => true;

    public optim.Optimizer Make(nn.Module model) =>
        Mistake != SgdMistake.None
            ? new HandwrittenSgd([new([.. model.parameters()], Rate, Momentum, 0, Decay)], Rate, Mistake)
            : optim.SGD(
                model.named_parameters().Where(named => Trains(named.name)).Select(named => named.parameter),
                Rate,
                Momentum,
                Dampening,
                Decay,
                Nesterov,
                Maximize
            );
}

/// <summary>Settings of Adam and AdamW.</summary>
internal sealed record AdamSettings(double Rate) : IOptimizerSettings
{
    internal (double First, double Second) Betas { get; init; } = (0.9, 0.999);

    internal double Epsilon { get; init; } = 1e-8;

    internal double Decay { get; init; }

    internal bool Amsgrad { get; init; }

    /// <summary>True for AdamW.</summary>
    internal bool IsDecoupled { get; init; }

    /// <summary>The parameters whose weights decay; all unless given. They are a group of their own.</summary>
    internal Func<string, bool>? Decays { get; init; }

    /// <summary>The parameters that are trained; all unless given.</summary>
    internal Func<string, bool> Trains { get; init; } = _ => true;

    /// <summary>A mistake of a hand-written AdamW.</summary>
    internal UpdateMistake Mistake { get; init; }

    public optim.Optimizer Make(nn.Module model)
    {
        var named = model.named_parameters().Where(n => Trains(n.name)).ToList();
        if (!IsDecoupled)
        {
            return optim.Adam(named.Select(n => n.parameter), Rate, Betas.First, Betas.Second, Epsilon, Decay, Amsgrad);
        }

        var groups = Decays is null
            ? [Group(named.Select(n => n.parameter), Decay)]
            : new[]
            {
                Group(named.Where(n => Decays(n.name)).Select(n => n.parameter), Decay),
                Group(named.Where(n => !Decays(n.name)).Select(n => n.parameter), 0),
            };
        return Mistake == UpdateMistake.None ? new TorchAdamW(groups, Rate) : new HandwrittenAdamW(groups, Rate, Mistake);
    }

    private TorchAdamW.ParamGroup Group(IEnumerable<Parameter> parameters, double decay) =>
        new([.. parameters], Rate, Betas.First, Betas.Second, Epsilon, decay, Amsgrad);
}

/// <summary>Settings of RMSprop.</summary>
internal sealed record RmsPropSettings(double Rate) : IOptimizerSettings
{
    internal double Alpha { get; init; } = 0.99;

    internal double Epsilon { get; init; } = 1e-8;

    internal double Momentum { get; init; }

    internal bool Centered { get; init; }

    /// <summary>A mistake of a hand-written RMSprop.</summary>
    internal RmsPropMistake Mistake { get; init; }

    public optim.Optimizer Make(nn.Module model) =>
        Mistake != RmsPropMistake.None
            ? new HandwrittenRmsProp([new([.. model.parameters()], Rate, Epsilon, Alpha, 0, Momentum)], Rate, Mistake)
            : optim.RMSProp(model.parameters(), Rate, Alpha, Epsilon, weight_decay: 0, momentum: Momentum, centered: Centered);
}
