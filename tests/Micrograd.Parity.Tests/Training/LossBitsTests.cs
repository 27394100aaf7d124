using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Ours = System.Func<Micrograd.Value[], double[], Micrograd.Value>;
using Theirs = System.Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Micrograd.Parity.Tests.Training;

/// <summary>The engine's losses of one output against PyTorch's own, which are fused ops.</summary>
public sealed class LossBitsTests : IClassFixture<PlainTorch>
{
    private static readonly double[] s_any = [.. Points(-4, 4, 300), 0, 0.5, 1, -1, 1.5, -0.5, 30, -30];
    private static readonly double[] s_probabilities = [.. Points(0.001, 0.999, 300), 0.5, 0.25];

    private static readonly Dictionary<string, (double[] Outputs, double[] Targets, Ours Ours, Theirs Theirs)> s_losses = new()
    {
        ["mse"] = (s_any, [0.5, -1], (y, t) => Loss.SquaredError(y, t), (y, t) => F.mse_loss(y, t)),
        ["l1"] = (s_any, [0.5, -1], (y, t) => Loss.AbsoluteError(y, t), (y, t) => F.l1_loss(y, t)),
        ["smooth_l1"] = (s_any, [0.5, -1], (y, t) => Loss.SmoothL1(y, t), (y, t) => F.smooth_l1_loss(y, t)),
        ["smooth_l1 beta 0.5"] = (s_any, [0.5, -1], (y, t) => Loss.SmoothL1(y, t, 0.5), (y, t) => F.smooth_l1_loss(y, t, beta: 0.5)),
        ["smooth_l1 beta 0.3"] = (s_any, [0.5, -1], (y, t) => Loss.SmoothL1(y, t, 0.3), (y, t) => F.smooth_l1_loss(y, t, beta: 0.3)),
        ["huber"] = (s_any, [0.5, -1], (y, t) => Loss.Huber(y, t), (y, t) => F.huber_loss(y, t)),
        ["huber delta 0.3"] = (s_any, [0.5, -1], (y, t) => Loss.Huber(y, t, 0.3), (y, t) => F.huber_loss(y, t, 0.3)),
    };

    private static readonly Dictionary<string, (double[] Outputs, double[] Targets, Ours Ours, Theirs Theirs)> s_values = new(s_losses)
    {
        ["bce"] = (s_probabilities, [0, 1, 0.3], (y, t) => Loss.BinaryCrossEntropy(y, t), (y, t) => F.binary_cross_entropy(y, t)),
    };

    public static TheoryData<string> Values => [.. s_values.Keys];

    public static TheoryData<string> Losses => [.. s_losses.Keys];

    [Theory]
    [MemberData(nameof(Values))]
    public void The_loss_has_the_same_bits(string name)
    {
        var (outputs, targets, ours, theirs) = s_values[name];
        ForEach(outputs, targets, (output, target) =>
        {
            using var loss = theirs(tensor([output], float64), tensor([target], float64));
            PlainTorch.SameBits(loss.item<double>(), ours([output], [target]).Data, $"{name} of {output:R}, {target:R}");
        });
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void The_gradient_has_the_same_bits(string name)
    {
        var (outputs, targets, ours, theirs) = s_losses[name];
        ForEach(outputs, targets, (output, target) =>
        {
            var y = new Value(output);
            ours([y], [target]).Backward();
            var x = tensor([output], float64).requires_grad_();
            theirs(x, tensor([target], float64)).backward();
            PlainTorch.SameBits(x.grad!.item<double>(), y.Grad, $"{name}'s gradient at {output:R}, {target:R}");
        });
    }

    [Fact]
    public void Smooth_l1_with_beta_0_has_the_gradient_of_PyTorch_where_output_and_target_are_equal()
    {
        using var scope = NewDisposeScope();
        var y = new Value(2);
        Loss.SmoothL1([y], [2], beta: 0).Backward();
        var x = tensor([2.0], float64).requires_grad_();
        F.smooth_l1_loss(x, tensor([2.0], float64), beta: 0).backward();
        PlainTorch.SameBits(x.grad!.item<double>(), y.Grad, "gradient");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Softmax_its_logarithm_and_cross_entropy_have_the_same_bits(int classes)
    {
        var random = new PythonRandom(5);
        for (var i = 0; i < 300; i++)
        {
            using var step = Tape.Current.BeginStep();
            using var scope = NewDisposeScope();
            double[] scores = [.. Enumerable.Range(0, classes).Select(_ => random.Normal(0, 3))];
            var row = tensor(scores, float64).reshape(1, classes);
            Value[] inputs = [.. scores.Select(score => new Value(score))];
            var outputs = new Value[classes];
            Softmax.Apply(inputs, outputs);
            Compare(row.softmax(1), outputs, "softmax");
            Softmax.ApplyLog(inputs, outputs);
            Compare(row.log_softmax(1), outputs, "log_softmax");
            var target = i % classes;
            Compare(F.cross_entropy(row, tensor([(long)target])), [Loss.CrossEntropy(inputs, [target])], "cross_entropy");
            Compare(F.nll_loss(row, tensor([(long)target])), [Loss.NegativeLogLikelihood(inputs, [target])], "nll_loss");
        }
    }

    private static void Compare(Tensor theirs, Value[] ours, string what)
    {
        var numbers = PlainTorch.Numbers(theirs);
        Assert.Equal(ours.Length, numbers.Length);
        for (var i = 0; i < ours.Length; i++)
            PlainTorch.SameBits(numbers[i], ours[i].Data, what);
    }

    private static void ForEach(double[] outputs, double[] targets, Action<double, double> check)
    {
        foreach (var target in targets)
        {
            foreach (var output in outputs)
            {
                using var step = Tape.Current.BeginStep();
                using var scope = NewDisposeScope();
                check(output, target);
            }
        }
    }

    private static IEnumerable<double> Points(double low, double high, int count)
    {
        var random = new PythonRandom(3);
        return Enumerable.Range(0, count).Select(_ => random.Uniform(low, high));
    }
}
