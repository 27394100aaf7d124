using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Tests.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Causes;

public sealed class BatchMistakesTests
{
    private static readonly long[] s_order = [2, 0, 5, 1, 3, 4];

    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_planted = new()
    {
        ["batch-shuffled"] = x => x[tensor(s_order!)],
        ["batch-transposed"] = x => x.permute(0, 2, 3, 1),
        ["batch-normalized"] = x => (x - 0.1307) / 0.3081,
        ["batch-normalized by 255"] = x => x / 255,
        ["dtype"] = x => x.to(ScalarType.Float64),
        ["batch-overlaps"] = x => cat([x[1..], x[..1] + 0.5]),
    };

    static BatchMistakesTests() => Drawn.Load();

    public static TheoryData<string> Planted => [.. s_planted.Keys];

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_mistake_is_named_and_no_other(string name)
    {
        for (var i = 0; i < 10; i++)
        {
            using var work = TorchWork.Begin();
            var x = rand(6, 3, 4, 5, ScalarType.Float32);
            Assert.Equal([name.Split(' ')[0]], BatchMistakes.Of(x, s_planted[name](x), []).Select(m => m.Name));
            Assert.Empty(BatchMistakes.Of(x, x.clone(), []));
            Assert.Empty(BatchMistakes.Of(x, rand_like(x), [(1, rand_like(x))]));
        }
    }

    [Fact]
    public void Mistakes_in_targets_are_named()
    {
        using var work = TorchWork.Begin();
        var tokens = tensor(new long[] { 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3 }).reshape(2, 8);
        Assert.Equal("labels-shifted", Name(tokens, tokens + 1));
        Assert.Equal("shifted", Name(tokens[.., ..7], tokens[.., 1..]));
        Assert.Equal("shifted", Name(tokens[.., 1..], tokens[.., ..7]));
        Assert.Equal("one-hot", Name(tokens, nn.functional.one_hot(tokens, 10)));
        Assert.Equal("indices-for-one-hot", Name(nn.functional.one_hot(tokens, 10), tokens));
        Assert.Equal("batch-of-another-step", BatchMistakes.Of(tokens, tokens * 2, [(7, tokens * 3), (8, tokens * 2)]).Single().Name);
    }

    private static string Name(Tensor original, Tensor port) => Assert.Single(BatchMistakes.Of(original, port, [])).Name;
}
