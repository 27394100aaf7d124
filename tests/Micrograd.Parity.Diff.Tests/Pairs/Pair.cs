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

    /// <summary>What is done to the port's parameters after they were set to the original's.</summary>
    internal Action<Module<Tensor, Tensor>>? Changes { get; init; }
}

/// <summary>A planted mistake, and what a comparison has to say about it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Stage">The stage of the first difference.</param>
/// <param name="Step">Its step; -1 before the first.</param>
/// <param name="Of">
/// The original's module or parameter, or the module that it is in; several, with | between, where the first to be seen depends on what is
/// recorded; null where the difference is in none.
/// </param>
/// <param name="Cause">The name of the cause; empty for a mistake that is found and has no name in the catalogue.</param>
internal sealed record PlantedFault(string Name, Stage Stage, int Step, string? Of, string Cause) : Variant(Name)
{
    /// <summary>True if a comparison has a name for it.</summary>
    internal bool IsNamed => Cause.Length > 0;
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

    /// <summary>Records both.</summary>
    internal void Record(string original, string port, Variant? variant = null, Keep keep = Keep.All)
    {
        using var scope = NewDisposeScope();
        manual_seed(1337);
        using var first = Original();
        variant ??= new Variant("plain");
        manual_seed(42);
        using var second = variant.Model?.Invoke() ?? Port();
        Load(first, second);
        using (no_grad())
            variant.Changes?.Invoke(second);
        var options = new RecordingOptions { Keep = keep };
        variant.OriginalLoop(Loop).Run(original, first, options with { Name = "original" });
        variant.Loop(Loop).Run(port, second, options with { Name = "port" });
    }

    /// <summary>Records the port beside a recording of the original, from its parameters and with its batches.</summary>
    internal void RecordPort(string original, string port, Variant variant)
    {
        using var scope = NewDisposeScope();
        manual_seed(42);
        using var first = Original();
        InitialParameters.Load(original, first);
        using var second = variant.Model?.Invoke() ?? Port();
        Load(first, second);
        using (no_grad())
            variant.Changes?.Invoke(second);
        var batches = RecordedOriginal.Batches(original);
        variant
            .Loop(Loop with { Batch = step => batches[step], Steps = batches.Count })
            .Run(port, second, new RecordingOptions { Keep = Keep.All, Name = "port" });
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
        return ReferenceEquals(loop.Batch, Loop.Batch) && loop.Steps == Loop.Steps && original == Loop;
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

    /// <summary>A mistake in the port's loop.</summary>
    protected static PlantedFault InLoop(string name, Stage stage, int step, string cause, Func<TrainingLoop, TrainingLoop> change) =>
        new(name, stage, step, null, cause) { Loop = change };

    /// <summary>A mistake in the port's optimizer, which its options show.</summary>
    protected static PlantedFault InOptimizer(string name, string cause, IOptimizerSettings settings) =>
        InLoop(name, Stage.Settings, -1, cause, loop => loop with { Optimizer = settings });

    /// <summary>A mistake in the port's model.</summary>
    protected static PlantedFault InModel(string name, Stage stage, string of, string cause, Func<Module<Tensor, Tensor>> model) =>
        new(name, stage, stage == Stage.Settings ? -1 : 0, of, cause) { Model = model };

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
