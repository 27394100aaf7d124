using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>The net as it stands in Python.</summary>
internal sealed class ConvOriginal : Custom
{
    private readonly Module<Tensor, Tensor>[] _parts;
    private readonly Linear _last;

    internal ConvOriginal()
        : base("ConvNet")
    {
        _parts =
        [
            Add("conv1", Conv2d(1, 6, 3, padding: 1)),
            Add("relu1", ReLU(inplace: true)),
            Add("pool1", MaxPool2d(2)),
            Add("conv2", Conv2d(6, 8, 3, padding: 1)),
            Add("relu2", ReLU()),
            Add("pool2", AdaptiveAvgPool2d(2)),
        ];
        _last = Add("fc", Linear(32, 5));
    }

    public override Tensor forward(Tensor input) => _last.call(_parts.Aggregate(input, (x, part) => part.call(x)).flatten(1));
}

/// <summary>The net as somebody wrote it again.</summary>
internal sealed class ConvPort : Custom
{
    private Module<Tensor, Tensor>[] _features = [];
    private Linear? _classifier;

    internal ConvPort()
        : base("PictureNet") { }

    internal Module<Tensor, Tensor> First { get; init; } = Conv2d(1, 6, 3, padding: 1);

    internal Module<Tensor, Tensor> FirstRelu { get; init; } = ReLU(inplace: true);

    internal Module<Tensor, Tensor> Pool { get; init; } = MaxPool2d(2);

    internal Func<Tensor, Tensor> Flattens { get; init; } = x => x.flatten(1);

    internal Func<Tensor, Tensor> Finishes { get; init; } = x => x;

    internal bool SkipsSecondRelu { get; init; }

    internal bool FreezesSecond { get; init; }

    internal bool DetachesFirst { get; init; }

    /// <summary>Makes the layers, once the switches are set.</summary>
    internal ConvPort Built()
    {
        _features = [First, FirstRelu, Pool, Conv2d(6, 8, 3, padding: 1), ReLU(), AdaptiveAvgPool2d(2)];
        Add("features", ModuleList(_features));
        _classifier = Add("classifier", Linear(32, 5));
        if (FreezesSecond)
        {
            foreach (var parameter in _features[3].parameters())
                parameter.requires_grad = false;
        }

        return this;
    }

    public override Tensor forward(Tensor input)
    {
        var x = input;
        for (var i = 0; i < _features.Length; i++)
        {
            if (i == 4 && SkipsSecondRelu)
                continue;
            x = _features[i].call(x);
            if (i == 2 && DetachesFirst)
                x = x.detach();
        }

        return Finishes(_classifier!.call(Flattens(x)));
    }
}

/// <summary>A way to write a convolution.</summary>
internal enum ConvForm
{
    Plain,

    // Mistakes.
    Flipped,
    Transposed,
    BiasLeftOut,
    PaddedBehind,
}

/// <summary>A convolution of 3 · 3 with a border of one, as a product of matrices.</summary>
internal sealed class ConvByHand : Custom
{
    private readonly ConvForm _form;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    internal ConvByHand(long inputs, long outputs, ConvForm form = ConvForm.Plain)
        : base("Convolution")
    {
        _form = form;
        register_parameter("weight", _weight = new Parameter(rand(outputs, inputs, 3, 3)));
        register_parameter("bias", _bias = new Parameter(zeros(outputs)));
    }

    public override Tensor forward(Tensor input)
    {
        var weight = _form switch
        {
            ConvForm.Flipped => _weight.flip(2, 3),
            ConvForm.Transposed => _weight.transpose(2, 3),
            _ => (Tensor)_weight,
        };
        var columns =
            _form == ConvForm.PaddedBehind
                ? functional.unfold(functional.pad(input, [0, 2, 0, 2]), (3, 3))
                : functional.unfold(input, (3, 3), padding: (1, 1));
        var product = weight.flatten(1).matmul(columns).view(input.shape[0], -1, input.shape[2], input.shape[3]);
        return _form == ConvForm.BiasLeftOut ? product : product + _bias.view(1, -1, 1, 1);
    }
}
