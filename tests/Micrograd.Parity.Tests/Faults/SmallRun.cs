using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Training;
using static Micrograd.Parity.Comparisons.Training.Parts.AllParts;

namespace Micrograd.Parity.Tests.Faults;

/// <summary>A short training run of two hidden layers.</summary>
internal static class SmallRun
{
    internal static TrainingSpec Spec { get; } =
        new()
        {
            Name = "small",
            Sizes = [3, 4, 4, 1],
            Activations = ["tanh", "tanh", "tanh"],
            Init = InitOf("uniform", ("bias", true)),
            Data = DataOf("four_points"),
            Loss = LossOf("mse_loss", ("reduction", "sum")),
            Optimizer = OptimizerOf("sgd", ("lr", 0.05)),
            Steps = 20,
        };

    internal static ModelTraining Model(TrainingSpec spec, LoopRules loop, ModelRules? model = null)
    {
        using var engine = AnyMlp.Run(spec).Ours();
        return AnyMlp.Model(spec, engine.Layout, engine.State.Parameters, model ?? ModelRules.Right, loop);
    }
}
