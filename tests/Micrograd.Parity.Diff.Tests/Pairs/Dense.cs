using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A way to write a fully connected layer.</summary>
internal enum DenseForm
{
    /// <summary>x · Wᵀ + b</summary>
    Plain,

    /// <summary>x · W + b, with a weight that is stored as the other way round.</summary>
    Transposed,

    /// <summary>x · W + b, with a weight that is stored as for x · Wᵀ: a mistake.</summary>
    TranspositionLeftOut,

    /// <summary>x · Wᵀ: a mistake where there is a bias.</summary>
    BiasLeftOut,
}

/// <summary>A fully connected layer, written by hand.</summary>
internal sealed class Dense : nn.Module<Tensor, Tensor>
{
    private readonly DenseForm _form;
    private readonly Parameter _weight;
    private readonly Parameter? _bias;

    internal Dense(long inputs, long outputs, DenseForm form = DenseForm.Plain, bool bias = true)
        : base(nameof(Dense))
    {
        _form = form;
        _weight = new Parameter(rand(IsTransposed ? [inputs, outputs] : [outputs, inputs]));
        register_parameter("weight", _weight);
        if (!bias)
            return;
        _bias = new Parameter(zeros(outputs));
        register_parameter("bias", _bias);
    }

    /// <summary>True if the weight is stored the other way round than PyTorch's.</summary>
    internal bool IsTransposed => _form == DenseForm.Transposed;

    public override Tensor forward(Tensor input)
    {
        var product = input.matmul(_form is DenseForm.Transposed or DenseForm.TranspositionLeftOut ? _weight : _weight.t());
        return _bias is null || _form == DenseForm.BiasLeftOut ? product : product + _bias;
    }
}
