using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>The net as it stands in Python.</summary>
internal sealed class BatchNormOriginal : Custom
{
    private readonly Module<Tensor, Tensor>[] _parts;

    internal BatchNormOriginal()
        : base("Classifier")
    {
        _parts =
        [
            Add("fc1", Linear(8, 16, hasBias: false)),
            Add("bn1", BatchNorm1d(16)),
            Add("relu1", ReLU()),
            Add("fc2", Linear(16, 16, hasBias: false)),
            Add("bn2", BatchNorm1d(16)),
            Add("relu2", ReLU()),
            Add("fc3", Linear(16, 4)),
        ];
    }

    public override Tensor forward(Tensor input) => _parts.Aggregate(input, (x, part) => part.call(x));
}

/// <summary>The net as somebody wrote it again.</summary>
internal sealed class BatchNormPort : Custom
{
    private Module<Tensor, Tensor>[] _parts = [];

    internal BatchNormPort()
        : base("Sorter") { }

    internal Func<Module<Tensor, Tensor>> Norm { get; init; } = () => BatchNorm1d(16);

    internal bool NormsBehind { get; init; }

    internal bool SkipsSecond { get; init; }

    internal bool SharesFirst { get; init; }

    internal bool HasBias { get; init; }

    /// <summary>Makes the layers, once the switches are set.</summary>
    internal BatchNormPort Built()
    {
        _parts =
        [
            Add("first", Linear(8, 16, hasBias: HasBias)),
            Add("first_norm", Norm()),
            Add("first_relu", ReLU()),
            Add("second", Linear(16, 16, hasBias: false)),
            Add("second_norm", Norm()),
            Add("second_relu", ReLU()),
            Add("third", Linear(16, 4)),
        ];
        return this;
    }

    public override Tensor forward(Tensor input)
    {
        int[] order =
            NormsBehind ? [0, 2, 1, 3, 5, 4, 6]
            : SkipsSecond ? [0, 1, 2, 3, 5, 6]
            : SharesFirst ? [0, 1, 2, 3, 1, 5, 6]
            : [0, 1, 2, 3, 4, 5, 6];
        return order.Aggregate(input, (x, part) => _parts[part].call(x));
    }
}

/// <summary>A way to write BatchNorm.</summary>
internal enum BatchNormForm
{
    Plain,

    // Mistakes.
    MomentumExchanged,
    BiasedRunningVariance,
    NotWritten,
    RunningDeviation,
    UnbiasedVariance,
    NotCentred,
    RunningInTraining,
    OverFeatures,
    EpsilonOutside,
    Detached,
}

/// <summary>BatchNorm of one dimension by hand, with PyTorch's parameters and buffers.</summary>
internal sealed class BatchNormByHand : Custom
{
    private const double Epsilon = 1e-5;
    private readonly BatchNormForm _form;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    internal BatchNormByHand(long features, BatchNormForm form = BatchNormForm.Plain)
        : base("Norm")
    {
        _form = form;
        register_parameter("weight", _weight = new Parameter(ones(features)));
        register_parameter("bias", _bias = new Parameter(zeros(features)));
        register_buffer("running_mean", zeros(features));
        register_buffer("running_var", ones(features));
    }

    private Tensor RunningMean => get_buffer("running_mean")!;

    private Tensor RunningVariance => get_buffer("running_var")!;

    public override Tensor forward(Tensor input)
    {
        if (!training)
            return Normed(input, RunningMean, RunningVariance);
        var over = _form == BatchNormForm.OverFeatures ? 1 : 0;
        var mean = input.mean([over], keepdim: true);
        var variance =
            _form == BatchNormForm.NotCentred
                ? input.square().mean([over], keepdim: true)
                : input.var([over], unbiased: _form == BatchNormForm.UnbiasedVariance, keepdim: true);
        if (_form == BatchNormForm.Detached)
            (mean, variance) = (mean.detach(), variance.detach());
        var normed = _form == BatchNormForm.RunningInTraining ? Normed(input, RunningMean, RunningVariance) : Normed(input, mean, variance);
        if (_form != BatchNormForm.NotWritten)
            Write(input);
        return normed;
    }

    private Tensor Normed(Tensor input, Tensor mean, Tensor variance)
    {
        var deviation = _form == BatchNormForm.EpsilonOutside ? variance.sqrt() + 1e-2 : (variance + Epsilon).sqrt();
        return (input - mean) / deviation * _weight + _bias;
    }

    private void Write(Tensor input)
    {
        using var off = no_grad();
        var share = _form == BatchNormForm.MomentumExchanged ? 0.9 : 0.1;
        var variance = input.var([0], unbiased: _form != BatchNormForm.BiasedRunningVariance);
        if (_form == BatchNormForm.RunningDeviation)
            variance = variance.sqrt();
        RunningMean.mul_(1 - share).add_(input.mean([0]), alpha: share);
        RunningVariance.mul_(1 - share).add_(variance, alpha: share);
    }
}
