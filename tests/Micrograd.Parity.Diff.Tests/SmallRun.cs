using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests;

/// <summary>A small training run of TorchSharp that is recorded, with a place for a mistake in each of its parts.</summary>
internal sealed record SmallRun
{
    internal ScalarType Dtype { get; init; } = ScalarType.Float32;
    internal int Steps { get; init; } = 3;
    internal long Seed { get; init; } = 1;
    internal Keep Keep { get; init; } = Keep.All;
    internal Func<nn.Module<Tensor, Tensor>> Activation { get; init; } = () => nn.Tanh();
    internal Func<IEnumerable<TorchSharp.Modules.Parameter>, optim.Optimizer> Optimizer { get; init; } = p => optim.Adam(p, lr: 0.01);
    internal Func<Tensor, Tensor, Tensor> Loss { get; init; } = (output, targets) => nn.functional.mse_loss(output, targets);

    /// <summary>The loss as a module, which is recorded; in place of <see cref="Loss"/>.</summary>
    internal Func<nn.Module<Tensor, Tensor, Tensor>>? Criterion { get; init; }
    internal Func<Tensor, Tensor> Targets { get; init; } = y => y;
    internal Action<nn.Module> Prepare { get; init; } = _ => { };
    internal Action<nn.Module, optim.Optimizer, int> BeforeStep { get; init; } = (_, _, _) => { };
    internal Func<int, Tensor, Tensor> Inputs { get; init; } = (_, x) => x;
    internal bool Clears { get; init; } = true;

    internal string Record(string folder)
    {
        TorchLibrary.Load(KernelChoice.Best);
        using var scope = NewDisposeScope();
        set_default_dtype(Dtype);
        random.manual_seed(Seed);
        var model = nn.Sequential(("fc1", nn.Linear(4, 8)), ("act", Activation()), ("norm", nn.LayerNorm([8])), ("fc2", nn.Linear(8, 2)));
        Prepare(model);
        var optimizer = Optimizer(model.parameters());
        random.manual_seed(7);
        var (x, y) = (randn(16, 4, dtype: ScalarType.Float64).to(Dtype), Targets(randn(16, 2, dtype: ScalarType.Float64).to(Dtype)));
        var criterion = Criterion?.Invoke();
        using var run = TrainingRecorder.Start(folder, model, optimizer, new RecordingOptions { Keep = Keep, Overwrite = true }, criterion);
        for (var step = 0; step < Steps; step++)
        {
            if (Clears)
                optimizer.zero_grad();
            var output = model.call(Inputs(step, x));
            var loss = criterion is null ? Loss(output, y) : criterion.call(output, y);
            run.Backward(loss, y);
            BeforeStep(model, optimizer, step);
            run.Step();
        }

        return folder;
    }

    /// <summary>Gives a model the numbers that one of any dtype is given.</summary>
    internal static void Alike(nn.Module model)
    {
        using var _ = no_grad();
        foreach (var (name, parameter) in model.named_parameters())
        {
            random.manual_seed(name.Length + name[2]);
            parameter.copy_(randn(parameter.shape, dtype: ScalarType.Float32).mul(0.3).to(parameter.dtype));
        }
    }
}
