using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>Batches of the data, and initial parameters, which both sides are given.</summary>
internal static class DataPart
{
    internal static Dataset Create(TrainingSpec spec) => ((DataRow)spec.Data.Row).Ours(spec.Data, spec.Seed);

    /// <exception cref="TrainingFileException">The network takes or returns other numbers than the data has.</exception>
    internal static void CheckFit(TrainingSpec spec, Dataset data)
    {
        var (inputs, outputs) = (spec.Sizes[0], spec.Sizes[^1]);
        if (inputs != data.Features)
        {
            throw new TrainingFileException(
                spec.LineOf("sizes"),
                $"'sizes' starts with {inputs} inputs, but the data {spec.Data.Kind} has {data.Features}."
            );
        }

        if (spec.Loss.Kind is "cross_entropy" or "nll_loss")
            CheckClasses(spec, outputs, data);
        else if (outputs != data.Outputs)
        {
            throw new TrainingFileException(
                spec.LineOf("sizes"),
                $"'sizes' ends with {outputs} outputs, but the data {spec.Data.Kind} has {data.Outputs} targets a sample."
            );
        }

        if (spec.Loss.Kind == "binary_cross_entropy" && data.Targets.ContainsAnyExceptInRange(0, 1))
            throw new TrainingFileException(spec.LineOf("loss"), "binary_cross_entropy takes targets from 0 to 1; the data has others.");
    }

    /// <summary>The parameters' first numbers; those of layers that are not all alike are drawn layer by layer.</summary>
    internal static Initializer Init(TrainingSpec spec)
    {
        var random = new PythonRandom(spec.Seed);
        if (spec.InitByLayer.Count == 0)
            return Made(spec.Init);
        var numbers = new List<double>();
        for (var i = 0; i < spec.InitByLayer.Count; i++)
        {
            var layer = new Mlp(spec.Sizes[i], [spec.Sizes[i + 1]], [Activation.Linear], spec.Bias, Made(spec.InitByLayer[i]));
            numbers.AddRange(layer.Parameters.Select(p => p.Data));
        }

        return Initializer.Numbers([.. numbers]);

        Initializer Made(Choice init) => ((InitRow)init.Row).Ours(init, random, spec.Bias);
    }

    /// <summary>The parts of a batch, as equal as <c>torch.chunk</c> makes them.</summary>
    internal static IReadOnlyList<Dataset> Parts(Dataset batch, int count)
    {
        if (count == 1)
            return [batch];
        var size = (batch.Count + count - 1) / count;
        return [.. Enumerable.Range(0, batch.Count).Chunk(size).Select(part => batch.Pick(part))];
    }

    /// <summary>Number of samples of a step.</summary>
    internal static int CountOf(int step, Dataset data, TrainingSpec spec)
    {
        var size = Math.Min(spec.BatchSize ?? data.Count, data.Count);
        var steps = (data.Count + size - 1) / size;
        return (step + 1) % steps == 0 ? data.Count - ((steps - 1) * size) : size;
    }

    /// <summary>The samples of each step: all of them, or a batch of the data's order or one that is shuffled anew for each pass.</summary>
    internal static Func<Dataset> Batches(Dataset data, TrainingSpec spec)
    {
        if (spec.BatchSize is not { } count || count >= data.Count)
            return () => data;
        var random = new PythonRandom(spec.Seed);
        var (order, next) = (Array.Empty<int>(), 0);
        return () =>
        {
            if (next >= order.Length)
                (order, next) = (spec.Shuffle ? random.Permutation(data.Count) : [.. Enumerable.Range(0, data.Count)], 0);
            var batch = data.Pick(order.AsSpan(next, Math.Min(count, order.Length - next)));
            next += count;
            return batch;
        };
    }

    private static void CheckClasses(TrainingSpec spec, int outputs, Dataset data)
    {
        var loss = spec.Loss.Kind;
        int[] classes;
        try
        {
            classes = data.Classes();
        }
        catch (InvalidOperationException e)
        {
            throw new TrainingFileException(spec.LineOf("loss"), $"{loss} takes classes as targets: {e.Message}");
        }

        if (classes.Max() >= outputs)
        {
            throw new TrainingFileException(
                spec.LineOf("loss"),
                $"{loss} needs an output for each class: 'sizes' ends with {outputs}, but there is a class {classes.Max()}."
            );
        }
    }
}
