using Micrograd.Parity.Training;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>A schedule of the learning rate on each side; what it makes is called after each step.</summary>
/// <param name="Ours">The engine's.</param>
/// <param name="Theirs">PyTorch's.</param>
internal sealed record SchedulePart(Func<Optimizer, Action> Ours, Func<optim.Optimizer, Action> Theirs)
{
    internal static SchedulePart Of(Choice? c) =>
        c?.Kind switch
        {
            null => new(_ => () => { }, _ => () => { }),
            "linear" => new(o => new LinearDecay(o, c["drop"], c.Whole("epochs")).Step, o => ByHand(o, c["drop"], c.Whole("epochs"))),
            "step" => new(
                o => new StepDecay(o, c.Whole("step_size"), c["gamma"]).Step,
                o => optim.lr_scheduler.StepLR(o, c.Whole("step_size"), c["gamma"]).step
            ),
            "exponential" => new(o => new ExponentialDecay(o, c["gamma"]).Step, o => optim.lr_scheduler.ExponentialLR(o, c["gamma"]).step),
            "cosine" => new(
                o => new CosineAnnealing(o, c.Whole("t_max"), c["eta_min"]).Step,
                o => optim.lr_scheduler.CosineAnnealingLR(o, c.Whole("t_max"), c["eta_min"]).step
            ),
            _ => throw new ArgumentException($"There is no schedule {c.Kind}.", nameof(c)),
        };

    /// <summary>The lecture's schedule, which PyTorch has no class for: the rate is written into the optimizer.</summary>
    private static Action ByHand(optim.Optimizer optimizer, double drop, int epochs)
    {
        var (groups, epoch) = (optimizer.ParamGroups.Select(g => (Group: g, Initial: g.LearningRate)).ToList(), 0);
        return () =>
        {
            epoch++;
            groups.ForEach(g => g.Group.LearningRate = g.Initial - drop * epoch / epochs);
        };
    }
}
