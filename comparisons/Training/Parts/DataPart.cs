using Micrograd.Parity.Inputs;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>Data and initial parameters, which both sides are given.</summary>
internal static class DataPart
{
    internal static Dataset Of(Choice c, int seed) =>
        c.Kind switch
        {
            "four_points" => Datasets.FourPoints(),
            "xor" => Signed(Datasets.Xor(), c),
            "two_moons" => Signed(Moons.Make(c.Whole("count"), c["noise"], new NumpyRandom((uint)seed)), c),
            "quadratic_grid" => Datasets.QuadraticGrid(c.Whole("side"), c["extent"]),
            "quadratic" => Datasets.QuadraticSamples(c.Whole("count"), new NumpyRandom((uint)seed)),
            "spiral" => Datasets.Spiral(c.Whole("per_class"), new NumpyRandom((uint)seed), c.Whole("classes"), c["noise"]),
            "csv" => Csv(c.Word("path"), c.Whole("targets")),
            "inline" => new Dataset(c.Rows("inputs")[0].Length, [.. c.Rows("inputs").SelectMany(r => r)], [.. c.Rows("targets").SelectMany(r => r)]),
            _ => throw new ArgumentException($"There is no data {c.Kind}.", nameof(c)),
        };

    /// <summary>Number of samples, known before they are made; of a file at least 1.</summary>
    internal static double Count(Choice c) =>
        c.Kind switch
        {
            "two_moons" or "quadratic" => c["count"],
            "quadratic_grid" => c["side"] * c["side"],
            "spiral" => c["per_class"] * c["classes"],
            "four_points" or "xor" => 4,
            "inline" => c.Rows("inputs").Length,
            _ => 1,
        };

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

    internal static Initializer Init(Choice c, int seed)
    {
        var random = new PythonRandom(seed);
        return c.Kind switch
        {
            "uniform" => Initializer.Uniform(random, c["low"], c["high"], c.Flag("bias")),
            "normal" => Initializer.Normal(random, c["mean"], c["deviation"]),
            "kaiming_uniform" => Initializer.KaimingUniform(random, c["slope"]),
            "kaiming_normal" => Initializer.KaimingNormal(random, c["slope"]),
            "xavier_uniform" => Initializer.XavierUniform(random, c["gain"]),
            "xavier_normal" => Initializer.XavierNormal(random, c["gain"]),
            "torch_linear" => Initializer.TorchLinear(random),
            _ => throw new ArgumentException($"There is no initialisation {c.Kind}.", nameof(c)),
        };
    }

    /// <summary>The samples of each step: all of them, or a batch of an order that is shuffled anew for each pass.</summary>
    internal static Func<Dataset> Batches(Dataset data, int? size, int seed)
    {
        if (size is not { } count || count >= data.Count)
            return () => data;
        var random = new PythonRandom(seed);
        var (order, next) = (Array.Empty<int>(), 0);
        return () =>
        {
            if (next >= order.Length)
                (order, next) = (random.Permutation(data.Count), 0);
            var batch = data.Pick(order.AsSpan(next, Math.Min(count, order.Length - next)));
            next += count;
            return batch;
        };
    }

    private static Dataset Csv(string path, int targets)
    {
        try
        {
            return CsvData.Read(new StringReader(InputFile.ReadText(path)), targets);
        }
        catch (InputFileException e)
        {
            throw new TrainingFileException(e.Message, e);
        }
        catch (InvalidDataException e)
        {
            throw new TrainingFileException($"{path}, {e.Message}", e);
        }
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

    private static Dataset Signed(Dataset data, Choice c) =>
        !c.Flag("signed") ? data : new Dataset(data.Features, data.Inputs.ToArray(), Array.ConvertAll(data.Targets.ToArray(), t => 2 * t - 1));
}
