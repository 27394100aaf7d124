using Micrograd.Parity.Comparing;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Training;

/// <summary>Compares the two sides of a run step by step, in the order in which a step computes its numbers.</summary>
public sealed class TrainingComparer
{
    /// <summary>
    /// How far a mirror that is allowed to round may be off in one step: so much of the greatest number of the same quantity, such as all
    /// gradients together. PyTorch's vectorised sums round in another order, and a sum that cancels has a large error relative to itself,
    /// not to its terms.
    /// </summary>
    public const double RelativeBound = 1e-12;

    private readonly ParameterLayout _layout;
    private readonly bool _sameBits;
    private readonly string _input;
    private readonly List<Difference> _failures = [];
    private long _same;
    private long _within;
    private long _mismatch;

    /// <summary>Makes a comparer for one run.</summary>
    /// <param name="layout">The parameters' places.</param>
    /// <param name="sameBits">Whether the same bits are demanded, or <see cref="RelativeBound"/>.</param>
    /// <param name="input">What the run was run on, in words.</param>
    public TrainingComparer(ParameterLayout layout, bool sameBits, string input) => (_layout, _sameBits, _input) = (layout, sameBits, input);

    /// <summary>How many numbers were compared, by verdict.</summary>
    public Counts Counts => Counts.None with { SameBits = _same, WithinBound = _within, Mismatch = _mismatch };

    /// <summary>The greatest distance in ulps.</summary>
    public ulong GreatestUlp { get; private set; }

    /// <summary>The greatest difference relative to the greatest number of the same quantity; infinite where one side has none.</summary>
    public double GreatestRelative { get; private set; }

    /// <summary>The first mismatches; the first of all is where the two sides part.</summary>
    public IReadOnlyList<Difference> Failures => _failures;

    /// <summary>How far the second step is from the first.</summary>
    public static Drift Drift(ParameterLayout layout, StepTrace ours, StepTrace theirs)
    {
        ArgumentNullException.ThrowIfNull(ours);
        ArgumentNullException.ThrowIfNull(theirs);
        return new(
            Greatest([ours.Loss], [theirs.Loss]),
            Greatest(ours.Gradients, theirs.Gradients),
            Greatest(Some(ours.After.Parameters), Some(theirs.After.Parameters)));

        double Greatest(double?[] a, double?[] b)
        {
            var comparer = new TrainingComparer(layout, sameBits: false, "");
            comparer.Numbers(new TrainingPlace(0, TrainingPhase.Update), _ => "", a, b);
            return comparer.GreatestRelative;
        }
    }

    /// <summary>Compares one step.</summary>
    public void Compare(int step, StepTrace ours, StepTrace theirs)
    {
        Numbers(At(TrainingPhase.Forward), i => $"output[{i}]", Some(ours.Outputs), Some(theirs.Outputs));
        Numbers(At(TrainingPhase.Loss), _ => "loss", [ours.Loss], [theirs.Loss]);
        ByParameter(At(TrainingPhase.Backward), "", ours.Gradients, theirs.Gradients, Quantity.Gradient);
        if (ours.Clipped is not null || theirs.Clipped is not null)
            ByParameter(At(TrainingPhase.Clip), "", ours.Clipped ?? [], theirs.Clipped ?? [], Quantity.Gradient);
        if (!double.IsNaN(ours.LearningRate) && !double.IsNaN(theirs.LearningRate))
            Numbers(At(TrainingPhase.Update), _ => "learning rate", [ours.LearningRate], [theirs.LearningRate]);
        ByParameter(At(TrainingPhase.Update), "", Some(ours.After.Parameters), Some(theirs.After.Parameters));
        foreach (var name in Kept(ours).Union(Kept(theirs)))
            ByParameter(At(TrainingPhase.OptimizerState), $"{name} of ", Memory(ours, name), Memory(theirs, name));

        TrainingPlace At(TrainingPhase phase) => new(step, phase);
    }

    /// <summary>The names of what an optimizer keeps and uses: one side may also keep zeros that it does not need.</summary>
    private static IEnumerable<string> Kept(StepTrace step) =>
        step.After.Optimizer.Where(m => Array.Exists(m.Values, v => v != 0)).Select(m => m.Name);

    private static double?[] Memory(StepTrace step, string name) =>
        step.After.Optimizer.FirstOrDefault(m => m.Name == name) is { } memory ? Some(memory.Values) : [];

    private static double?[] Some(double[] numbers) => Array.ConvertAll(numbers, x => (double?)x);

    private static double? At(double?[] numbers, int index) => index < numbers.Length ? numbers[index] : null;

    private void ByParameter(TrainingPlace place, string what, double?[] ours, double?[] theirs, Quantity quantity = Quantity.Value) =>
        Numbers(place, i => what + _layout[i], ours, theirs, quantity);

    private void Numbers(TrainingPlace place, Func<int, string> name, double?[] ours, double?[] theirs, Quantity quantity = Quantity.Value)
    {
        var scale = 0.0;
        var count = Math.Max(ours.Length, theirs.Length);
        for (var i = 0; i < count; i++)
            scale = Math.Max(scale, Math.Max(Math.Abs(At(ours, i) ?? 0), Math.Abs(At(theirs, i) ?? 0)));
        for (var i = 0; i < count; i++)
        {
            if (At(ours, i) is not null || At(theirs, i) is not null)
                Number(place, name, i, quantity, At(ours, i), At(theirs, i), scale);
        }
    }

    private void Number(TrainingPlace place, Func<int, string> name, int index, Quantity quantity, double? ours, double? theirs, double scale)
    {
        if (ours is { } a && theirs is { } b)
        {
            if (Ulps.Same(a, b))
            {
                _same++;
                return;
            }

            var relative = scale == 0 ? 0 : Math.Abs(a - b) / scale;
            GreatestUlp = Math.Max(GreatestUlp, Ulps.Distance(a, b));
            GreatestRelative = double.IsNaN(relative) ? double.PositiveInfinity : Math.Max(GreatestRelative, relative);
            if (!_sameBits && relative <= RelativeBound)
            {
                _within++;
                return;
            }
        }
        else
        {
            GreatestUlp = ulong.MaxValue;
            GreatestRelative = double.PositiveInfinity;
        }

        _mismatch++;
        if (_failures.Count < Running.ItemResult.KeptDifferences)
            _failures.Add(new Difference(name(index), quantity, ours, theirs, _input, Verdict.Mismatch) { Place = place });
    }
}
