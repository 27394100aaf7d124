using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A batch: inputs and targets.</summary>
internal sealed record Batch(Tensor Inputs, Tensor Targets)
{
    /// <summary>The batch cut into equal parts along its first dimension.</summary>
    internal IEnumerable<Batch> Split(int parts)
    {
        var size = Inputs.shape[0] / parts;
        return Inputs.split(size).Zip(Targets.split(size), (x, y) => new Batch(x, y));
    }

    /// <summary>The samples in the order of the places.</summary>
    internal Batch At(params long[] places) => new(Inputs[tensor(places)], Targets[tensor(places)]);
}

/// <summary>A training loop, as one writes it; what can be written otherwise is a property.</summary>
internal sealed record TrainingLoop
{
    internal required IOptimizerSettings Optimizer { get; init; }

    /// <summary>A step's batch.</summary>
    internal required Func<int, Batch> Batch { get; init; }

    /// <summary>The loss, of the model's output and the targets.</summary>
    internal required Func<Tensor, Tensor, Tensor> Loss { get; init; }

    internal int Steps { get; init; } = 3;

    /// <summary>The learning rate of a step, where a schedule sets it.</summary>
    internal Func<int, double>? Rate { get; init; }

    /// <summary>The clipping of gradients.</summary>
    internal Action<Module>? Clip { get; init; }

    /// <summary>What is done to the model before a step: its mode, as a rule.</summary>
    internal Action<Module, int>? Prepare { get; init; }

    /// <summary>Number of backward passes of a step.</summary>
    internal int MicroBatches { get; init; } = 1;

    internal bool DividesMicroBatches { get; init; } = true;

    internal bool ClearsGradients { get; init; } = true;

    internal bool ClearsEachPass { get; init; }

    internal bool ClipsLate { get; init; }

    internal bool StepsBeforeBackward { get; init; }

    internal int StepsPerBatch { get; init; } = 1;

    /// <summary>The type that the model and the inputs are converted to.</summary>
    internal ScalarType Type { get; init; } = ScalarType.Float32;

    internal int Threads { get; init; } = 1;

    /// <summary>Trains the model and records it.</summary>
    internal void Run(string folder, Module<Tensor, Tensor> model, RecordingOptions options)
    {
        var threads = get_num_threads();
        set_num_threads(Threads);
        try
        {
            Train(folder, model.to(Type), options);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private void Train(string folder, Module<Tensor, Tensor> model, RecordingOptions options)
    {
        using var optimizer = Optimizer.Make(model);
        using var run = TrainingRecorder.Start(folder, model, optimizer, options);
        for (var step = 0; step < Steps; step++)
        {
            using var work = TorchWork.Begin();
            if (Rate is not null)
            {
                foreach (var group in optimizer.ParamGroups)
                    group.LearningRate = Rate(step);
            }

            Prepare?.Invoke(model, step);
            if (StepsBeforeBackward)
                run.Step();
            if (ClearsGradients)
                optimizer.zero_grad();
            foreach (var (inputs, targets) in Batch(step).Split(MicroBatches))
            {
                var loss = Loss(model.call(Typed(inputs)), Typed(targets));
                if (DividesMicroBatches && MicroBatches > 1)
                    loss /= MicroBatches;
                if (ClearsEachPass)
                    optimizer.zero_grad();
                run.Backward(loss, targets);
            }

            if (!ClipsLate)
                Clip?.Invoke(model);
            for (var i = 0; i < (StepsBeforeBackward ? 0 : StepsPerBatch); i++)
                run.Step();
            if (ClipsLate)
                Clip?.Invoke(model);
        }
    }

    private Tensor Typed(Tensor numbers) => numbers.is_floating_point() ? numbers.to_type(Type) : numbers;
}
