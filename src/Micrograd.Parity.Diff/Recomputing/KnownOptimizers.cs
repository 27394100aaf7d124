using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Recomputing;

/// <summary>A parameter's update as a recording holds it.</summary>
/// <param name="Type">The optimizer's kind, under PyTorch's name.</param>
/// <param name="Options">The options of the parameter's group, with the learning rate of the step.</param>
/// <param name="Step">The steps that were made before; where the state before has its own count, that counts.</param>
/// <param name="Parameter">The parameter before.</param>
/// <param name="Gradient">The gradient that the optimizer was given.</param>
/// <param name="State">The optimizer's state of the parameter before the step, under PyTorch's names; empty before the first.</param>
internal sealed record OptimizerCall(
    string Type,
    RecordedOptions Options,
    long Step,
    Tensor Parameter,
    Tensor Gradient,
    IReadOnlyDictionary<string, Tensor> State
)
{
    /// <summary>The same with another option.</summary>
    internal OptimizerCall With(string option, object? value) => this with { Options = Options.With(option, value) };
}

/// <summary>A parameter and the optimizer's state of it after a step, computed anew.</summary>
internal sealed record OptimizerStep(Recomputed Parameter, IReadOnlyDictionary<string, Recomputed> State);

/// <summary>PyTorch's optimizers, computed anew in float64 with bounds on what rounding may do in the parameter's dtype.</summary>
internal static class KnownOptimizers
{
    private static readonly Dictionary<string, Action<Update>> s_kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SGD"] = Sgd,
        ["Adam"] = u => Adam(u, false),
        ["AdamW"] = u => Adam(u, true),
        ["NAdam"] = NAdam,
        ["RAdam"] = RAdam,
        ["Adamax"] = Adamax,
        ["Adagrad"] = Adagrad,
        ["Adadelta"] = Adadelta,
        ["RMSprop"] = RmsProp,
        ["ASGD"] = Asgd,
        ["Rprop"] = Rprop,
    };

    /// <summary>The kinds of optimizers that are known.</summary>
    internal static IReadOnlyCollection<string> Kinds => s_kinds.Keys;

    /// <summary>The parameter and state after a step; null if the kind is not known.</summary>
    internal static OptimizerStep? Step(OptimizerCall call)
    {
        if (!s_kinds.TryGetValue(call.Type, out var kind))
            return null;
        NativeHeap.Trim();
        using var work = TorchWork.Begin();
        using var _ = no_grad();
        var update = new Update(call);
        kind(update);
        if (call.Options.Flag("~twice", false))
            kind(update);
        return new(update.Parameter.Result().Kept(), update.State.ToDictionary(s => s.Key, s => s.Value.Result().Kept()));
    }

    private static void Sgd(Update u)
    {
        var (momentum, dampening) = (u.Number("momentum", 0), u.Number("dampening", 0));
        var isDecoupled = u.Options.Flag("~decoupled", false);
        var gradient = isDecoupled ? u.Gradient : u.Decayed(u.Gradient);
        if (isDecoupled)
            u.Shrink();
        var rate = u.Rate;
        if (momentum != 0 && u.Options.Flag("~rate in buffer", false))
            (gradient, rate) = (gradient * rate, 1);
        if (momentum != 0)
        {
            var first = !u.Has("momentum_buffer") || u.Options.Flag("~forgotten", false);
            var buffer = first
                ? gradient * (u.Options.Flag("~dampened first", false) ? 1 - dampening : 1)
                : u.Mixed(u.Old("momentum_buffer"), momentum, gradient, 1 - dampening);
            u.State["momentum_buffer"] = buffer;
            gradient = u.Options.Flag("nesterov", false) ? u.Mixed(buffer, momentum, gradient, 1) : buffer;
        }

        u.Subtract(gradient * rate);
    }

    private static void Adam(Update u, bool isDecoupled)
    {
        isDecoupled = u.Options.Flag("decoupled_weight_decay", isDecoupled);
        var (beta1, beta2) = u.Betas();
        var gradient = isDecoupled ? u.Gradient : u.Decayed(u.Gradient);
        var isDecayedLast = isDecoupled && u.Options.Flag("~decay last", false);
        if (isDecoupled && !isDecayedLast)
            u.Shrink();
        var count = u.Count();
        var mean = u.Averaged("exp_avg", gradient, beta1);
        var squared = u.Options.Flag("~square of mean", false) ? mean : gradient;
        var square = u.Averaged("exp_avg_sq", squared * squared, beta2);
        if (u.Options.Flag("amsgrad", false))
            square = u.State["max_exp_avg_sq"] = u.Larger("max_exp_avg_sq", square);
        var (correction1, correction2) = (u.Correction(beta1, count), u.Correction(beta2, count, ofSquares: true));
        var denominator = u.Options.Text("~eps place", "outside") switch
        {
            "inside" => (square / correction2 + u.Number("eps", 1e-8)).Sqrt(),
            "before correction" => (square.Sqrt() + u.Number("eps", 1e-8)) / correction2.Sqrt(),
            _ => square.Sqrt() / correction2.Sqrt() + u.Number("eps", 1e-8),
        };
        u.Subtract(mean / correction1 / denominator * u.Rate);
        if (isDecayedLast)
            u.Shrink();
    }

    private static void NAdam(Update u)
    {
        var (beta1, beta2) = u.Betas();
        var decay = u.Number("momentum_decay", 4e-3);
        var gradient = u.Options.Flag("decoupled_weight_decay", false) ? u.Gradient : u.Decayed(u.Gradient);
        if (u.Options.Flag("decoupled_weight_decay", false))
            u.Shrink();
        var count = u.Count();
        var (now, next) = (Momentum(count), Momentum(count + 1));
        var product = (u.Has("mu_product") ? u.Old("mu_product") : u.Constant(1)) * now;
        u.State["mu_product"] = product;
        var mean = u.Averaged("exp_avg", gradient, beta1);
        var square = u.Averaged("exp_avg_sq", gradient * gradient, beta2);
        var denominator = (square / u.Correction(beta2, count, ofSquares: true)).Sqrt() + u.Number("eps", 1e-8);
        u.Subtract(gradient * (u.Rate * (1 - now)) / (1 - product) / denominator);
        u.Subtract(mean * (u.Rate * next) / (1 - product * next) / denominator);

        double Momentum(double step) => beta1 * (1 - 0.5 * Math.Pow(0.96, step * decay));
    }

    private static void RAdam(Update u)
    {
        var (beta1, beta2) = u.Betas();
        var gradient = u.Options.Flag("decoupled_weight_decay", false) ? u.Gradient : u.Decayed(u.Gradient);
        if (u.Options.Flag("decoupled_weight_decay", false))
            u.Shrink();
        var count = u.Count();
        var mean = u.Averaged("exp_avg", gradient, beta1) / u.Correction(beta1, count);
        var square = u.Averaged("exp_avg_sq", gradient * gradient, beta2);
        var remaining = 1 - Math.Pow(beta2, count);
        var longest = 2 / (1 - beta2) - 1;
        var length = longest - 2 * count * Math.Pow(beta2, count) / remaining;
        if (length > 5)
        {
            var rectified = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
            var factor = rectified * (u.Options.Flag("~rate twice", false) ? u.Rate : 1);
            mean = mean * (Math.Sqrt(remaining) * factor) / (square.Sqrt() + u.Number("eps", 1e-8));
        }

        u.Subtract(mean * u.Rate);
    }

    private static void Adamax(Update u)
    {
        var (beta1, beta2) = u.Betas();
        var gradient = u.Decayed(u.Gradient);
        var count = u.Count();
        var mean = u.Averaged("exp_avg", gradient, beta1);
        var size = gradient.Abs() + u.Number("eps", 1e-8);
        var largest = u.Has("exp_inf") ? Bounded.Larger(u.Old("exp_inf") * beta2, size) : size;
        u.State["exp_inf"] = largest;
        u.Subtract(mean / u.Correction(beta1, count) * u.Rate / largest);
    }

    private static void Adagrad(Update u)
    {
        var gradient = u.Decayed(u.Gradient);
        var count = u.Count();
        var before = u.Has("sum") ? u.Old("sum") : u.Constant(u.Number("initial_accumulator_value", 0));
        var sum = u.State["sum"] = before + gradient * gradient;
        var denominator =
            u.Options.Text("~eps place", "outside") == "inside" ? (sum + u.Number("eps", 1e-10)).Sqrt() : sum.Sqrt() + u.Number("eps", 1e-10);
        u.Subtract(gradient * (u.Rate / (1 + (count - 1) * u.Number("lr_decay", 0))) / denominator);
    }

    private static void Adadelta(Update u)
    {
        var (rho, epsilon) = (u.Number("rho", 0.9), u.Number("eps", 1e-6));
        var gradient = u.Decayed(u.Gradient);
        u.Count();
        var square = u.Averaged("square_avg", gradient * gradient, rho);
        var before = u.Has("acc_delta") ? u.Old("acc_delta") : u.Constant(0);
        var delta = (before + epsilon).Sqrt() / (square + epsilon).Sqrt() * gradient;
        u.Averaged("acc_delta", delta * delta, rho);
        u.Subtract(delta * u.Rate);
    }

    private static void RmsProp(Update u)
    {
        var (alpha, epsilon, momentum) = (u.Number("alpha", 0.99), u.Number("eps", 1e-8), u.Number("momentum", 0));
        var gradient = u.Decayed(u.Gradient);
        u.Count();
        var square = u.Averaged("square_avg", gradient * gradient, alpha);
        if (u.Options.Flag("centered", false))
        {
            var mean = u.Averaged("grad_avg", gradient, alpha);
            square -= mean * mean;
        }

        var denominator = u.Options.Text("~eps place", "outside") == "inside" ? (square + epsilon).Sqrt() : square.Sqrt() + epsilon;
        var (step, rate) = (gradient / denominator, u.Rate);
        if (momentum > 0 && u.Options.Flag("~rate in buffer", false))
            (step, rate) = (step * rate, 1);
        if (momentum > 0)
            step = u.State["momentum_buffer"] = u.Has("momentum_buffer") ? u.Mixed(u.Old("momentum_buffer"), momentum, step, 1) : step;
        u.Subtract(step * rate);
    }

    private static void Asgd(Update u)
    {
        var (lambda, alpha, start) = (u.Number("lambd", 1e-4), u.Number("alpha", 0.75), u.Number("t0", 1e6));
        var gradient = u.Decayed(u.Gradient);
        var count = u.Count();
        var eta = u.Has("eta") ? u.Old("eta") : u.Constant(u.Rate);
        var mu = u.Has("mu") ? u.Old("mu") : u.Constant(1);
        u.Multiply(1 - eta * lambda);
        u.Subtract(gradient * eta);
        var before = u.Has("ax") ? u.Old("ax") : u.Constant(0);
        u.State["ax"] = mu.Value.ToDouble() == 1 ? u.Parameter : before + (u.Parameter - before) * mu;
        u.State["eta"] = u.Constant(u.Rate / Math.Pow(1 + lambda * u.Rate * count, alpha)).MaybeRounded(1);
        u.State["mu"] = u.Constant(1 / Math.Max(1, count - start)).MaybeRounded(1);
    }

    private static void Rprop(Update u)
    {
        var etas = u.Options.Numbers("etas") ?? [0.5, 1.2];
        var limits = u.Options.Numbers("step_sizes") ?? [1e-6, 50];
        u.Count();
        var previous = u.Has("prev") ? u.Old("prev") : u.Constant(0);
        var size = u.Has("step_size") ? u.Old("step_size") : u.Constant(u.Rate);
        var agreement = (u.Gradient.Value.sign() * previous.Value.sign()).expand(u.Gradient.Value.shape);
        var factor = Bounded.Where(agreement == 0, u.Constant(1), Bounded.Where(agreement > 0, u.Constant(etas[1]), u.Constant(etas[0])));
        size = (size * factor).Clamp(limits[0], limits[1]);
        var gradient = u.Gradient.Masked(agreement >= 0);
        (u.State["step_size"], u.State["prev"]) = (size, gradient);
        u.Subtract(Bounded.Of(gradient.Value.sign(), size.Rounding) * size);
    }
}
