using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A mistake in the formula of a hand-written RMSprop.</summary>
internal enum RmsPropMistake
{
    None,
    EpsilonInsideTheRoot,
    RateInBuffer,
    BeginsWithOne,
}

/// <summary>RMSprop with momentum as one writes it after TensorFlow's, with PyTorch's options and state.</summary>
internal sealed class HandwrittenRmsProp(IEnumerable<RMSProp.ParamGroup> groups, double rate, RmsPropMistake mistake) : RMSProp(groups, rate)
{
    public override Tensor step(Func<Tensor>? closure = null) =>
        Handwritten.Step<ParamGroup>(ParamGroups, (group, parameter, gradient) =>
            Update(parameter, gradient, group.Options, (State)_state[parameter.Handle])
        );

    private void Update(Parameter parameter, Tensor gradient, Options options, State state)
    {
        var (rate, alpha, epsilon) = (options.LearningRate!.Value, options.alpha!.Value, options.eps!.Value);
        if (state.step++ == 0 && mistake == RmsPropMistake.BeginsWithOne)
            state.square_avg.fill_(1);
        state.square_avg.mul_(alpha).addcmul_(gradient, gradient, value: 1 - alpha);
        var root = mistake == RmsPropMistake.EpsilonInsideTheRoot ? (state.square_avg + epsilon).sqrt() : state.square_avg.sqrt() + epsilon;
        var step = gradient / root;
        if (mistake == RmsPropMistake.RateInBuffer)
            step *= rate;
        state.momentum_buffer!.mul_(options.momentum!.Value).add_(step);
        parameter.add_(state.momentum_buffer, alpha: mistake == RmsPropMistake.RateInBuffer ? -1 : -rate);
    }
}
