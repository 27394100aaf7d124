using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// Intervals that contain every training step of a correct engine, whatever its summation order, math library, composition of ops
/// and losses, or float32. Works step by step; optimizer state that is not recorded is
/// carried over from the step before.
/// </summary>
/// <param name="trace">The run.</param>
/// <param name="ops">The catalogue, whose formulas bound what rounding can do.</param>
/// <param name="format">The format in which the engine computes.</param>
internal sealed class HonestSteps(TrainingTrace trace, OpCatalogue ops, FloatFormat format)
{
    /// <summary>Number of roundings of a schedule per step: the cosine's recurrence, with two function calls.</summary>
    private const int OperationsOfSchedule = 8 + (2 * HonestRounding.Call);

    private readonly EnclosureArithmetic _arithmetic = new(format) { DecidesExactly = true };
    private readonly HonestArithmetic _others = new(format);
    private readonly HonestRounding _rounding = new(format);
    private readonly Dictionary<Choice, OptimizerBounds> _optimizers = new[] { trace.Spec.Optimizer }
        .Concat(trace.Spec.Groups.Select(g => g.Optimizer))
        .ToDictionary(choice => choice, choice => new OptimizerBounds(choice, format));
    private Dictionary<string, Enclosure[]>? _memory;

    /// <summary>Encloses an initial parameter: exact, or rounded to the engine's format.</summary>
    internal Enclosure Initial(double parameter) => _arithmetic.Constant(parameter);

    /// <summary>Computes the bounds of the next step.</summary>
    /// <param name="number">Step number, from 0.</param>
    /// <param name="step">The step as recorded, whose numbers replace the bounds for what follows; null if not recorded.</param>
    /// <param name="start">State before the step.</param>
    /// <param name="right">The step as PyTorch computes it from that state.</param>
    /// <param name="engine">The engine, which has just run the step and kept it.</param>
    internal HonestStep Next(int number, PartialStep? step, TrainingState start, StepTrace right, MicrogradTraining engine)
    {
        var earlier = trace.Spec.ClearGradients ? null : start.Gradients;
        var bounds = Forward(engine.Recorded!, earlier);
        if (engine.Composed != engine.Recorded)
            bounds = Either(bounds, Forward(engine.Composed!, earlier));

        Enclosure?[] gradients = [.. bounds.Gradients.Select((g, i) => step?.Gradients?[i] is { } known ? Enclosure.Of(known) : g)];
        var clipped = trace.Spec.Clip is { } clip ? Clip(clip, gradients) : null;
        Enclosure?[] used =
        [
            .. (clipped ?? gradients).Select((g, i) => clipped is not null && step?.Clipped?[i] is { } known ? Enclosure.Of(known) : g),
        ];
        var rates = Enumerable.Range(0, start.Parameters.Length).Select(i => Rate(number, engine.Rates[i], Optimizer(i))).ToArray();
        var rate = rates[Enumerable.Range(0, rates.Length).FirstOrDefault(i => engine.Rates[i] == right.LearningRate)];
        var memory = _memory ?? right.After.Optimizer.ToDictionary(m => m.Name, m => Before(m, start));
        var counts = start.Optimizer.FirstOrDefault(m => m.Name == "step")?.Values;
        var after = memory.ToDictionary(m => m.Key, m => (Enclosure[])m.Value.Clone());
        var parameters = new Enclosure[start.Parameters.Length];
        var kept = new Dictionary<string, Enclosure>(StringComparer.Ordinal);
        for (var i = 0; i < parameters.Length; i++)
        {
            parameters[i] = Initial(start.Parameters[i]);
            if (used[i] is not { } gradient)
                continue;
            foreach (var (name, values) in memory)
                kept[name] = values[i];
            var known = step?.LearningRate is { } recorded && rates[i] == rate && rate.Contains(recorded) ? Enclosure.Of(recorded) : rates[i];
            parameters[i] = _optimizers[Optimizer(i)].Update(start.Parameters[i], gradient, known, (int)(counts?[i] ?? number) + 1, kept);
            foreach (var (name, values) in after)
                values[i] = name == "step" ? Enclosure.Of(values[i].Low + 1) : kept[name];
        }

        _memory = after.ToDictionary(
            m => m.Key,
            m =>
                m.Value.Select(
                        (e, i) =>
                            step is not null && step.Optimizer.TryGetValue(m.Key, out var recorded) && recorded[i] is { } x ? Enclosure.Of(x) : e
                    )
                    .ToArray()
        );
        return new HonestStep(bounds.Outputs, bounds.Loss, bounds.Gradients, clipped, rate, parameters, after);
    }

    /// <summary>Optimizer state before a step; before the first step PyTorch has none, and the formula's initial values are used.</summary>
    private Enclosure[] Before(OptimizerMemory after, TrainingState start) =>
        start.Optimizer.FirstOrDefault(m => m.Name == after.Name) is { } memory
            ? Array.ConvertAll(memory.Values, Enclosure.Of)
            : [.. after.Values.Select((_, i) => _optimizers[Optimizer(i)].Initial(after.Name))];

    /// <summary>The optimizer with the settings that a parameter has.</summary>
    private Choice Optimizer(int parameter) => trace.Spec.OptimizerOf(trace.Layout[parameter].Tensor);

    private static StepBounds Either(StepBounds a, StepBounds b) =>
        new(
            [.. a.Outputs.Zip(b.Outputs, (x, y) => x.Hull(y))],
            a.Loss.Hull(b.Loss),
            [.. a.Gradients.Zip(b.Gradients, (x, y) => x is { } e && y is { } f ? e.Hull(f) : x ?? y)],
            null
        );

    private StepBounds Forward(StepProgram step, IReadOnlyList<double?>? earlier)
    {
        var backend = new FormulaBackend<Enclosure>(ops, _arithmetic)
        {
            ReordersSums = true,
            RoundsLeaves = true,
            Others = step.Others,
            Result = _rounding.Result,
            Share = _rounding.Share,
        };
        return StepBounds.Compute(step, backend, _arithmetic, earlier);
    }

    private Enclosure?[] Clip(Choice clip, Enclosure?[] gradients)
    {
        Enclosure[] squares = [.. gradients.OfType<Enclosure>().Select(_arithmetic.Square)];
        if (squares.Length == 0)
            return gradients;

        // The norm of the tensors' norms takes a root and a square more for each.
        var norm = _rounding.Wider(_arithmetic.Apply(Primitive.Sqrt, _arithmetic.Sum(squares)), 4);
        return Array.ConvertAll(gradients, g => g is { } e ? ClipRow.Apply(clip, _others, e, norm) : (Enclosure?)null);
    }

    /// <summary>Encloses a learning rate computed recursively step by step, or in closed form from the initial one.</summary>
    private Enclosure Rate(int step, double rate, Choice optimizer) =>
        trace.Spec.Schedule is null
            ? _arithmetic.Constant(rate)
            : _rounding.Wider(Enclosure.Of(rate), OperationsOfSchedule * (step + 1), through: optimizer["lr"]);
}

/// <summary>Bounds within which a correct engine's numbers of one step lie.</summary>
/// <param name="Outputs">Each output.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Gradients">Each parameter's gradient.</param>
/// <param name="Clipped">Each gradient after clipping; null where the run does not clip.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Parameters">Each parameter after the update.</param>
/// <param name="Memory">Optimizer state, by name.</param>
internal sealed record HonestStep(
    IReadOnlyList<Enclosure> Outputs,
    Enclosure Loss,
    IReadOnlyList<Enclosure?> Gradients,
    IReadOnlyList<Enclosure?>? Clipped,
    Enclosure Rate,
    IReadOnlyList<Enclosure> Parameters,
    IReadOnlyDictionary<string, Enclosure[]> Memory
);
