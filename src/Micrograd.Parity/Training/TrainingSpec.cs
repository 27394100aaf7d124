namespace Micrograd.Parity.Training;

/// <summary>A training run as data: the content of a training file.</summary>
internal sealed record TrainingSpec
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
    public required Choice Init { get; init; }

    /// <summary>Initialization of each layer; empty where <see cref="Init"/> is that of all.</summary>
    public IReadOnlyList<Choice> InitByLayer { get; init; } = [];

    /// <summary>Training data.</summary>
    public required Choice Data { get; init; }

    /// <summary>Number of samples per step; null for full batch.</summary>
    public int? BatchSize { get; init; }

    /// <summary>True if the samples are shuffled for each epoch; false if batches follow the order of the data.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Number of parts of each batch, whose gradients are accumulated before the update.</summary>
    public int MicroBatches { get; init; } = 1;

    /// <summary>Probability by layer that dropout sets an output to 0; empty for none.</summary>
    public IReadOnlyList<double> Dropout { get; init; } = [];

    /// <summary>Masks of dropout that were recorded; the others are drawn.</summary>
    internal DropoutMasks Masks { get; init; } = new();

    /// <summary>The loss.</summary>
    public required Choice Loss { get; init; }

    /// <summary>The strength of L2 regularisation, added to the loss; 0 for none.</summary>
    public double L2 { get; init; }

    /// <summary>The optimizer.</summary>
    public required Choice Optimizer { get; init; }

    /// <summary>Parameters with settings of the optimizer of their own; those in no group have <see cref="Optimizer"/>.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; init; } = [];

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

    /// <summary>The optimizer with its settings for a tensor of parameters.</summary>
    internal Choice OptimizerOf(string tensor) => Groups.FirstOrDefault(g => g.Has(tensor))?.Optimizer ?? Optimizer;

    /// <summary>Parameters by the optimizer's settings that they have, in the order in which PyTorch holds the groups.</summary>
    internal IEnumerable<(Choice Optimizer, List<T> Parameters)> Grouped<T>(IEnumerable<T> parameters, Func<T, string> tensor)
    {
        var byOptimizer = parameters.ToLookup(p => OptimizerOf(tensor(p)));
        return from choice in Groups.Select(g => g.Optimizer).Prepend(Optimizer)
            where byOptimizer.Contains(choice)
            select (choice, byOptimizer[choice].ToList());
    }

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
                Dropout.Count == 0 ? "" : $"dropout {string.Join(", ", Dropout.Select(NumberText.Of))}",
                $"from {(InitByLayer.Count == 0 ? Init.ToString() : string.Join(", ", InitByLayer))}",
                $"data {Data}{(BatchSize is { } count ? $" in batches of {count}{(Shuffle ? "" : " in its order")}" : "")}{(MicroBatches > 1 ? $", each in {MicroBatches} parts" : "")}",
                $"loss {Loss}{(L2 == 0 ? "" : $" + {NumberText.Of(L2)} · L2")}",
                $"optimizer {Optimizer}{string.Concat(Groups.Select(g => $", {g}"))}",
                Schedule is null ? "" : $"schedule {Schedule}",
                Clip is null ? "" : $"gradients clipped: {Clip}",
                ClearGradients ? "" : "gradients never cleared",
                $"seed {Seed}",
            }.Where(part => part.Length > 0)
        );
}

/// <summary>Parameters that have settings of the optimizer of their own.</summary>
/// <param name="Of">Names of tensors, or of the parts of all layers that they are: <c>0.weight</c>, <c>bias</c>.</param>
/// <param name="Optimizer">The optimizer with these settings.</param>
internal sealed record ParameterGroup(IReadOnlyList<string> Of, Choice Optimizer)
{
    public override string ToString() => $"{string.Join(" and ", Of)} with {Optimizer}";

    internal bool Has(string tensor) => Of.Any(name => tensor == name || tensor.EndsWith($".{name}", StringComparison.Ordinal));
}
