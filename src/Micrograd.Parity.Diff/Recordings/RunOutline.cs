using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Diff.Recordings;

/// <summary>Facts of a whole run that must be known before its first step is compared.</summary>
/// <param name="Rates">The learning rates of each group, by step.</param>
/// <param name="Options">The numbers of each group's options that are others than at the run's start, for steps in which there are some.</param>
/// <param name="Passes">Number of backward passes, by step.</param>
/// <param name="Calls">The modules in the order in which the first step called them first, with true for those in training mode.</param>
/// <param name="IsCutShort">True if the recording ends within a line: its process was killed, or still runs.</param>
internal sealed record RunOutline(
    SortedDictionary<int, IReadOnlyList<double>> Rates,
    IReadOnlyDictionary<int, IReadOnlyList<IReadOnlyDictionary<string, IReadOnlyList<double>>>> Options,
    IReadOnlyDictionary<int, int> Passes,
    IReadOnlyList<KeyValuePair<string, bool>> Calls,
    bool IsCutShort
)
{
    /// <summary>Reads the index to its end.</summary>
    /// <exception cref="InputFileException">A line is not as it must be.</exception>
    internal static RunOutline Read(string path)
    {
        using var run = RecordedRun.Open(path);
        var rates = new SortedDictionary<int, IReadOnlyList<double>>();
        var options = new Dictionary<int, IReadOnlyList<IReadOnlyDictionary<string, IReadOnlyList<double>>>>();
        var passes = new Dictionary<int, int>();
        IReadOnlyList<KeyValuePair<string, bool>> calls = [];
        while (run.Next() is { } step)
        {
            if (rates.Count == 0)
                calls = CallsOf(step);
            if (!rates.TryAdd(step.Number, step.Rates))
                throw new InputFileException($"{path}: step {step.Number} is recorded twice.");
            if (step.Options.Count > 0)
                options[step.Number] = step.Options;
            passes[step.Number] = step.Backwards;
        }

        return new RunOutline(rates, options, passes, calls, run.IsCutShort);
    }

    private static List<KeyValuePair<string, bool>> CallsOf(RecordedStep step) =>
        [
            .. step
                .Tensors.Where(tensor => tensor.Place.Quantity == RecordedQuantity.Output)
                .DistinctBy(tensor => tensor.Place.Of)
                .Select(tensor => KeyValuePair.Create(tensor.Place.Of, tensor.Training)),
        ];
}
