namespace Micrograd.Parity.Training;

/// <summary>A training run as data: the content of a training file.</summary>
public sealed record TrainingSpec
{
    /// <summary>Its name in reports.</summary>
    public required string Name { get; init; }

    /// <summary>The number of inputs, then of each layer's outputs.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>Each layer's activation.</summary>
    public required IReadOnlyList<string> Activations { get; init; }

    /// <summary>True if the neurons have a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Initialization of the parameters.</summary>
    public Choice Init { get; init; } = TrainingSchema.InitOf("uniform");

    /// <summary>Training data.</summary>
    public required Choice Data { get; init; }

    /// <summary>Number of samples per step, reshuffled each epoch; null for full batch.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The loss.</summary>
    public required Choice Loss { get; init; }

    /// <summary>The strength of L2 regularisation, added to the loss; 0 for none.</summary>
    public double L2 { get; init; }

    /// <summary>The optimizer.</summary>
    public required Choice Optimizer { get; init; }

    /// <summary>The schedule of the learning rate; null for none.</summary>
    public Choice? Schedule { get; init; }

    /// <summary>Gradient clipping before the update; null for none.</summary>
    public Choice? Clip { get; init; }

    /// <summary>True if gradients are cleared before each backward pass.</summary>
    public bool ClearGradients { get; init; } = true;

    /// <summary>The seed of parameters, data and order.</summary>
    public int Seed { get; init; } = 1337;

    /// <summary>Number of training steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Line of each key in the file that it was read from; empty if it was read from none.</summary>
    internal IReadOnlyDictionary<string, int> Lines { get; init; } = new Dictionary<string, int>();

    /// <summary>Line of a key in the file that it was read from; 0 if it was read from none.</summary>
    internal int LineOf(string key) => Lines.TryGetValue(key, out var line) ? line : Lines.GetValueOrDefault("");

    /// <summary>Description of network, data, loss and optimizer.</summary>
    public string Setup =>
        string.Join(
            "; ",
            new[]
            {
                $"network {Sizes[0]}{string.Concat(Sizes.Skip(1).Zip(Activations, (size, activation) => $" → {size} {activation}"))}{(Bias ? "" : " without biases")}",
                $"from {Init}",
                $"data {Data}{(BatchSize is { } count ? $" in batches of {count}" : "")}",
                $"loss {Loss}{(L2 == 0 ? "" : $" + {NumberText.Of(L2)} · L2")}",
                $"optimizer {Optimizer}",
                Schedule is null ? "" : $"schedule {Schedule}",
                Clip is null ? "" : $"gradients clipped: {Clip}",
                ClearGradients ? "" : "gradients never cleared",
                $"seed {Seed}",
            }.Where(part => part.Length > 0)
        );
}
