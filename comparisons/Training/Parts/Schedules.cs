using Micrograd.Parity.Training;
using static TorchSharp.torch;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>The schedules of the learning rate.</summary>
internal static class Schedules
{
    internal static IReadOnlyList<ScheduleRow> Rows { get; } =
    [
        new(
            "linear",
            [Setting.Any("drop", null, "total decrease of the rate over all epochs"), Setting.Count("epochs", null, "number of epochs")],
            (o, c) => new LinearDecay(o, c["drop"], c.Whole("epochs")),
            (o, c) => ByHand(o, c["drop"], c.Whole("epochs"))
        ),
        new(
            "step",
            [
                Setting.Count("step_size", null, "number of steps between two changes of the rate"),
                Setting.NotNegative("gamma", 0.1, "factor of the rate per change"),
            ],
            (o, c) => new StepDecay(o, c.Whole("step_size"), c["gamma"]),
            (o, c) => optim.lr_scheduler.StepLR(o, c.Whole("step_size"), c["gamma"]).step
        ),
        new(
            "exponential",
            [Setting.NotNegative("gamma", null, "factor of the rate per step")],
            (o, c) => new ExponentialDecay(o, c["gamma"]),
            (o, c) => optim.lr_scheduler.ExponentialLR(o, c["gamma"]).step
        ),
        new(
            "cosine",
            [Setting.Count("t_max", null, "number of steps from the initial rate to the minimum"), Setting.NotNegative("eta_min", 0, "minimum rate")],
            (o, c) => new CosineAnnealing(o, c.Whole("t_max"), c["eta_min"]),
            (o, c) => optim.lr_scheduler.CosineAnnealingLR(o, c.Whole("t_max"), c["eta_min"]).step
        ),
    ];

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
