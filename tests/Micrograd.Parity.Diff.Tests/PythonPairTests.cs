using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Diff.Tests.Pairs;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests;

/// <summary>Ports in TorchSharp are compared with originals in Python, recorded with PyTorch.</summary>
public sealed class PythonPairTests(RecordedPairs recorded)
{
    public static TheoryData<string> Pairs => [.. PairList.All.Select(pair => pair.Name)];

    /// <summary>Ports that compute the same in another way; without those that <c>parity diff</c> still blames.</summary>
    public static TheoryData<string> Honest =>
        [
            .. PairList
                .All.SelectMany(pair => pair.Honest.Where(pair.TakesBatches).Select(variant => $"{pair.Name}/{variant.Name}"))
                .Except(["mlp/tanh by exponentials", "mlp/declared in another order", "convnet/maximum by hand"]),
        ];

    [Theory]
    [MemberData(nameof(Honest))]
    public void A_port_of_a_Python_script_without_a_mistake_is_not_blamed(string name)
    {
        var result = Compare(name);
        Assert.True(result is { Verdict: not DiffVerdict.Parted, Findings: [] }, Shown(result));
    }

    [Theory]
    [InlineData("mlp/another learning rate", null)]
    [InlineData("mlp/dampened momentum", "momentum-dampening")]
    [InlineData("mlp/uphill", "maximize")]
    [InlineData("mlp/a layer that is not trained", "parameter-not-trained")]
    [InlineData("mlp/micro-batches not divided", "micro-batches-not-divided")]
    [InlineData("mlp/one micro-batch", "micro-batches")]
    [InlineData("mlp/no clipping", null)]
    [InlineData("mlp/no transposition", null)]
    [InlineData("mlp/bias not added", "bias-left-out")]
    [InlineData("mlp/a layer detached", "layer-detached")]
    [InlineData("mlp/no activation", null)]
    [InlineData("mlp/drawn differently", "drawn-differently")]
    [InlineData("mlp/a weight transposed", "weight-transposed")]
    [InlineData("gpt/usual betas", "betas")]
    [InlineData("gpt/no decay", "weight-decay")]
    [InlineData("gpt/Adam for AdamW", "weight-decay-coupled")]
    [InlineData("gpt/averaged over all tokens", null)]
    [InlineData("gpt/no scale", null)]
    [InlineData("gpt/a bias in the head", "bias")]
    [InlineData("convnet/padding by reflection", "padding-mode")]
    [InlineData("convnet/kernel transposed", "kernel-transposed")]
    [InlineData("convnet/kernel flipped", null)]
    [InlineData("convnet/labels smoothed", "label-smoothing")]
    [InlineData("convnet/softmax twice", "softmax-twice")]
    [InlineData("convnet/no second ReLU", null)]
    [InlineData("convnet/gradients not cleared", "gradients-not-cleared")]
    [InlineData("convnet/betas", "betas")]
    [InlineData("recurrent/output gate before the candidate", null)]
    [InlineData("recurrent/one bias of two", null)]
    [InlineData("recurrent/sequence backwards", null)]
    [InlineData("recurrent/no momentum", "momentum")]
    [InlineData("recurrent/alpha", "alpha")]
    [InlineData("recurrent/sum for mean", null)]
    [InlineData("autoencoder/no decay", "weight-decay")]
    [InlineData("autoencoder/betas", "betas")]
    [InlineData("autoencoder/a layer of the decoder frozen", "layer-frozen")]
    [InlineData("autoencoder/encoder on another scale", "initial-scale")]
    [InlineData("autoencoder/half of the square", null)]
    [InlineData("batchnorm/no Nesterov", "nesterov")]
    [InlineData("batchnorm/momentum", "momentum")]
    [InlineData("batchnorm/a bias before the norm", "bias")]
    [InlineData("batchnorm/gradients not cleared", null)]
    public void A_mistake_in_a_port_of_a_Python_script_is_found(string name, string? cause)
    {
        var fault = (PlantedFault)PairList.Find(name).Variant;
        var result = Compare(name);
        Assert.Equal(DiffVerdict.Parted, result.Verdict);
        var first = result.Findings[0];
        Assert.True((fault.Stage, fault.Step, fault.Of) == (first.Stage, first.Step, first.Name), Shown(result));
        Assert.NotEqual(Side.Original, first.WrongSides);
        if (cause is not null)
            Assert.Contains(cause, first.Causes.Select(found => found.Name));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Initial_parameters_of_a_Python_script_are_loaded_bit_by_bit(string name)
    {
        var pair = PairList.All.Single(pair => pair.Name == name);
        var original = recorded.OriginalInPython(pair);
        using var scope = NewDisposeScope();
        using var model = pair.Loaded(original);
        using var run = RecordedRun.Open(original);
        var initial = run.Initial.Tensors.ToDictionary(tensor => tensor.Place.Of);
        Assert.NotEmpty(model.named_parameters());
        foreach (var (own, parameter) in model.named_parameters())
        {
            using var numbers = initial[pair.OriginalName(own)].Load();
            Assert.True(numbers.bytes.SequenceEqual(parameter.bytes), own);
        }
    }

    private static string Shown(DiffResult result) =>
        string.Join(" | ", result.Findings.Select(f => $"{f.Stage} {f.Step} {f.Name}: {f.What} [{string.Join(", ", f.Causes.Select(c => c.Name))}]"));

    private DiffResult Compare(string name)
    {
        var (pair, variant) = PairList.Find(name);
        return recorded.CompareWithPython(pair, variant);
    }
}
