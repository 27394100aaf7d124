using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>The port's attention.</summary>
internal sealed class GptPortAttention : Custom
{
    private readonly GptForm _form;
    private readonly Module<Tensor, Tensor> _mix;
    private readonly Module<Tensor, Tensor> _project;

    internal GptPortAttention(GptForm form)
        : base("Attention")
    {
        _form = form;
        _mix = Add("qkv", Layer(Gpt.Width, 3 * Gpt.Width));
        _project = Add("projection", Layer(Gpt.Width, Gpt.Width));
    }

    public override Tensor forward(Tensor input)
    {
        var (batch, length) = (input.shape[0], input.shape[1]);
        var parts = _mix.call(input).chunk(3, -1).Select(part => Split(part, batch, length)).ToList();
        var (query, key, value) = _form switch
        {
            GptForm.QueryAndKeyExchanged => (parts[1], parts[0], parts[2]),
            GptForm.KeyAndValueExchanged => (parts[0], parts[2], parts[1]),
            GptForm.ValueFirst => (parts[1], parts[2], parts[0]),
            _ => (parts[0], parts[1], parts[2]),
        };
        var mixed = _form switch
        {
            GptForm.FusedAttention => functional.scaled_dot_product_attention(query, key, value, is_casual: true),
            GptForm.HeadByHead => cat([.. Enumerable.Range(0, Gpt.Heads).Select(i => Attend(Head(query, i), Head(key, i), Head(value, i)))], 1),
            _ => Attend(query, key, value),
        };
        var back = _form == GptForm.HeadsNotTransposedBack ? mixed.contiguous() : mixed.transpose(1, 2).contiguous();
        return _project.call(back.view(batch, length, Gpt.Width));
    }

    private Tensor Split(Tensor part, long batch, long length) =>
        _form switch
        {
            GptForm.HeadsInterleaved => part.view(batch, length, -1, Gpt.Heads).permute(0, 3, 1, 2),
            GptForm.HeadsNotTransposed => part.contiguous().view(batch, Gpt.Heads, length, -1),
            _ => part.view(batch, length, Gpt.Heads, -1).transpose(1, 2),
        };

    private static Tensor Head(Tensor all, int i) => all.narrow(1, i, 1);

    private Module<Tensor, Tensor> Layer(int inputs, int outputs) =>
        _form == GptForm.WeightsTransposed ? new Dense(inputs, outputs, DenseForm.Transposed) : Linear(inputs, outputs);

    private Tensor Attend(Tensor query, Tensor key, Tensor value)
    {
        var scores = query.matmul(key.transpose(-2, -1));
        const double Each = Gpt.Width / Gpt.Heads;
        scores /= _form switch
        {
            GptForm.ScaleLeftOut => 1,
            GptForm.ScaleOfTheWidth => Math.Sqrt(Gpt.Width),
            GptForm.ScaleUp => 1 / Math.Sqrt(Each),
            GptForm.ScaleWithoutRoot => Each,
            _ => Math.Sqrt(Each),
        };
        return Weights(scores).matmul(value);
    }

    private Tensor Weights(Tensor scores)
    {
        var length = scores.shape[^1];
        var triangle =
            _form == GptForm.MaskTransposed ? ones(length, length).triu() : ones(length, length).tril(_form == GptForm.MaskShifted ? 1 : 0);
        var isSeen = triangle.to_type(ScalarType.Bool);
        var masked = _form switch
        {
            GptForm.MaskLeftOut or GptForm.MaskAfterSoftmax => scores,
            GptForm.MaskAdded => scores + zeros(length, length).masked_fill(isSeen.logical_not(), double.NegativeInfinity).to_type(scores.dtype),
            GptForm.MaskOfZeros => scores.masked_fill(isSeen.logical_not(), 0),
            _ => scores.masked_fill(isSeen.logical_not(), double.NegativeInfinity),
        };
        return _form switch
        {
            GptForm.MaskAfterSoftmax => functional.softmax(masked, -1) * isSeen,
            GptForm.SoftmaxOverQueries => functional.softmax(masked, -2),
            GptForm.SoftmaxByHand => ByHand(masked),
            _ => functional.softmax(masked, -1),
        };
    }

    private static Tensor ByHand(Tensor scores)
    {
        var powers = (scores - scores.amax([-1], keepdim: true)).exp();
        return powers / powers.sum(-1, keepdim: true);
    }
}
