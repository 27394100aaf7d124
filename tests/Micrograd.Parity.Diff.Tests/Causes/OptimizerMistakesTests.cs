using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Tests.Recomputing;
using Micrograd.Parity.Engines.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Causes;

[Trait("Speed", "slow")]
public sealed class OptimizerMistakesTests
{
    private const int Draws = 10;
    private const int Steps = 8;
    private const double Rate = 0.01;
    private static readonly double[] s_betas = [0.9, 0.5];

    private static readonly Dictionary<string, Planted> s_planted = new()
    {
        ["learning-rate"] = new("Adam", Options(), p => optim.Adam([p], 0.03)),
        ["learning-rate of SGD"] = new("SGD", Options(("momentum", 0.9)), p => optim.SGD([p], 0.1, 0.9)),
        ["decoupled-decay"] = new("Adam", Options(("weight_decay", 0.1)), p => optim.AdamW([p], Rate, weight_decay: 0.1)),
        ["l2-decay"] = new("AdamW", Options(("weight_decay", 0.1)), p => optim.Adam([p], Rate, weight_decay: 0.1)),
        ["weight-decay"] = new("AdamW", Options(("weight_decay", 0.01)), p => optim.AdamW([p], Rate)),
        ["nesterov"] = new("SGD", Options(("momentum", 0.9), ("nesterov", true)), p => optim.SGD([p], Rate, 0.9)),
        ["dampening"] = new("SGD", Options(("momentum", 0.9)), p => optim.SGD([p], Rate, 0.9, 0.9)),
        ["momentum"] = new("SGD", Options(("momentum", 0.9)), p => optim.SGD([p], Rate, 0.99)),
        ["epsilon"] = new("Adam", Options(), p => optim.Adam([p], Rate, eps: 1e-3)),
        ["epsilon of RMSprop"] = new("RMSprop", Options(), p => optim.RMSProp([p], Rate, eps: 1e-3)),
        ["betas"] = new("Adam", Options(), p => optim.Adam([p], Rate, 0.9, 0.95)),
        ["betas-exchanged"] = new("Adam", Options(), p => optim.Adam([p], Rate, 0.999, 0.9)),
        ["amsgrad"] = new("Adam", Options(("betas", s_betas)), p => optim.Adam([p], Rate, 0.9, 0.5, amsgrad: true)),
        ["maximize"] = new("Adam", Options(), p => optim.Adam([p], Rate, maximize: true)),
        ["another-optimizer"] = new("Adam", Options(), p => optim.SGD([p], Rate)),
        ["radam-in-torchsharp"] = new("RAdam", Options(), p => optim.RAdam([p], Rate)),
        ["maximize-in-torchsharp"] = new("SGD", Options(("momentum", 0.9), ("maximize", true), ("weight_decay", 0.1)), p =>
            optim.SGD([p], Rate, 0.9, 0, 0.1, maximize: true)
        ),
        ["state-forgotten"] = new("Adam", Options(), p => optim.Adam([p], Rate)) { IsMadeAnew = true },
        ["updated-twice"] = new("Adam", Options(), p => optim.Adam([p], Rate)) { Times = 2 },
        ["not-updated"] = new("Adam", Options(), p => optim.Adam([p], Rate)) { Times = 0 },
    };

    // The update of Adam at step n, with means m and squares v after it.
    private static readonly Dictionary<string, Func<Tensor, Tensor, int, Tensor>> s_updates = new()
    {
        ["no-bias-correction"] = (m, v, n) => m / (v.sqrt() + 1e-8),
        ["step-count"] = (m, v, n) => m / (1 - Math.Pow(0.9, n - 1)) / ((v / (1 - Math.Pow(0.999, n - 1))).sqrt() + 1e-8),
        ["epsilon-inside-root"] = (m, v, n) => m / (1 - Math.Pow(0.9, n)) / (v / (1 - Math.Pow(0.999, n)) + 1e-3).sqrt(),
        ["epsilon-before-correction"] = (m, v, n) => m / (1 - Math.Pow(0.9, n)) / ((v.sqrt() + 1e-3) / Math.Sqrt(1 - Math.Pow(0.999, n))),
    };

    static OptimizerMistakesTests() => Drawn.Load();

    public static TheoryData<string> PlantedNames => [.. s_planted.Keys];

    public static TheoryData<string> UpdateNames => [.. s_updates.Keys];

    [Theory]
    [MemberData(nameof(PlantedNames))]
    public void A_planted_mistake_is_named_and_no_other(string name)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var d = new Drawn(19, i) { Type = i % 3 == 0 ? ScalarType.Float64 : ScalarType.Float32 };
            var (call, after, state) = s_planted[name].LastStep(d);
            Assert.Equal($"draw {i}: {name.Split(' ')[0]}", $"draw {i}: {Names(OptimizerMistakes.Of(call, after, state))}");
        }
    }

    [Theory]
    [MemberData(nameof(UpdateNames))]
    public void A_mistake_in_Adams_formula_is_named_and_no_other(string name)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var d = new Drawn(20, i) { Type = i % 3 == 0 ? ScalarType.Float64 : ScalarType.Float32 };
            var eps = name.StartsWith("epsilon", StringComparison.Ordinal) ? 1e-3 : 1e-8;
            var right = new Planted("Adam", Options(("eps", eps)), p => optim.Adam([p], Rate, eps: eps));
            var (call, _, state) = right.LastStep(d);
            var step = s_updates[name](state["exp_avg"], state["exp_avg_sq"], Steps);
            Assert.Equal($"draw {i}: {name}", $"draw {i}: {Names(OptimizerMistakes.Of(call, call.Parameter - step * Rate, state))}");
        }
    }

    [Theory]
    [MemberData(nameof(OptimizerBoundsTests.Kinds), MemberType = typeof(OptimizerBoundsTests))]
    public void No_mistake_is_named_in_right_updates(string kind)
    {
        for (var i = 0; i < Draws; i++)
        {
            using var work = TorchWork.Begin();
            var d = new Drawn(21, i);
            d.Type = d.OneOf(ScalarType.Float32, ScalarType.Float64);
            var drawn = DrawnOptimizer.Of(kind, d);
            var (call, after, state) = new Planted(kind, drawn.Options, drawn.Make).LastStep(d);
            state.Remove("step");
            Assert.Equal("", Names(OptimizerMistakes.Of(call, after, state)));
        }
    }

    private static string Names(IReadOnlyList<Mistake> mistakes) => string.Join(", ", mistakes.Select(m => m.Name));

    private static RecordedOptions Options(params (string Name, object? Value)[] options) => RecordedOptions.Of([("lr", Rate), .. options]);

    /// <summary>An optimizer, and the options that it should have.</summary>
    private sealed record Planted(string Kind, RecordedOptions Right, Func<Parameter, optim.Optimizer> Make)
    {
        internal bool IsMadeAnew { get; init; }

        internal int Times { get; init; } = 1;

        /// <summary>The last of several steps: the right call, and the parameter and state after it.</summary>
        internal (OptimizerCall Call, Tensor After, Dictionary<string, Tensor> State) LastStep(Drawn d)
        {
            var parameter = new Parameter(randn(10, 4, ScalarType.Float64).to(d.Type));
            var optimizer = Make(parameter);
            for (var step = 0; ; step++)
            {
                parameter.grad = randn(10, 4, ScalarType.Float64).to(d.Type);
                var before = DrawnOptimizer.State(optimizer, step == 0);
                if (step < Steps - 1)
                {
                    optimizer.step();
                    continue;
                }

                var call = new OptimizerCall(Kind, Right, step, parameter.detach().clone(), parameter.grad, before);
                optimizer = IsMadeAnew ? Make(parameter) : optimizer;
                for (var i = 0; i < Times; i++)
                    optimizer.step();
                return (call, parameter.detach().clone(), DrawnOptimizer.State(optimizer, false));
            }
        }
    }
}
