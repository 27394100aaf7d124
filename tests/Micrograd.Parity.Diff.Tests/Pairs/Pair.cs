using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A way in which a port is written: the model and the loop, which may have a mistake.</summary>
/// <param name="Name">Its name.</param>
internal record Variant(string Name)
{
    /// <summary>The port's model; the pair's own unless given.</summary>
    internal Func<Module<Tensor, Tensor>>? Model { get; init; }

    /// <summary>The port's loop, from that of the pair.</summary>
    internal Func<TrainingLoop, TrainingLoop> Loop { get; init; } = loop => loop;

    /// <summary>The original's loop, from that of the pair, where it is another one.</summary>
    internal Func<TrainingLoop, TrainingLoop> OriginalLoop { get; init; } = loop => loop;

    /// <summary>The original's model; the pair's own unless given.</summary>
    internal Func<Module<Tensor, Tensor>>? OriginalModel { get; init; }

    /// <summary>What is done to the port's parameters after they were set to the original's.</summary>
    internal Action<Module<Tensor, Tensor>>? Changes { get; init; }
}

/// <summary>A planted mistake, and what a comparison has to say about it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Stage">The stage of the first difference.</param>
/// <param name="Step">Its step; -1 before the first.</param>
/// <param name="Of">
/// The first thing that the mistake makes another, under the original's name: a module or parameter, <c>optimizer</c>, the batch's <c>inputs</c>
/// or <c>targets</c>, <c>loss</c>; empty for the model itself.
/// </param>
/// <param name="Quantity">Its quantity; null for settings and for the number of backward passes.</param>
/// <param name="Cause">The name of the cause.</param>
internal sealed record PlantedFault(string Name, Stage Stage, int Step, string Of, RecordedQuantity? Quantity, string Cause) : Variant(Name)
{
    /// <summary>Number of steps that the port needs for the mistake to show.</summary>
    internal int Steps
    {
        get => Math.Max(field, Step + 1);
        init;
    } = 1;
}

/// <summary>A model and its training, twice: as it stands in Python, and as somebody wrote it again.</summary>
internal abstract class Pair
{
    static Pair() => TorchLibrary.Load();

    internal abstract string Name { get; }

    /// <summary>Mistakes of the port.</summary>
    internal abstract IReadOnlyList<PlantedFault> Faults { get; }

    /// <summary>Ways to write the port that compute the same but for rounding.</summary>
    internal abstract IReadOnlyList<Variant> Honest { get; }

    /// <summary>The original's modules, and the names that they have in the port.</summary>
    internal abstract IReadOnlyList<(string Original, string Port)> Names { get; }

    protected abstract TrainingLoop Loop { get; }

    protected abstract Module<Tensor, Tensor> Original();

    protected abstract Module<Tensor, Tensor> Port();

    /// <summary>The loop that a variant's original is trained in.</summary>
    internal TrainingLoop OriginalLoop(Variant variant) => variant.OriginalLoop(Loop);

    /// <summary>Records the original.</summary>
    internal void RecordOriginal(string folder, Variant variant, Keep keep)
    {
        using var scope = NewDisposeScope();
        using var model = SeededOriginal(variant);
        OriginalLoop(variant).Run(folder, model, new RecordingOptions { Keep = keep, Name = "original" });
    }

    /// <summary>Records the port, from the original's initial parameters.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="variant">The way in which the port is written.</param>
    /// <param name="keep">What is kept.</param>
    /// <param name="original">A recording of the original, whose parameters and batches count; null for those of the pair.</param>
    /// <param name="steps">Number of steps; as many as the loop has unless given.</param>
    internal void RecordPort(string folder, Variant variant, Keep keep = Keep.All, string? original = null, int? steps = null)
    {
        using var scope = NewDisposeScope();
        using var first = SeededOriginal(variant);
        if (original is not null)
            InitialParameters.Load(original, first);
        manual_seed(42);
        using var second = variant.Model?.Invoke() ?? Port();
        Load(first, second);
        using (no_grad())
            variant.Changes?.Invoke(second);
        var loop = variant.Loop(original is not null && RecordedOriginal.Batches(original) is var batches ? On(batches) : Loop);
        (loop with { Steps = steps ?? loop.Steps }).Run(folder, second, new RecordingOptions { Keep = keep, Name = "port" });
    }

    /// <summary>The port with the recording's initial parameters, under the names that they have in the original.</summary>
    internal Module<Tensor, Tensor> Loaded(string original)
    {
        var port = Port();
        InitialParameters.Load(original, port, OriginalName);
        return port;
    }

    /// <summary>The original's name of a parameter of the port.</summary>
    internal string OriginalName(string name)
    {
        var dot = name.LastIndexOf('.');
        var module = Names.First(pair => pair.Port == name[..dot]).Original;
        return $"{module}{name[dot..]}";
    }

    /// <summary>True if a variant's port can be trained on other batches than those of the pair.</summary>
    internal bool TakesBatches(Variant variant)
    {
        var (loop, original) = (variant.Loop(Loop), variant.OriginalLoop(Loop));
        return ReferenceEquals(loop.Batch, Loop.Batch) && loop.Steps == Loop.Steps && original == Loop && variant.OriginalModel is null;
    }

    /// <summary>Variants that every pair has: more steps, another type, threads.</summary>
    protected static IEnumerable<Variant> Common =>
        [
            new("plain"),
            new("20 steps") { Loop = loop => loop with { Steps = 20 }, OriginalLoop = loop => loop with { Steps = 20 } },
            new("two threads") { Loop = loop => loop with { Threads = 2 } },
            new("double precision") { Loop = loop => loop with { Type = ScalarType.Float64 } },
            new("double precision against single, 8 steps")
            {
                OriginalLoop = loop => loop with { Steps = 8, Type = ScalarType.Float64 },
                Loop = loop => loop with { Steps = 8 },
            },
            new("double precision on both sides")
            {
                OriginalLoop = loop => loop with { Type = ScalarType.Float64 },
                Loop = loop => loop with { Type = ScalarType.Float64 },
            },
        ];

    /// <summary>A mistake in the port's loop, and the first thing that it makes another.</summary>
    protected static PlantedFault InLoop(
        string name,
        (Stage Stage, int Step, string Of) place,
        string cause,
        Func<TrainingLoop, TrainingLoop> change
    ) => new(name, place.Stage, place.Step, place.Of, Shown(place.Stage), cause) { Loop = change };

    /// <summary>A mistake in the number of a step's backward passes.</summary>
    protected static PlantedFault InPasses(
        string name,
        (Stage Stage, int Step, string Of) place,
        string cause,
        Func<TrainingLoop, TrainingLoop> change
    ) => InLoop(name, place, cause, change) with { Quantity = null };

    /// <summary>A mistake in the learning rates, from a step on; it takes three of them to tell which.</summary>
    protected static PlantedFault InRate(string name, int step, string cause, Func<int, double>? rate) =>
        new(name, Stage.Settings, step, "optimizer", null, cause) { Loop = loop => loop with { Rate = rate }, Steps = 3 };

    /// <summary>A mistake in the port's optimizer, which its options show.</summary>
    protected static PlantedFault InOptimizer(string name, string cause, IOptimizerSettings settings, string of = "optimizer") =>
        InLoop(name, (Stage.Settings, -1, of), cause, loop => loop with { Optimizer = settings });

    /// <summary>A mistake in the port's model.</summary>
    protected static PlantedFault InModel(
        string name,
        Stage stage,
        string of,
        string cause,
        Func<Module<Tensor, Tensor>> model,
        RecordedQuantity? quantity = null
    ) => new(name, stage, stage == Stage.Settings ? -1 : 0, of, quantity ?? Shown(stage), cause) { Model = model };

    /// <summary>A mistake in the numbers that the port begins with.</summary>
    protected static PlantedFault InNumbers(
        string name,
        string of,
        string cause,
        Action<Module<Tensor, Tensor>> change,
        RecordedQuantity quantity = RecordedQuantity.Parameter
    ) => new(name, Stage.Initial, -1, of, quantity, cause) { Changes = change };

    /// <summary>The quantity in which mistakes of a stage show first, as a rule.</summary>
    private static RecordedQuantity? Shown(Stage stage) =>
        stage switch
        {
            Stage.Batch => RecordedQuantity.Batch,
            Stage.Forward => RecordedQuantity.Output,
            Stage.Loss => RecordedQuantity.Loss,
            Stage.Backward => RecordedQuantity.Gradient,
            Stage.Clipping => RecordedQuantity.ClippedGradient,
            Stage.Update => RecordedQuantity.Parameter,
            _ => null,
        };

    private Module<Tensor, Tensor> SeededOriginal(Variant variant)
    {
        manual_seed(1337);
        return variant.OriginalModel?.Invoke() ?? Original();
    }

    private TrainingLoop On(List<Batch> batches) => Loop with { Batch = step => batches[step], Steps = batches.Count };

    /// <summary>Gives the port the original's parameters and buffers; what it does not have stays as it is.</summary>
    private void Load(Module<Tensor, Tensor> original, Module<Tensor, Tensor> port)
    {
        using var off = no_grad();
        var numbers = original.state_dict();
        var places = port.state_dict();
        foreach (var (name, tensor) in numbers)
        {
            var dot = name.LastIndexOf('.');
            var (module, own) = dot < 0 ? ("", name) : (name[..dot], name[(dot + 1)..]);
            var named = Names.FirstOrDefault(pair => pair.Original == module).Port ?? module;
            if (!places.TryGetValue(named.Length == 0 ? own : $"{named}.{own}", out var place))
                continue;
            var given = tensor.dim() == 2 && Transposes(port, named) ? tensor.t() : tensor;
            if (place.shape.SequenceEqual(given.shape))
                place.copy_(given);
        }
    }

    private static bool Transposes(Module port, string module) =>
        port.named_modules().FirstOrDefault(named => named.name == module).module is Dense { IsTransposed: true };
}
