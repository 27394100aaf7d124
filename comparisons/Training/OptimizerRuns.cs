using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Training.Parts.AllParts;

namespace Micrograd.Parity.Comparisons.Training;

/// <summary>
/// Every optimizer with every setting that changes its formula, and every schedule. Both sides: <c>Parts/Optimizers.cs</c>.
/// </summary>
internal static class OptimizerRuns
{
    public static IReadOnlyList<TrainingRun> All { get; } =
    [
        Optimizer("SGD, momentum", "sgd", ("lr", 0.02), ("momentum", 0.9)),
        Optimizer("SGD, momentum and dampening", "sgd", ("lr", 0.05), ("momentum", 0.9), ("dampening", 0.5)),
        Optimizer("SGD, Nesterov", "sgd", ("lr", 0.02), ("momentum", 0.9), ("nesterov", true)),
        Optimizer("SGD, weight decay", "sgd", ("lr", 0.05), ("weight_decay", 0.01)),
        Optimizer("Adam", "adam", ("lr", 0.01)),
        Optimizer("Adam, weight decay", "adam", ("lr", 0.01), ("weight_decay", 0.01)),
        Optimizer("Adam, amsgrad", "adam", ("lr", 0.01), ("amsgrad", true)),
        Optimizer("AdamW", "adamw", ("lr", 0.01), ("weight_decay", 0.01)),
        Optimizer("AdamW, amsgrad", "adamw", ("lr", 0.01), ("weight_decay", 0.01), ("amsgrad", true)),
        Optimizer("RMSprop", "rmsprop", ("lr", 0.01)),
        Optimizer("RMSprop, momentum and centered", "rmsprop", ("lr", 0.002), ("momentum", 0.9), ("centered", true), ("weight_decay", 0.01)),
        Optimizer("Adagrad", "adagrad", ("lr", 0.1)),
        Optimizer("Adagrad, decays", "adagrad", ("lr", 0.1), ("lr_decay", 0.01), ("weight_decay", 0.01), ("initial_accumulator_value", 0.1)),
        Scheduled("schedule, linear", "linear", ("drop", 0.04), ("epochs", 200)),
        Scheduled("schedule, step", "step", ("step_size", 30), ("gamma", 0.7)),
        Scheduled("schedule, exponential", "exponential", ("gamma", 0.99)),
        Scheduled("schedule, cosine", "cosine", ("t_max", 50), ("eta_min", 0.001)),
    ];

    private static TrainingRun Optimizer(string name, string kind, params (string Setting, object Value)[] settings) =>
        AnyMlp.Run(SmallProblem.Spec(name) with { Optimizer = OptimizerOf(kind, settings) });

    private static TrainingRun Scheduled(string name, string kind, params (string Setting, object Value)[] settings) =>
        AnyMlp.Run(SmallProblem.Spec(name) with { Schedule = ScheduleOf(kind, settings) });
}
