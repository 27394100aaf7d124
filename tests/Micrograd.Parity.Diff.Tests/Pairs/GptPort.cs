using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A way to write the port.</summary>
internal enum GptForm
{
    Plain,

    // Mistakes.
    ExactGelu,
    SigmoidGelu,
    ReluByHand,
    ScaleLeftOut,
    ScaleOfTheWidth,
    ScaleUp,
    ScaleWithoutRoot,
    MaskLeftOut,
    MaskShifted,
    MaskAfterSoftmax,
    MaskTransposed,
    MaskOfZeros,
    SoftmaxOverQueries,
    HeadsNotTransposedBack,
    HeadsInterleaved,
    HeadsNotTransposed,
    QueryAndKeyExchanged,
    KeyAndValueExchanged,
    ValueFirst,
    AttentionResidualLeftOut,
    PerceptronResidualLeftOut,
    ResidualFromTheNorm,
    NormBehind,
    NormShared,
    PositionsLeftOut,
    PositionsFromOne,
    TokensScaled,
    AttentionHalved,
    LastNormLeftOut,
    Tied,
    HeadWithBias,
    Dropout,
    DropoutUnscaled,
    SecondBlockDetached,
    BlockTwice,

    // Other ways to compute the same.
    GeluModule,
    MaskAdded,
    SoftmaxByHand,
    HeadByHead,
    FusedAttention,
    NormByHand,
    WeightsTransposed,
    DropoutInEvaluation,
}

/// <summary>The language model as somebody wrote it again.</summary>
internal sealed class GptPort : Custom
{
    private readonly GptForm _form;
    private readonly Embedding _tokens;
    private readonly Embedding? _positions;
    private readonly Module<Tensor, Tensor>? _dropout;
    private readonly ModuleList<GptPortBlock> _blocks;
    private readonly Module<Tensor, Tensor> _norm;
    private readonly Linear _head;

    internal GptPort(int vocabulary, GptForm form = GptForm.Plain, Func<Module<Tensor, Tensor>>? norm = null)
        : base("TinyGpt")
    {
        _form = form;
        norm ??= form == GptForm.NormByHand ? () => new NormByHand(Gpt.Width) : () => LayerNorm(Gpt.Width);
        _tokens = Add("token_embedding", Embedding(vocabulary, Gpt.Width));
        if (form != GptForm.PositionsLeftOut)
            _positions = Add("position_embedding", Embedding(form == GptForm.PositionsFromOne ? Gpt.Block + 1 : Gpt.Block, Gpt.Width));
        if (form is GptForm.Dropout or GptForm.DropoutInEvaluation)
            _dropout = Add("dropout", Dropout(0.1));
        if (form == GptForm.DropoutUnscaled)
            _dropout = Add("dropout", new ByHand(x => x * (rand_like(x) >= 0.1)));
        _blocks = Add("blocks", ModuleList(Enumerable.Range(0, Gpt.Layers).Select(_ => new GptPortBlock(form, norm)).ToArray()));
        _norm = Add("final_norm", norm());
        _head = Add("head", Linear(Gpt.Width, vocabulary, hasBias: form == GptForm.HeadWithBias));
        if (form == GptForm.Tied)
            _head.weight = _tokens.weight!;
        if (form == GptForm.DropoutInEvaluation)
            _dropout!.eval();
    }

    public override Tensor forward(Tensor input)
    {
        var x = _tokens.call(input);
        if (_form == GptForm.TokensScaled)
            x *= Math.Sqrt(Gpt.Width);
        if (_positions is not null)
        {
            var first = _form == GptForm.PositionsFromOne ? 1 : 0;
            x += _positions.call(arange(first, first + input.shape[1]).unsqueeze(0));
        }

        if (_dropout is not null)
            x = _dropout.call(x);
        for (var i = 0; i < _blocks.Count; i++)
        {
            if (i == 1 && _form == GptForm.SecondBlockDetached)
                x = x.detach();
            x = _blocks[_form == GptForm.BlockTwice ? 0 : i].call(x);
        }

        return _head.call(_form == GptForm.LastNormLeftOut ? x : _norm.call(x));
    }
}

/// <summary>A block of the port.</summary>
internal sealed class GptPortBlock : Custom
{
    private readonly GptForm _form;
    private readonly Module<Tensor, Tensor> _norm1;
    private readonly Module<Tensor, Tensor> _norm2;
    private readonly GptPortAttention _attention;
    private readonly Sequential _perceptron;

    internal GptPortBlock(GptForm form, Func<Module<Tensor, Tensor>> norm)
        : base("TransformerBlock")
    {
        _form = form;
        _norm1 = Add("norm1", norm());
        _attention = Add("attention", new GptPortAttention(form));
        _norm2 = Add("norm2", norm());
        _perceptron = Add("feed_forward", Sequential(Linear(Gpt.Width, 4 * Gpt.Width), Activation(form), Linear(4 * Gpt.Width, Gpt.Width)));
    }

    public override Tensor forward(Tensor input)
    {
        if (_form == GptForm.NormBehind)
        {
            var first = _norm1.call(input + _attention.call(input));
            return _norm2.call(first + _perceptron.call(first));
        }

        var normed = _norm1.call(input);
        var attended = _attention.call(normed);
        var x =
            _form == GptForm.AttentionResidualLeftOut ? attended
            : _form == GptForm.ResidualFromTheNorm ? normed + attended
            : _form == GptForm.AttentionHalved ? input + 0.5 * attended
            : input + attended;
        var computed = _perceptron.call((_form == GptForm.NormShared ? _norm1 : _norm2).call(x));
        return _form == GptForm.PerceptronResidualLeftOut ? computed : x + computed;
    }

    private static Module<Tensor, Tensor> Activation(GptForm form) =>
        form switch
        {
            GptForm.ExactGelu => GELU(),
            GptForm.GeluModule => new ByHand(x => functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh)),
            GptForm.ReluByHand => new ByHand(x => x * (x > 0)),
            GptForm.SigmoidGelu => new ByHand(x => x * sigmoid(1.702 * x)),
            _ => new ByHand(x => 0.5 * x * (1.0 + tanh(Math.Sqrt(2.0 / Math.PI) * (x + 0.044715 * x * x * x)))),
        };
}

/// <summary>LayerNorm by hand: of the variance, of what is added to it, and with or without the affine part.</summary>
internal sealed class NormByHand : Custom
{
    private readonly bool _isUnbiased;
    private readonly bool _isOutside;
    private readonly double _epsilon;
    private readonly bool _centres;
    private readonly bool _detaches;
    private readonly bool _usesAffine;
    private readonly long _dimension;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    internal NormByHand(
        int width,
        bool isUnbiased = false,
        bool isOutside = false,
        double epsilon = 1e-5,
        bool centres = true,
        bool detaches = false,
        bool usesAffine = true,
        long dimension = -1
    )
        : base("Norm")
    {
        (_isUnbiased, _isOutside, _epsilon) = (isUnbiased, isOutside, epsilon);
        (_centres, _detaches, _usesAffine, _dimension) = (centres, detaches, usesAffine, dimension);
        register_parameter("weight", _weight = new Parameter(ones(width)));
        register_parameter("bias", _bias = new Parameter(zeros(width)));
    }

    public override Tensor forward(Tensor input)
    {
        var centred = _centres ? input - input.mean([_dimension], keepdim: true) : input;
        var variance = _centres ? input.var([_dimension], unbiased: _isUnbiased, keepdim: true) : input.square().mean([_dimension], keepdim: true);
        if (_detaches)
            variance = variance.detach();
        var normed = centred / (_isOutside ? variance.sqrt() + _epsilon : (variance + _epsilon).sqrt());
        return _usesAffine ? normed * _weight + _bias : normed;
    }
}
