using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Recomputing;

public sealed class CutsTests
{
    /// <summary>Sums in float64 in another order.</summary>
    private const double Reordered = 1e-12;

    static CutsTests() => TorchLibrary.Load(KernelChoice.Best);

    public static TheoryData<string> Kinds => ["Linear", "Linear of many samples", "LayerNorm", "Conv2d", "Embedding", "GELU"];

    [Theory, MemberData(nameof(Kinds))]
    public void Parts_have_the_numbers_and_the_bounds_of_the_whole(string kind)
    {
        using var work = TorchWork.Begin();
        random.manual_seed(3);
        var call = Call(kind);
        var gradient = randn_like(call.Outputs[0]);
        if (kind != "Embedding")
        {
            var whole = KnownModules.Forward(call)![0];
            var parts = Cuts.OfOutput(call)!.Select(part => (Anew: KnownModules.Forward(part.Call)![0], part.Output)).ToList();
            Assert.True(parts.Count > 1);
            Assert.All(parts, part => Assert.Equal(part.Output.shape, part.Anew.Exact.shape));
            Same(whole.Exact.sum(), parts.Select(part => part.Anew.Exact.sum()).Aggregate((a, b) => a + b), whole.Exact.abs().sum());
            Same(whole.Bound.sum(), parts.Select(part => part.Anew.Bound.sum()).Aggregate((a, b) => a + b), whole.Bound.sum());
        }

        foreach (var parameter in call.State.Keys)
        {
            Assert.True(Cuts.IsLarge(call, gradient));
            var whole = KnownModules.Backward(call, [gradient], parameter)!.Parameters[parameter];
            var dim = kind == "Embedding" ? 1 : 0;
            foreach (var part in Cuts.PartsOf(call.State[parameter].shape, dim))
            {
                var sums = Cuts.OfParameter(call, gradient, parameter, dim, part)
                    .Select(cut => KnownModules.Backward(cut.Call, [cut.Gradient], parameter)!.Parameters[parameter])
                    .Aggregate((a, b) => new Recomputed(a.Exact + b.Exact, a.Bound + b.Bound));
                var bound = whole.Bound.expand_as(whole.Exact).narrow(dim, part.Start, part.Count);
                Same(whole.Exact.narrow(dim, part.Start, part.Count), sums.Exact, whole.Exact.abs().max() * 1000);
                Same(bound, sums.Bound, bound);
            }
        }
    }

    private static void Same(Tensor expected, Tensor found, Tensor scale) =>
        Assert.True(((expected - found).abs() <= scale * Reordered).all().ToBoolean());

    private static ModuleCall Call(string kind)
    {
        var (type, input, state, options) = kind switch
        {
            "Linear" => ("Linear", randn(4, 8, 600), State(("weight", randn(1200, 600)), ("bias", randn(1200))), RecordedOptions.Of()),
            "Linear of many samples" => ("Linear", randn(64, 128, 96), State(("weight", randn(32, 96)), ("bias", randn(32))), RecordedOptions.Of()),
            "LayerNorm" => (
                "LayerNorm",
                randn(9, 64, 256),
                State(("weight", randn(256)), ("bias", randn(256))),
                RecordedOptions.Of(("normalized_shape", new double[] { 256 }))
            ),
            "Conv2d" => ("Conv2d", randn(12, 16, 64, 64), State(("weight", randn(8, 16, 3, 3)), ("bias", randn(8))), RecordedOptions.Of()),
            "Embedding" => ("Embedding", randint(0, 3000, [8, 64]), State(("weight", randn(3000, 300))), RecordedOptions.Of()),
            _ => (kind, randn(16, 128, 64), State(), RecordedOptions.Of()),
        };
        var call = new ModuleCall(type, options, true, [input], state);
        return call with { Outputs = [KnownModules.Forward(call)![0].Exact.to(ScalarType.Float32)] };
    }

    private static Dictionary<string, Tensor> State(params (string Name, Tensor Value)[] parameters) =>
        parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
}
