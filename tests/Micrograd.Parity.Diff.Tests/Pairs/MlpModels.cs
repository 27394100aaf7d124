using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>The perceptron as it stands in Python.</summary>
internal sealed class MlpOriginal : Custom
{
    private readonly Linear _fc1;
    private readonly Tanh _act1;
    private readonly Linear _fc2;
    private readonly ReLU _act2;
    private readonly Linear _fc3;

    internal MlpOriginal()
        : base("Net")
    {
        _fc1 = Add("fc1", Linear(6, 16));
        _act1 = Add("act1", Tanh());
        _fc2 = Add("fc2", Linear(16, 16));
        _act2 = Add("act2", ReLU());
        _fc3 = Add("fc3", Linear(16, 4));
    }

    public override Tensor forward(Tensor input) => _fc3.call(_act2.call(_fc2.call(_act1.call(_fc1.call(input)))));
}

/// <summary>The perceptron as somebody wrote it again.</summary>
internal sealed class MlpPort : Custom
{
    private Module<Tensor, Tensor>? _input;
    private Module<Tensor, Tensor>? _hidden;
    private Module<Tensor, Tensor>? _output;

    internal MlpPort()
        : base("Perceptron") { }

    internal DenseForm? Hidden { get; init; }

    internal bool HasInputBias { get; init; } = true;

    internal bool IsInputFrozen { get; init; }

    internal bool DetachesInput { get; init; }

    internal bool SkipsSquash { get; init; }

    internal bool DeclaresBackwards { get; init; }

    internal Module<Tensor, Tensor> Squash { get; init; } = Tanh();

    internal Module<Tensor, Tensor> Rectify { get; init; } = ReLU();

    /// <summary>Makes the layers, once the switches are set.</summary>
    internal MlpPort Built()
    {
        Action[] parts =
        [
            () => _input = Add("input", Linear(6, 16, HasInputBias)),
            () => Add("squash", Squash),
            () => _hidden = Add<Module<Tensor, Tensor>>("hidden", Hidden is { } form ? new Dense(16, 16, form) : Linear(16, 16)),
            () => Add("rectify", Rectify),
            () => _output = Add("output", Linear(16, 4)),
        ];
        foreach (var part in DeclaresBackwards ? parts.Reverse() : parts)
            part();
        if (IsInputFrozen)
        {
            foreach (var parameter in _input!.parameters())
                parameter.requires_grad = false;
        }

        return this;
    }

    public override Tensor forward(Tensor input)
    {
        var first = _input!.call(input);
        if (!SkipsSquash)
            first = Squash.call(first);
        if (DetachesInput)
            first = first.detach();
        return _output!.call(Rectify.call(_hidden!.call(first)));
    }
}

/// <summary>A function that somebody wrote as a module of its own.</summary>
internal sealed class ByHand(Func<Tensor, Tensor> function) : Module<Tensor, Tensor>(nameof(ByHand))
{
    public override Tensor forward(Tensor input) => function(input);
}
