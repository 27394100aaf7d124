using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Diff.Tests.Recorder;

/// <summary>A recorder changes nothing: losses and parameters have the same bits with and without one.</summary>
public class UnchangedTrainingTests
{
    public UnchangedTrainingTests() => TorchLibrary.Load();

    public static TheoryData<string, Keep> Cases => [.. from model in s_models.Keys from keep in Enum.GetValues<Keep>() select (model, keep)];

    private static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Model, Func<Tensor> Input)> s_models = new()
    {
        ["dropout"] = (() => Sequential(Linear(6, 8), Dropout(0.5), GELU(), Linear(8, 3)), () => randn(5, 6)),
        ["in place"] = (() => Sequential(Conv2d(1, 4, 3), BatchNorm2d(4), ReLU(inplace: true), Flatten(), Linear(16, 3)), () => randn(5, 1, 4, 4)),
        ["recurrent"] = (() => new Recurrent(), () => randn(5, 7, 6)),
        ["residual"] = (() => new Residual(), () => randn(5, 6)),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_has_the_same_bits_with_a_recorder(string model, Keep keep)
    {
        var plain = Train(model, null);
        var recorded = Train(model, keep);
        Assert.Equal(plain, recorded);
        Assert.All(plain, number => Assert.True(float.IsFinite(number)));
    }

    private static float[] Train(string name, Keep? keep)
    {
        using var folder = new RecordedFolder();
        using var scope = NewDisposeScope();
        manual_seed(7);
        var (make, input) = s_models[name];
        using var model = make();
        using var optimizer = optim.AdamW(model.parameters(), lr: 0.01, weight_decay: 0.1);
        using var run = keep is { } kept ? TrainingRecorder.Start(folder.Path, model, optimizer, new() { Keep = kept }) : null;
        var numbers = new List<float>();
        for (var step = 0; step < 4; step++)
        {
            using var inner = NewDisposeScope();
            optimizer.zero_grad();
            var (x, y) = (input(), randint(3, [5]));
            var loss = F.cross_entropy(model.call(x), y);
            if (run is null)
                loss.backward();
            else
                run.Backward(loss, y);
            nn.utils.clip_grad_norm_(model.parameters(), 0.5);
            if (run is null)
                optimizer.step();
            else
                run.Step();
            numbers.Add(loss.item<float>());
        }

        return [.. numbers, .. model.parameters().SelectMany(p => p.data<float>().ToArray())];
    }

    private sealed class Recurrent : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.LSTM _lstm = LSTM(6, 4, batchFirst: true);
        private readonly TorchSharp.Modules.Linear _head = Linear(4, 3);

        internal Recurrent()
            : base(nameof(Recurrent)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var (output, _, _) = _lstm.call(input);
            return _head.call(output.select(1, -1)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Adds to an output in place, and disposes what it no longer needs.</summary>
    private sealed class Residual : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear _first = Linear(6, 6);
        private readonly TorchSharp.Modules.Linear _head = Linear(6, 3);

        internal Residual()
            : base(nameof(Residual)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var inner = _first.call(input);
            inner.add_(input);
            using var activated = inner.tanh();
            return _head.call(activated);
        }
    }
}
