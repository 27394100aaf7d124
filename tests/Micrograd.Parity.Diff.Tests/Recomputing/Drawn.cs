using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Numerics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Recomputing;

/// <summary>Random calls of PyTorch's own modules.</summary>
internal sealed class Drawn
{
    private readonly SeededRandom _random;

    static Drawn() => TorchLibrary.LoadWithoutEngine();

    internal Drawn(long seed, long index)
    {
        _random = new SeededRandom(seed, index);
        random.manual_seed(_random.Next(int.MaxValue));
        Type = _random.OneOf([ScalarType.Float32, ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16]);
    }

    /// <summary>The dtype.</summary>
    internal ScalarType Type { get; set; }

    /// <summary>Loads PyTorch.</summary>
    internal static void Load() { }

    /// <summary>A whole number between two, both included.</summary>
    internal int Whole(int least, int most) => _random.Next(least, most + 1);

    /// <summary>True or false.</summary>
    internal bool Flag() => _random.Chance(0.5);

    /// <summary>A number between two.</summary>
    internal double Number(double least, double most) => least + _random.NextDouble() * (most - least);

    /// <summary>One of several.</summary>
    internal T OneOf<T>(params T[] items) => _random.OneOf(items);

    /// <summary>Numbers of several magnitudes, often off-centre.</summary>
    internal Tensor Tensor(params long[] shape) => (randn(shape, ScalarType.Float64) * OneOf(0.1, 1, 1, 3, 20) + OneOf(0, 0, 0, 1, -5)).to(Type);

    /// <summary>Indices below a limit.</summary>
    internal static Tensor Indices(long limit, params long[] shape) => randint(0, limit, shape, ScalarType.Int64);

    /// <summary>Gives a module's parameters numbers that are not those it begins with, in the dtype.</summary>
    internal T Prepared<T>(T module)
        where T : nn.Module
    {
        module.to(Type);
        using (no_grad())
        {
            foreach (var (name, p) in module.named_parameters())
                p.copy_(randn(p.shape, ScalarType.Float64) * Number(0.1, 1) + (name.EndsWith("weight", StringComparison.Ordinal) ? 0.3 : 0));
            foreach (var (name, b) in module.named_buffers())
            {
                if (name == "running_mean")
                    b.copy_(randn(b.shape, ScalarType.Float64));
                if (name == "running_var")
                    b.copy_(rand(b.shape, ScalarType.Float64) + 0.2);
            }
        }

        return module;
    }
}

/// <summary>A call, what PyTorch's module returned, and what came back.</summary>
internal sealed record Computed(ModuleCall Call, IReadOnlyList<Tensor> Outputs, IReadOnlyList<Tensor> OutputGradients)
{
    internal IReadOnlyList<Tensor?> InputGradients { get; private init; } = [];

    internal IReadOnlyDictionary<string, Tensor> ParameterGradients { get; private init; } = new Dictionary<string, Tensor>();

    internal IReadOnlyDictionary<string, Tensor> Buffers { get; private init; } = new Dictionary<string, Tensor>();

    /// <summary>Calls a module, and passes random gradients back.</summary>
    internal static Computed By(
        nn.Module module,
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> forward,
        RecordedOptions options,
        params Tensor[] inputs
    ) => By(module.GetType().Name, module, forward, options, inputs);

    internal static Computed By(
        string kind,
        nn.Module? module,
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> forward,
        RecordedOptions options,
        params Tensor[] inputs
    )
    {
        List<(string, Tensor)> State() =>
            module is null
                ? []
                :
                [
                    .. module.named_parameters().Select(p => (p.name, p.parameter.detach().clone())),
                    .. module.named_buffers().Select(b => (b.name, b.buffer.detach().clone())),
                ];
        Tensor[] leaves = [.. inputs.Select(t => t.detach().clone().requires_grad_(t.is_floating_point()))];
        var state = State().ToDictionary(s => s.Item1, s => s.Item2);
        module?.zero_grad();
        var outputs = forward(leaves);
        Tensor[] gradients = [.. outputs.Select(o => randn(o.shape, ScalarType.Float64).to(o.dtype))];
        if (outputs.Any(o => o.requires_grad))
            autograd.backward([.. outputs], gradients);
        var call = new ModuleCall(kind, options, module?.training ?? true, [.. inputs.Select(t => t.detach())], state)
        {
            Outputs = [.. outputs.Select(o => o.detach().clone())],
        };
        return new(call, call.Outputs, gradients)
        {
            InputGradients = [.. leaves.Select(l => l.grad)],
            ParameterGradients = (module?.named_parameters() ?? [])
                .Where(p => p.parameter.grad is not null)
                .ToDictionary(p => p.name, p => p.parameter.grad!),
            Buffers = State().ToDictionary(s => s.Item1, s => s.Item2),
        };
    }

    /// <summary>How many arguments gradients reach.</summary>
    internal int Differentiable { get; init; } = int.MaxValue;

    /// <summary>What differs from the call computed anew, and how tight the bounds are; empty if all is right.</summary>
    internal IReadOnlyList<string> Complaints()
    {
        var complaints = new List<string>();
        if (KnownModules.Forward(Call) is not { } forward)
            return ["unknown"];
        if (forward.Count != Outputs.Count)
            return [$"{forward.Count} outputs"];
        for (var i = 0; i < forward.Count; i++)
            Check($"output {i}", forward[i], Outputs[i]);
        foreach (var (name, buffer) in KnownModules.Buffers(Call))
            Check(name, buffer, Buffers[name]);
        if (KnownModules.Backward(Call, [.. OutputGradients]) is not { } backward)
            return [.. complaints, "unknown backward"];
        for (var i = 0; i < Math.Min(Differentiable, InputGradients.Count); i++)
        {
            if (InputGradients[i] is null != backward.Inputs[i] is null)
                complaints.Add($"input gradient {i}: one is missing");
            else if (InputGradients[i] is { } gradient)
                Check($"input gradient {i}", backward.Inputs[i]!, gradient);
        }

        if (!ParameterGradients.Keys.Order().SequenceEqual(backward.Parameters.Keys.Order()))
            complaints.Add($"gradients of {string.Join(", ", backward.Parameters.Keys)}");
        foreach (var (name, gradient) in ParameterGradients)
        {
            if (backward.Parameters.TryGetValue(name, out var known))
                Check(name, known, gradient);
        }

        return complaints;

        void Check(string what, Recomputed known, Tensor recorded)
        {
            if (known.Wrong(recorded) is not { } wrong)
            {
                complaints.Add($"{what}: shape {string.Join("×", known.Exact.shape)}, not {string.Join("×", recorded.shape)}");
                return;
            }

            var count = wrong.sum().ToInt64();
            if (count > 0)
            {
                var distance = (recorded.to(ScalarType.Float64) - known.Exact).abs();
                var worst = (distance / known.Bound).masked_fill(wrong.logical_not(), 0).flatten().argmax().ToInt64();
                complaints.Add(
                    $"{what}: {count} of {recorded.numel()}, {distance.flatten()[worst].ToDouble():g3} from {known.Exact.flatten()[worst].ToDouble():g6}, "
                        + $"bound {known.Bound.expand(distance.shape).flatten()[worst].ToDouble():g3} ({recorded.dtype})"
                );
            }

            // Long sums in bfloat16 may lose everything.
            if (recorded.dtype != ScalarType.BFloat16 && known.Bound.isinf().any().ToBoolean())
                complaints.Add($"{what}: no bound");
        }
    }
}
