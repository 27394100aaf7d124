using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>An engine without a fault that rounds in its own way.</summary>
/// <param name="Name">Its name.</param>
internal sealed record HonestEngine(string Name)
{
    private static readonly Func<double, double> s_toFloat = x => (float)x;

    /// <summary>Engines of all kinds.</summary>
    public static IReadOnlyList<HonestEngine> All { get; } =
    [
        new("the model engine") { HasBits = true },
        new("the model engine") { HasBits = true, DrawsSpec = true },
        new("PyTorch's modules and fused losses") { IsModules = true, DrawsSpec = true },
        new("another composition of ops and order of sums")
        {
            DrawsSpec = true,
            Model = new() { Composition = call => Compositions.Value(call.Op.Name, call.Operands, call.Settings, number: 0) ?? call.Result },
            Loop = new() { Neuron = ProductsFirst },
        },
        new("float32")
        {
            DrawsSpec = true,
            IsFloat32 = true,
            Model = new() { Rounding = s_toFloat },
            Loop = new()
            {
                Update = t =>
                {
                    t.Change(s_toFloat);
                    t.Update(_ => true);
                    for (var p = 0; p < t.Parameters.Length; p++)
                        t.Parameters[p] = s_toFloat(t.Parameters[p]);
                },
                Optimizer = new() { Stored = (_, number, _, _) => s_toFloat(number) },
            },
        },
    ];

    /// <summary>True if it must have PyTorch's bits.</summary>
    public bool HasBits { get; private init; }

    /// <summary>True if it is PyTorch with modules, in place of 0-dim tensors.</summary>
    public bool IsModules { get; private init; }

    /// <summary>True if runs of any specification are made on it, false for those of the suite.</summary>
    public bool DrawsSpec { get; private init; }

    /// <summary>True if it computes in float32.</summary>
    public bool IsFloat32 { get; private init; }

    /// <summary>Its ops and its backward pass.</summary>
    public ModelRules Model { get; private init; } = ModelRules.Right;

    /// <summary>Its loop.</summary>
    public LoopRules Loop { get; private init; } = LoopRules.Right;

    /// <summary>A number as the engine writes it.</summary>
    internal double Written(double number) => IsFloat32 ? s_toFloat(number) : number;

    /// <summary>A step as the engine writes it.</summary>
    internal PartialStep Written(PartialStep step)
    {
        return step with
        {
            Loss = Each(step.Loss),
            Outputs = Array.ConvertAll(step.Outputs!, Written),
            Gradients = All(step.Gradients),
            Clipped = All(step.Clipped),
            Parameters = All(step.Parameters),
            Optimizer = step.Optimizer.ToDictionary(m => m.Key, m => All(m.Value)!),
        };

        double? Each(double? x) => x is { } number ? Written(number) : null;

        double?[]? All(double?[]? numbers) => numbers is null ? null : Array.ConvertAll(numbers, Each);
    }

    /// <summary>A neuron's sum with the bias last.</summary>
    private static OpValue ProductsFirst(ModelNeuron neuron)
    {
        var sum = (neuron with { Bias = null }).Sum();
        return neuron.Bias is { } bias ? sum + bias : sum;
    }
}
