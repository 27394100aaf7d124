using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>An update that is being computed.</summary>
internal sealed class Update
{
    private readonly OptimizerCall _call;

    internal Update(OptimizerCall call)
    {
        _call = call;
        Rounding = Rounding.Of(call.Parameter.dtype).Composed;
        Parameter = Bounded.Of(call.Parameter, Rounding);
        var gradient = Bounded.Of(call.Gradient, Rounding);
        Gradient = Options.Flag("maximize", false) && !Options.Flag("~climbs last", false) ? -gradient : gradient;
    }

    internal Rounding Rounding { get; }

    internal RecordedOptions Options => _call.Options;

    internal Bounded Parameter { get; private set; }

    internal Bounded Gradient { get; }

    internal Dictionary<string, Bounded> State { get; } = [];

    internal double Rate => Number("lr", 1e-3);

    internal double Number(string option, double otherwise) => Options.Number(option, otherwise);

    internal Bounded Constant(double number) => Bounded.Of(number, Rounding);

    internal bool Has(string state) => State.ContainsKey(state) || (_call.State.ContainsKey(state) && !Options.Flag("~forgotten", false));

    internal Bounded Old(string state) => State.TryGetValue(state, out var own) ? own : Bounded.Of(_call.State[state], Rounding);

    internal (double First, double Second) Betas()
    {
        var betas = Options.Numbers("betas") ?? [0.9, 0.999];
        return (betas[0], betas[1]);
    }

    /// <summary>The number of this step, from 1.</summary>
    internal double Count()
    {
        var before =
            Has("step") ? Old("step").Value.ToDouble()
            : Options.Flag("~forgotten", false) ? 0
            : _call.Step;
        var count = before + 1;
        State["step"] = Bounded.Of(tensor(count, ScalarType.Float64), Rounding);
        return count + Options.Number("~step offset", 0);
    }

    /// <summary>1 − βⁿ, of the running mean or of that of the squares.</summary>
    internal Bounded Correction(double beta, double count, bool ofSquares = false)
    {
        if (Options.Text("~no bias correction", "none") is var left && (left == "both" || left == (ofSquares ? "squares" : "mean")))
            return Constant(1);
        var correction = Constant(1 - Math.Pow(beta, count));
        // Where the count is a tensor on the device, powers are taken in float32.
        return Options.Flag("capturable", false) ? correction.Loosened(tensor(8 / 16777216.0, ScalarType.Float64)) : correction.MaybeRounded(2);
    }

    internal Bounded Decayed(Bounded gradient)
    {
        var decay = Number("weight_decay", 0);
        return decay == 0 ? gradient : Mixed(Parameter, decay, gradient, 1);
    }

    internal void Shrink() => Multiply(Constant(1) - (Options.Flag("~decay without rate", false) ? 1 : Rate) * Number("weight_decay", 0));

    internal void Multiply(Bounded factor) => Parameter *= factor;

    /// <summary>Takes a step off the parameter; of its factors any two may be multiplied first.</summary>
    internal void Subtract(Bounded step) =>
        Parameter = Options.Flag("~climbs last", false) ? Parameter + step.MaybeRounded(4) : Parameter - step.MaybeRounded(4);

    /// <summary>a · x + b · y, with products rounded or fused, or as the one and a part of the difference.</summary>
    internal Bounded Mixed(Bounded x, double a, Bounded y, double b)
    {
        var (left, right) = (a == 1 ? x : x * a, b == 1 ? y : y * b);
        return (left + right).Loosened((left.Magnitude + right.Magnitude) * Rounding.Gamma(3, Rounding.Inner));
    }

    /// <summary>A running mean.</summary>
    internal Bounded Averaged(string name, Bounded number, double beta)
    {
        var before = Has(name) ? Old(name) : Bounded.Of(full_like(number.Value, Options.Number($"~initial {name}", 0)), Rounding);
        var mean = Mixed(before, beta, number, 1 - beta);
        // As the one and a part of the difference.
        State[name] = mean.Loosened((before.Magnitude + number.Magnitude) * ((1 - beta) * Rounding.Gamma(3, Rounding.Inner)));
        return State[name];
    }

    internal Bounded Larger(string name, Bounded number) => Has(name) ? Bounded.Larger(Old(name), number) : number;
}
