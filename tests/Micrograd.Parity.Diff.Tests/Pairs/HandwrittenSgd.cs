using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A mistake in the formula of a hand-written SGD.</summary>
internal enum SgdMistake
{
    None,
    RateInBuffer,
    Averaged,
    DecayDecoupled,
}

/// <summary>SGD with momentum as one writes it by hand, with PyTorch's options and state, and with a mistake that the options do not show.</summary>
internal sealed class HandwrittenSgd(IEnumerable<SGD.ParamGroup> groups, double rate, SgdMistake mistake) : SGD(groups, rate)
{
    public override Tensor step(Func<Tensor>? closure = null) =>
        Handwritten.Step<ParamGroup>(ParamGroups, (group, parameter, gradient) =>
            Update(parameter, gradient, group.Options, (State)_state[parameter.Handle])
        );

    private void Update(Parameter parameter, Tensor gradient, Options options, State state)
    {
        var (rate, momentum, decay) = (options.LearningRate!.Value, options.momentum!.Value, options.weight_decay!.Value);
        if (mistake == SgdMistake.DecayDecoupled)
            parameter.mul_(1 - rate * decay);
        else
            gradient = gradient.add(parameter, alpha: decay);
        if (mistake == SgdMistake.RateInBuffer)
            gradient *= rate;
        if (mistake == SgdMistake.Averaged)
            gradient *= 1 - momentum;
        state.momentum_buffer = state.momentum_buffer is null
            ? gradient.clone().DetachFromDisposeScope()
            : state.momentum_buffer.mul_(momentum).add_(gradient);
        parameter.add_(state.momentum_buffer, alpha: mistake == SgdMistake.RateInBuffer ? -1 : -rate);
    }
}
