using Micrograd.Parity.Bounds;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Training;

/// <summary>Compares the two sides of a run step by step, in the order in which a step computes its numbers.</summary>
internal sealed class TrainingComparer
{
    private readonly ParameterLayout _layout;
    private readonly string _input;
    private readonly List<Difference> _failures = [];
    private readonly BoundComparer _numbers = new(FloatFormat.Binary64);

    /// <summary>Makes a comparer for one run.</summary>
    /// <param name="layout">The parameters' places.</param>
    /// <param name="input">Description of the run's input.</param>
    public TrainingComparer(ParameterLayout layout, string input) => (_layout, _input) = (layout, input);

    /// <summary>Number of numbers compared, by verdict.</summary>
    public Counts Counts => _numbers.Counts;

    /// <summary>Largest distance in ulps.</summary>
    public ulong GreatestUlp => _numbers.GreatestUlp;

    /// <summary>Histogram of the fraction of their bounds that the differences used.</summary>
    public BoundUse Use => _numbers.Use;

    /// <summary>Largest difference relative to the largest number of the same quantity; infinite if one side has none.</summary>
    public double GreatestRelative { get; private set; }

    /// <summary>The first mismatches; the first of all is where the two sides part.</summary>
    public IReadOnlyList<Difference> Failures => _failures;

    /// <summary>Largest relative differences of PyTorch's step from ours.</summary>
    public static Drift Drift(ParameterLayout layout, StepTrace ours, StepTrace theirs)
    {
        return new(
            Greatest([ours.Loss], [theirs.Loss]),
            Greatest(ours.Gradients, theirs.Gradients),
            Greatest(Some(ours.After.Parameters), Some(theirs.After.Parameters))
        );

        double Greatest(double?[] a, double?[] b)
        {
            var comparer = new TrainingComparer(layout, "");
            comparer.Numbers(new TrainingPlace(0, TrainingPhase.Update), _ => "", a, b);
            return comparer.GreatestRelative;
        }
    }

    /// <summary>Compares one step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="ours">The engine's side.</param>
    /// <param name="theirs">PyTorch's side.</param>
    /// <param name="bounds">Bounds on both sides; null if the same bits are required.</param>
    public void Compare(int step, StepTrace ours, StepTrace theirs, StepBounds? bounds = null)
    {
        Numbers(At(TrainingPhase.Forward), i => $"output[{i}]", Some(ours.Outputs), Some(theirs.Outputs), bound: i => bounds?.Outputs[i]);
        Numbers(At(TrainingPhase.Loss), _ => "loss", [ours.Loss], [theirs.Loss], bound: _ => bounds?.Loss);
        ByParameter(At(TrainingPhase.Backward), "", ours.Gradients, theirs.Gradients, Quantity.Gradient, i => bounds?.Gradients[i]);
        if (ours.Clipped is not null || theirs.Clipped is not null)
            ByParameter(At(TrainingPhase.Clip), "", ours.Clipped ?? [], theirs.Clipped ?? [], Quantity.Gradient, i => bounds?.Clipped?[i]);
        if (!double.IsNaN(ours.LearningRate) && !double.IsNaN(theirs.LearningRate))
            Numbers(At(TrainingPhase.Update), _ => "learning rate", [ours.LearningRate], [theirs.LearningRate]);
        ByParameter(At(TrainingPhase.Update), "", Some(ours.After.Parameters), Some(theirs.After.Parameters));
        foreach (var name in Kept(ours).Union(Kept(theirs)))
            ByParameter(At(TrainingPhase.OptimizerState), $"{name} of ", Memory(ours, name), Memory(theirs, name));

        TrainingPlace At(TrainingPhase phase) => new(step, phase);
    }

    /// <summary>Names of the optimizer's states that are not all zero: one side may also keep zeros that it does not need.</summary>
    private static IEnumerable<string> Kept(StepTrace step) =>
        step.After.Optimizer.Where(m => Array.Exists(m.Values, v => v != 0)).Select(m => m.Name);

    private static double?[] Memory(StepTrace step, string name) =>
        step.After.Optimizer.FirstOrDefault(m => m.Name == name) is { } memory ? Some(memory.Values) : [];

    /// <summary>Numbers of which none is missing.</summary>
    internal static double?[] Some(double[] numbers) => Array.ConvertAll(numbers, x => (double?)x);

    private static double? At(double?[] numbers, int index) => index < numbers.Length ? numbers[index] : null;

    private void ByParameter(
        TrainingPlace place,
        string what,
        double?[] ours,
        double?[] theirs,
        Quantity quantity = Quantity.Value,
        Func<int, Enclosure?>? bound = null
    ) => Numbers(place, i => what + _layout[i], ours, theirs, quantity, bound);

    private void Numbers(
        TrainingPlace place,
        Func<int, string> name,
        double?[] ours,
        double?[] theirs,
        Quantity quantity = Quantity.Value,
        Func<int, Enclosure?>? bound = null
    )
    {
        var scale = 0.0;
        var count = Math.Max(ours.Length, theirs.Length);
        for (var i = 0; i < count; i++)
            scale = Math.Max(scale, Math.Max(Math.Abs(At(ours, i) ?? 0), Math.Abs(At(theirs, i) ?? 0)));
        for (var i = 0; i < count; i++)
        {
            if (At(ours, i) is null && At(theirs, i) is null)
                continue;
            var (a, b) = (At(ours, i), At(theirs, i));
            var admissible = bound?.Invoke(i);
            NoteRelative(a, b, scale);
            if (_numbers.Compare(a, b, admissible) == Verdict.Mismatch && _failures.Count < ItemResult.KeptDifferences)
            {
                _failures.Add(
                    new Difference(name(i), quantity, a, b, _input, Verdict.Mismatch, admissible is { } e ? $"admissible is {e}" : "")
                    {
                        Place = place,
                    }
                );
            }
        }
    }

    private void NoteRelative(double? ours, double? theirs, double scale)
    {
        var relative =
            ours is { } a && theirs is { } b
                ? Ulps.Same(a, b) || scale == 0
                    ? 0
                    : Math.Abs(a - b) / scale
                : double.PositiveInfinity;
        GreatestRelative = double.IsNaN(relative) ? double.PositiveInfinity : Math.Max(GreatestRelative, relative);
    }
}
