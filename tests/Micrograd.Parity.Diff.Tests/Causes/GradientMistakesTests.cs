using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Tests.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Causes;

public sealed class GradientMistakesTests
{
    private const int Draws = 30;

    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor?>> s_planted = new()
    {
        ["gradients-not-cleared"] = (right, earlier) => right + earlier,
        ["gradient-of-the-step-before"] = (_, earlier) => earlier.clone(),
        ["zero-gradient"] = (right, _) => zeros_like(right),
        ["no-gradient"] = (_, _) => null,
        ["gradient-sign"] = (right, _) => -right,
        ["backward-twice"] = (right, _) => right * 2,
    };

    static GradientMistakesTests() => Drawn.Load();

    public static TheoryData<string> Planted => [.. s_planted.Keys];

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_mistake_is_named_and_no_other(string name)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var (right, known) = Gradient(i);
            var (earlier, _) = Gradient(i + 1000);
            earlier = earlier.to(right.dtype).reshape(right.shape);
            var found = GradientMistakes.Of(new GradientSeen("weight", s_planted[name](right, earlier), known, earlier));
            Assert.Equal([name], found.Select(f => f.Name));
            Assert.Empty(GradientMistakes.Of(new GradientSeen("weight", right, known, earlier)));
        }
    }

    [Fact]
    public void The_last_micro_batch_alone_is_named()
    {
        using var work = TorchWork.Begin();
        var passes = Enumerable.Range(0, 3).Select(i => Gradient(3 * i)).ToList();
        var sum = Recomputed.Sum([.. passes.Select(p => p.Known)], ScalarType.Float32);
        var found = GradientMistakes.Of(new GradientSeen("weight", passes[2].Recorded, sum, null, [.. passes.Select(p => p.Known)]));
        Assert.Equal(["last-micro-batch-only"], found.Select(f => f.Name));
    }

    [Theory]
    [InlineData(1.0 / 32, ", 1 / the size of the batch")]
    [InlineData(4, ", the number of micro-batches")]
    [InlineData(0.37, "")]
    public void One_factor_for_all_is_named_with_what_it_is(double factor, string words)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var all = Enumerable
                .Range(0, 4)
                .Select(k => Gradient(3 * (10 * i + k)))
                .Select((g, k) => new GradientSeen($"{k}", g.Recorded * factor, g.Known))
                .ToList();
            var found = Assert.Single(GradientMistakes.Of(all, [("the size of the batch", 32), ("the number of micro-batches", 4)]));
            Assert.Equal("gradient-scaled", found.Name);
            Assert.Contains($"{Fit.Shown(factor)}{words}.", found.Explanation, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_frozen_layer_is_named()
    {
        using var work = TorchWork.Begin();
        var all = Enumerable
            .Range(0, 4)
            .Select(k => (k, g: Gradient(k)))
            .Select(p => new GradientSeen($"{p.k}", p.k == 2 ? null : p.g.Recorded, p.g.Known));
        var found = Assert.Single(GradientMistakes.Of([.. all], []));
        Assert.Equal("frozen", found.Name);
        Assert.Contains("others have: 2.", found.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Clipping_is_recognised_by_what_it_did()
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var d = new Drawn(22, i) { Type = i % 2 == 0 ? ScalarType.Float32 : ScalarType.Float64 };
            Parameter[] Fresh() =>
                [.. Enumerable.Range(0, 3).Select(k => new Parameter(zeros(5, 4, d.Type)) { grad = randn(5, 4, ScalarType.Float64).to(d.Type) })];
            AssertClipped(Fresh(), ps => nn.utils.clip_grad_norm_(ps, 0.7), new(ClippingKind.Norm, 0.7));
            AssertClipped(Fresh(), ps => nn.utils.clip_grad_value_(ps, 0.3), new(ClippingKind.Value, 0.3));
            AssertClipped(
                Fresh(),
                ps =>
                {
                    foreach (var p in ps)
                        nn.utils.clip_grad_norm_([p], 0.25);
                },
                new(ClippingKind.NormOfEach, 0.25)
            );
            AssertClipped(Fresh(), ps => nn.utils.clip_grad_norm_(ps, 1e6), new(ClippingKind.None, double.PositiveInfinity));
        }
    }

    [Fact]
    public void Other_clipping_is_named()
    {
        static string Between(Clipping a, Clipping b) => string.Join(", ", Clipping.Between(a, b).Select(m => m.Name));
        var (none, norm, each) = (new Clipping(ClippingKind.None, 0), new Clipping(ClippingKind.Norm, 1), new Clipping(ClippingKind.NormOfEach, 1));
        Assert.Equal("", Between(norm, new(ClippingKind.Norm, 1)));
        Assert.Equal("clipping-limit", Between(norm, new(ClippingKind.Norm, 5)));
        Assert.Equal("not-clipped", Between(norm, none));
        Assert.Equal("clipped", Between(none, norm));
        Assert.Equal("clipped-each-alone", Between(norm, each));
        Assert.Equal("clipped-otherwise", Between(norm, new(ClippingKind.Value, 1)));
    }

    private static void AssertClipped(Parameter[] parameters, Action<Parameter[]> clip, Clipping expected)
    {
        var before = parameters.Select(p => p.grad!.clone()).ToList();
        clip(parameters);
        Assert.Equal(expected, Clipping.Of([.. before.Zip(parameters, (b, p) => (b, p.grad!))]));
    }

    /// <summary>The gradient of a Linear's weight, by PyTorch and computed anew.</summary>
    private static (Tensor Recorded, Recomputed Known) Gradient(int i)
    {
        var d = new Drawn(23, i) { Type = i % 3 == 0 ? ScalarType.Float32 : ScalarType.Float64 };
        var module = d.Prepared(nn.Linear(6, 5));
        var computed = Computed.By(module, x => [module.call(x[0])], RecordedOptions.Of(), randn(8, 6, ScalarType.Float64).to(d.Type));
        var known = KnownModules.Backward(computed.Call, [.. computed.OutputGradients])!.Parameters["weight"];
        return (computed.ParameterGradients["weight"], known);
    }
}
