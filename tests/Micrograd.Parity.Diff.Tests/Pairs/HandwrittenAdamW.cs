using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using TorchAdamW = TorchSharp.Modules.AdamW;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A mistake in the formula of a hand-written AdamW.</summary>
internal enum UpdateMistake
{
    None,
    EpsilonInsideTheRoot,
    BiasCorrectionLeftOut,
    FirstBiasCorrectionLeftOut,
    SecondBiasCorrectionLeftOut,
    CountAhead,
    DecayCoupled,
    DecayWithoutRate,
    DecayBehind,
    BetasExchanged,
    SquareOfTheAverage,
    SignExchanged,
}

/// <summary>AdamW as one writes it by hand, with PyTorch's options and state, and with a mistake that the options do not show.</summary>
internal sealed class HandwrittenAdamW(IEnumerable<TorchAdamW.ParamGroup> groups, double rate, UpdateMistake mistake) : TorchAdamW(groups, rate)
{
    public override Tensor step(Func<Tensor>? closure = null) =>
        Handwritten.Step<ParamGroup>(ParamGroups, (group, parameter, gradient) =>
            Update(parameter, gradient, group.Options, (State)_state[parameter.Handle])
        );

    private void Update(Parameter parameter, Tensor gradient, Options options, State state)
    {
        var (first, second) = (options.beta1!.Value, options.beta2!.Value);
        if (mistake == UpdateMistake.BetasExchanged)
            (first, second) = (second, first);
        var (rate, decay, epsilon) = (options.LearningRate!.Value, options.weight_decay!.Value, options.eps!.Value);
        state.step++;
        if (mistake == UpdateMistake.DecayCoupled)
            gradient = gradient.add(parameter, alpha: decay);
        else if (mistake != UpdateMistake.DecayBehind)
            parameter.mul_(1 - (mistake == UpdateMistake.DecayWithoutRate ? 1 : rate) * decay);
        state.exp_avg.mul_(first).add_(gradient, alpha: 1 - first);
        var squared = mistake == UpdateMistake.SquareOfTheAverage ? state.exp_avg : gradient;
        state.exp_avg_sq.mul_(second).addcmul_(squared, squared, value: 1 - second);
        var count = mistake == UpdateMistake.CountAhead ? state.step + 1 : state.step;
        var (firstCorrection, secondCorrection) = (1 - Math.Pow(first, count), 1 - Math.Pow(second, count));
        if (mistake == UpdateMistake.BiasCorrectionLeftOut)
            (firstCorrection, secondCorrection) = (1, 1);
        if (mistake == UpdateMistake.FirstBiasCorrectionLeftOut)
            firstCorrection = 1;
        if (mistake == UpdateMistake.SecondBiasCorrectionLeftOut)
            secondCorrection = 1;
        var denominator =
            mistake == UpdateMistake.EpsilonInsideTheRoot
                ? (state.exp_avg_sq / secondCorrection).add_(epsilon).sqrt_()
                : (state.exp_avg_sq.sqrt() / Math.Sqrt(secondCorrection)).add_(epsilon);
        var sign = mistake == UpdateMistake.SignExchanged ? 1 : -1;
        parameter.addcdiv_(state.exp_avg, denominator, value: sign * rate / firstCorrection);
        if (mistake == UpdateMistake.DecayBehind)
            parameter.mul_(1 - rate * decay);
    }
}
