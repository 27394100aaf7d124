using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>The autoencoder as it stands in Python.</summary>
internal sealed class AutoencoderOriginal : Custom
{
    private readonly Sequential _encoder;
    private readonly Sequential _decoder;

    internal AutoencoderOriginal()
        : base("Autoencoder")
    {
        _encoder = Add("encoder", Sequential(Linear(12, 8), ReLU(), Linear(8, 8)));
        _decoder = Add("decoder", Sequential(Linear(8, 8), ReLU(), Linear(8, 12), Sigmoid()));
    }

    public override Tensor forward(Tensor input) => _decoder.call(_encoder.call(input));
}

/// <summary>A way to write the port.</summary>
internal enum AutoencoderForm
{
    Plain,

    // Mistakes.
    SigmoidLeftOut,
    TanhForSigmoid,
    ReluLeftOut,
    DecoderFrozen,
    EncoderDetached,
    LayerTwice,
    CodeNormalised,
    OutputScaled,

    // Other ways to compute the same.
    SigmoidByHand,
    ReluByHand,
    Transposed,
}

/// <summary>The autoencoder as somebody wrote it again, without parts of its own.</summary>
internal sealed class AutoencoderPort : Custom
{
    private readonly AutoencoderForm _form;
    private readonly Module<Tensor, Tensor>[] _encoder;
    private readonly Module<Tensor, Tensor>[] _decoder;

    internal AutoencoderPort(AutoencoderForm form = AutoencoderForm.Plain)
        : base("PictureCoder")
    {
        _form = form;
        _encoder = [Add("enc1", Layer(12, 8)), Add("rectify1", Rectifier()), Add("enc2", Layer(8, 8))];
        _decoder = [Add("dec1", Layer(8, 8)), Add("rectify2", Rectifier()), Add("dec2", Layer(8, 12)), Add("output", Output())];
        if (form == AutoencoderForm.DecoderFrozen)
            _decoder[0].get_parameter("weight")!.requires_grad = false;
    }

    public override Tensor forward(Tensor input)
    {
        var code = _encoder.Where((_, i) => i != 1 || _form != AutoencoderForm.ReluLeftOut).Aggregate(input, (x, part) => part.call(x));
        if (_form == AutoencoderForm.EncoderDetached)
            code = code.detach();
        if (_form == AutoencoderForm.CodeNormalised)
            code /= code.norm(1, keepdim: true);
        var output = (
            _form switch
            {
                AutoencoderForm.SigmoidLeftOut => _decoder[..3],
                AutoencoderForm.LayerTwice => [_decoder[0], _decoder[0], .. _decoder[1..]],
                _ => _decoder,
            }
        ).Aggregate(code, (x, part) => part.call(x));
        return _form == AutoencoderForm.OutputScaled ? 255 * output : output;
    }

    private Module<Tensor, Tensor> Layer(int inputs, int outputs) =>
        _form == AutoencoderForm.Transposed ? new Dense(inputs, outputs, DenseForm.Transposed) : Linear(inputs, outputs);

    private Module<Tensor, Tensor> Rectifier() => _form == AutoencoderForm.ReluByHand ? new ByHand(x => x * (x > 0)) : ReLU();

    private Module<Tensor, Tensor> Output() =>
        _form switch
        {
            AutoencoderForm.TanhForSigmoid => Tanh(),
            AutoencoderForm.SigmoidByHand => new ByHand(x => 1 / (1 + (-x).exp())),
            _ => Sigmoid(),
        };
}
