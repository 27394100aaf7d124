using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>Sizes of the model.</summary>
internal static class Gpt
{
    internal const int Block = 16;
    internal const int Width = 48;
    internal const int Heads = 3;
    internal const int Layers = 2;

    /// <summary>Weights of minGPT: normal with a deviation of 0.02, less on the residual path, biases of zero.</summary>
    internal static void Initialise(Module model)
    {
        foreach (var (name, module) in model.named_modules())
        {
            var deviation = name.EndsWith("c_proj", StringComparison.Ordinal) ? 0.02 / Math.Sqrt(2 * Layers) : 0.02;
            switch (module)
            {
                case Linear linear:
                    init.normal_(linear.weight!, 0, deviation);
                    if (linear.bias is not null)
                        init.zeros_(linear.bias);
                    break;
                case Embedding embedding:
                    init.normal_(embedding.weight!, 0, 0.02);
                    break;
            }
        }
    }
}

/// <summary>The language model as it stands in Python, in the layout of minGPT.</summary>
internal sealed class GptOriginal : Custom
{
    private readonly Embedding _wte;
    private readonly Embedding _wpe;
    private readonly Dropout _drop;
    private readonly ModuleList<GptOriginalBlock> _h;
    private readonly LayerNorm _norm;
    private readonly Linear _head;

    internal GptOriginal(int vocabulary, int positions = Gpt.Block, double dropout = 0, bool isTied = false)
        : base("GPT")
    {
        _wte = Embedding(vocabulary, Gpt.Width);
        _wpe = Embedding(positions, Gpt.Width);
        _drop = Dropout(dropout);
        _h = ModuleList(Enumerable.Range(0, Gpt.Layers).Select(_ => new GptOriginalBlock()).ToArray());
        _norm = LayerNorm(Gpt.Width);
        Add("transformer", new ModuleDict(("wte", _wte), ("wpe", _wpe), ("drop", _drop), ("h", _h), ("ln_f", _norm)));
        _head = Add("lm_head", Linear(Gpt.Width, vocabulary, hasBias: false));
        if (isTied)
            _head.weight = _wte.weight!;
        Gpt.Initialise(this);
    }

    public override Tensor forward(Tensor input)
    {
        var positions = arange(input.shape[1]).unsqueeze(0);
        var x = _drop.call(_wte.call(input) + _wpe.call(positions));
        foreach (var block in _h)
            x = block.call(x);
        return _head.call(_norm.call(x));
    }
}

/// <summary>A block: attention and a perceptron, each behind a norm and beside a residual path.</summary>
internal sealed class GptOriginalBlock : Custom
{
    private readonly LayerNorm _first;
    private readonly GptOriginalAttention _attention;
    private readonly LayerNorm _second;
    private readonly Linear _up;
    private readonly NewGelu _activation;
    private readonly Linear _down;
    private readonly Dropout _dropout;

    internal GptOriginalBlock()
        : base("Block")
    {
        _first = Add("ln_1", LayerNorm(Gpt.Width));
        _attention = Add("attn", new GptOriginalAttention());
        _second = Add("ln_2", LayerNorm(Gpt.Width));
        (_up, _activation, _down, _dropout) = (Linear(Gpt.Width, 4 * Gpt.Width), new NewGelu(), Linear(4 * Gpt.Width, Gpt.Width), Dropout(0));
        Add("mlp", new ModuleDict(("c_fc", _up), ("c_proj", _down), ("act", _activation), ("dropout", _dropout)));
    }

    public override Tensor forward(Tensor input)
    {
        var x = input + _attention.call(_first.call(input));
        return x + _dropout.call(_down.call(_activation.call(_up.call(_second.call(x)))));
    }
}

/// <summary>Causal attention of several heads.</summary>
internal sealed class GptOriginalAttention : Custom
{
    private readonly Linear _mix;
    private readonly Linear _project;
    private readonly Dropout _attentionDropout;
    private readonly Dropout _residualDropout;

    internal GptOriginalAttention()
        : base("CausalSelfAttention")
    {
        _mix = Add("c_attn", Linear(Gpt.Width, 3 * Gpt.Width));
        _project = Add("c_proj", Linear(Gpt.Width, Gpt.Width));
        _attentionDropout = Add("attn_dropout", Dropout(0));
        _residualDropout = Add("resid_dropout", Dropout(0));
        register_buffer("bias", tril(ones(Gpt.Block, Gpt.Block)).view(1, 1, Gpt.Block, Gpt.Block));
    }

    public override Tensor forward(Tensor input)
    {
        var (batch, length, width) = (input.shape[0], input.shape[1], input.shape[2]);
        var parts = _mix.call(input).split(width, 2);
        var heads = parts.Select(part => part.view(batch, length, Gpt.Heads, width / Gpt.Heads).transpose(1, 2)).ToList();
        var (query, key, value) = (heads[0], heads[1], heads[2]);
        var scores = query.matmul(key.transpose(-2, -1)) * (1 / Math.Sqrt(key.shape[^1]));
        scores = scores.masked_fill(get_buffer("bias")!.narrow(2, 0, length).narrow(3, 0, length).eq(0), double.NegativeInfinity);
        var weights = _attentionDropout.call(functional.softmax(scores, -1));
        var mixed = weights.matmul(value).transpose(1, 2).contiguous().view(batch, length, width);
        return _residualDropout.call(_project.call(mixed));
    }
}

/// <summary>GELU by tanh, as minGPT writes it.</summary>
internal sealed class NewGelu : Module<Tensor, Tensor>
{
    internal NewGelu()
        : base("NewGELU") { }

    public override Tensor forward(Tensor input) => 0.5 * input * (1.0 + tanh(Math.Sqrt(2.0 / Math.PI) * (input + 0.044715 * pow(input, 3.0))));
}
