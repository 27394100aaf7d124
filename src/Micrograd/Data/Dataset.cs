namespace Micrograd;

/// <summary>Samples to learn from: rows of inputs, each with its row of targets.</summary>
public sealed class Dataset
{
    private readonly double[] _inputs;
    private readonly double[] _targets;

    /// <summary>Makes a data set of rows stored one after the other.</summary>
    /// <param name="features">Number of inputs per sample; at least 1.</param>
    /// <param name="inputs">The inputs, sample after sample.</param>
    /// <param name="targets">The targets, sample after sample; as many for each.</param>
    /// <exception cref="ArgumentException">There are no samples, or the numbers do not make whole rows.</exception>
    public Dataset(int features, double[] inputs, double[] targets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (inputs.Length == 0 || inputs.Length % features != 0)
            throw new ArgumentException($"{inputs.Length} inputs do not make whole samples of {features}.", nameof(inputs));
        Count = inputs.Length / features;
        if (targets.Length == 0 || targets.Length % Count != 0)
            throw new ArgumentException($"{targets.Length} targets are no whole number for each of {Count} samples.", nameof(targets));
        Features = features;
        Outputs = targets.Length / Count;
        _inputs = inputs;
        _targets = targets;
    }

    /// <summary>Number of samples.</summary>
    public int Count { get; }

    /// <summary>Number of inputs per sample.</summary>
    public int Features { get; }

    /// <summary>Number of targets per sample.</summary>
    public int Outputs { get; }

    /// <summary>All inputs, sample after sample.</summary>
    public ReadOnlySpan<double> Inputs => _inputs;

    /// <summary>All targets, sample after sample.</summary>
    public ReadOnlySpan<double> Targets => _targets;

    /// <summary>One sample's inputs.</summary>
    public ReadOnlySpan<double> Input(int sample) => _inputs.AsSpan(sample * Features, Features);

    /// <summary>One sample's targets.</summary>
    public ReadOnlySpan<double> Target(int sample) => _targets.AsSpan(sample * Outputs, Outputs);

    /// <summary>The targets as classes, where each sample has one that is a whole number from 0.</summary>
    /// <exception cref="InvalidOperationException">The targets are no classes.</exception>
    public int[] Classes()
    {
        if (Outputs != 1)
            throw new InvalidOperationException($"A class is one number, but each sample has {Outputs} targets.");
        var classes = new int[Count];
        for (var i = 0; i < Count; i++)
        {
            classes[i] =
                _targets[i] is >= 0 and <= int.MaxValue && Math.Floor(_targets[i]) == _targets[i]
                    ? (int)_targets[i]
                    : throw new InvalidOperationException(
                        $"Sample {i} has the target {NumberText.Of(_targets[i])}, but classes are 0, 1, 2 and so on."
                    );
        }

        return classes;
    }

    /// <summary>The samples at the given places, in that order: a mini-batch, or a shuffled set.</summary>
    /// <exception cref="ArgumentException">No places are given.</exception>
    public Dataset Pick(params ReadOnlySpan<int> samples)
    {
        var inputs = new double[samples.Length * Features];
        var targets = new double[samples.Length * Outputs];
        for (var i = 0; i < samples.Length; i++)
        {
            Input(samples[i]).CopyTo(inputs.AsSpan(i * Features));
            Target(samples[i]).CopyTo(targets.AsSpan(i * Outputs));
        }

        return new Dataset(Features, inputs, targets);
    }
}
