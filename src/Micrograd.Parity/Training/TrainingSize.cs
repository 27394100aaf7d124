using System.Globalization;

namespace Micrograd.Parity.Training;

/// <summary>Estimated size of a training run, known before its data and its network are made.</summary>
/// <param name="Samples">Number of samples of the data.</param>
/// <param name="Parameters">Number of parameters.</param>
/// <param name="Nodes">Number of nodes that a step records.</param>
internal sealed record TrainingSize(double Samples, double Parameters, double Nodes)
{
    private const double BytesOfSample = 3 * 8 * sizeof(double);
    private const double BytesOfParameter = 100;
    private const double BytesOfNode = 28;

    /// <summary>Bytes of a node of the 0-dim mirror, a tensor each with its place in PyTorch's graph, and of a parameter on both sides with its traces.</summary>
    private const double BytesOfMirrorNode = 2048;
    private const double BytesOfMirrorParameter = 6144;

    /// <summary>The size of a run.</summary>
    /// <param name="spec">The run.</param>
    /// <param name="samples">Number of samples of its data.</param>
    public static TrainingSize Measure(TrainingSpec spec, double samples)
    {
        double weights = 0,
            biases = 0;
        for (var i = 1; i < spec.Sizes.Count; i++)
        {
            weights += (double)spec.Sizes[i - 1] * spec.Sizes[i];
            biases += spec.Sizes[i];
        }

        var batch = Math.Min(spec.BatchSize ?? samples, samples);
        var parameters = weights + (spec.Bias ? biases : 0);
        return new TrainingSize(samples, parameters, batch * 2 * (weights + biases) + (spec.L2 == 0 ? 0 : 2 * parameters));
    }

    /// <summary>Refuses a run that the engine cannot hold.</summary>
    /// <exception cref="TrainingFileException">It is too large; the message has the figures.</exception>
    public void DemandRoomForEngine(TrainingSpec spec)
    {
        if (Nodes > Tape.DefaultCapacity)
            throw TooLarge(
                spec,
                $"{Tape.DefaultCapacity.ToString("N0", CultureInfo.InvariantCulture)} nodes are what the engine's largest tape holds"
            );
        DemandMemory(spec, BytesOfSample * Samples + BytesOfParameter * Parameters + BytesOfNode * Nodes);
    }

    /// <summary>Refuses a run that this machine cannot train with PyTorch's 0-dim tensors beside the engine.</summary>
    /// <exception cref="TrainingFileException">It is too large; the message has the figures.</exception>
    public void DemandRoomForMirrors(TrainingSpec spec) =>
        DemandMemory(spec, BytesOfSample * Samples + BytesOfMirrorParameter * Parameters + BytesOfMirrorNode * Nodes);

    private void DemandMemory(TrainingSpec spec, double bytes)
    {
        double available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available)
            throw TooLarge(
                spec,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"about {bytes / 1e9:N1} GB of memory are needed, and this machine has {available / 1e9:N1} GB"
                )
            );
    }

    private TrainingFileException TooLarge(TrainingSpec spec, string reason) =>
        new(
            spec.LineOf("sizes"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"the training is too large: {Samples:N0} samples, {Parameters:N0} parameters and about {Nodes:N0} nodes a step; {reason}. Take fewer samples, a \"batch_size\" or smaller layers."
            )
        );
}
