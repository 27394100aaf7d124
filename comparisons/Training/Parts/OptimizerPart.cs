using Micrograd.Parity.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>An optimizer on each side, every setting stated.</summary>
/// <param name="Ours">The engine's.</param>
/// <param name="Theirs">PyTorch's.</param>
internal sealed record OptimizerPart(Func<IEnumerable<Value>, Optimizer> Ours, Func<IEnumerable<Parameter>, optim.Optimizer> Theirs)
{
    internal static OptimizerPart Of(Choice c) =>
        c.Kind switch
        {
            "sgd" => new(
                p => new Sgd(p, c["lr"], c["momentum"], c["dampening"], c["weight_decay"], c.Flag("nesterov")),
                p => optim.SGD(p, c["lr"], c["momentum"], c["dampening"], c["weight_decay"], c.Flag("nesterov"))
            ),
            "adam" => new(
                p => new Adam(p, c["lr"], c["beta1"], c["beta2"], c["eps"], c["weight_decay"], c.Flag("amsgrad")),
                p => optim.Adam(p, c["lr"], c["beta1"], c["beta2"], c["eps"], c["weight_decay"], c.Flag("amsgrad"))
            ),
            "adamw" => new(
                p => new AdamW(p, c["lr"], c["beta1"], c["beta2"], c["eps"], c["weight_decay"], c.Flag("amsgrad")),
                p => optim.AdamW(p, c["lr"], c["beta1"], c["beta2"], c["eps"], c["weight_decay"], c.Flag("amsgrad"))
            ),
            "rmsprop" => new(
                p => new RmsProp(p, c["lr"], c["alpha"], c["eps"], c["weight_decay"], c["momentum"], c.Flag("centered")),
                p => optim.RMSProp(p, c["lr"], c["alpha"], c["eps"], c["weight_decay"], c["momentum"], c.Flag("centered"))
            ),
            "adagrad" => new(
                p => new Adagrad(p, c["lr"], c["lr_decay"], c["weight_decay"], c["initial_accumulator_value"], c["eps"]),
                p => optim.Adagrad(p, c["lr"], c["lr_decay"], c["weight_decay"], c["initial_accumulator_value"], c["eps"])
            ),
            _ => throw new ArgumentException($"There is no optimizer {c.Kind}.", nameof(c)),
        };
}
