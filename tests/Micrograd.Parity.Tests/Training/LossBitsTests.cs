using Micrograd.Parity.Diagnosis.Judging;
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

    public static TheoryData<string> Losses => [.. s_losses.Keys];

    [Theory]
    [MemberData(nameof(Losses))]
    public void The_loss_has_the_same_bits(string name)
    {
        var (outputs, targets, ours, theirs) = s_losses[name];
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

    /// <summary>
    /// PyTorch's kernel takes both logarithms from the C library, and the engine's ops from PyTorch: the kernel has the formula's bits
    /// everywhere, and the engine where the libraries agree.
    /// </summary>
    [Fact]
    public void Binary_cross_entropy_has_the_same_bits_given_the_same_logarithms()
    {
        var (agreeing, functions) = (0, ElementaryFunctions.Current);
        ForEach(s_probabilities, [0, 1, 0.3], (output, target) =>
        {
            using var loss = F.binary_cross_entropy(tensor([output], float64), tensor([target], float64));
            var (theirs, log1p, log) = (loss.item<double>(), CMath.Log1p(-output), Math.Log(output));
            PlainTorch.SameBits(theirs, (target - 1) * log1p - target * log, $"the kernel at {output:R}, {target:R}");
            if (functions.Log1p(-output) != log1p || functions.Log(output) != log)
                return;
            agreeing++;
            PlainTorch.SameBits(theirs, Loss.BinaryCrossEntropy([output], [target]).Data, $"of {output:R}, {target:R}");
        });
        Assert.True(agreeing > 0);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Binary_cross_entropy_holds_logarithms_at_minus_100(double output, double target)
    {
        using var scope = NewDisposeScope();
        using var step = Tape.Current.BeginStep();
        PlainTorch.SameBits(
            F.binary_cross_entropy(tensor([output], float64), tensor([target], float64)).item<double>(),
            Loss.BinaryCrossEntropy([output], [target]).Data,
            "held"
        );
    }

    [Fact]
    public void Binary_cross_entropy_with_logits_has_the_same_bits() => ForEach(s_any, [0, 1, 0.3], (output, target) =>
        {
            var y = new Value(output);
            var loss = Loss.BinaryCrossEntropyWithLogits([y], [target]);
            using var theirs = F.binary_cross_entropy_with_logits(tensor([output], float64), tensor([target], float64));
            PlainTorch.SameBits(theirs.item<double>(), loss.Data, $"of {output:R}, {target:R}");
        });

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

    /// <summary>
    /// PyTorch's kernels take exponentials and logarithms from its vector functions, and the engine's ops from those for one number: the
    /// kernel has the bits of the engine's order of operations everywhere, and the engine where the exponentials agree.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Softmax_has_the_same_bits_given_the_same_exponentials(int classes) => ForScores(classes, (row, scores, inputs, agree, what) =>
        {
            var exponentials = Array.ConvertAll(scores, score => ElementaryFunctions.Current.VectorExp(score - scores.Max()));
            var inverse = 1 / exponentials.Aggregate((a, b) => a + b);
            var theirs = PlainTorch.Numbers(row.softmax(1));
            var ours = new Value[classes];
            Softmax.Apply(inputs, ours);
            for (var k = 0; k < classes; k++)
            {
                PlainTorch.SameBits(theirs[k], exponentials[k] * inverse, $"the kernel at {what}");
                if (agree)
                    PlainTorch.SameBits(theirs[k], ours[k].Data, $"softmax of {what}");
            }
        });

    /// <summary>The logarithm of the sum, which the kernel gives for the greatest score with a minus, may be another vector function's.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_logarithm_of_softmax_has_the_same_bits_given_the_same_functions(int classes) =>
        ForScores(classes, (row, scores, inputs, agree, what) =>
        {
            var theirs = PlainTorch.Numbers(row.log_softmax(1));
            var (greatest, log) = (scores.Max(), -theirs[Array.IndexOf(scores, scores.Max())]);
            var ours = new Value[classes];
            Softmax.ApplyLog(inputs, ours);
            var sameLog = -ours[Array.IndexOf(scores, greatest)].Data == log;
            for (var k = 0; k < classes; k++)
            {
                PlainTorch.SameBits(theirs[k], scores[k] - greatest - log, $"the kernel at {what}");
                if (sameLog)
                    PlainTorch.SameBits(theirs[k], ours[k].Data, $"log_softmax of {what}");
            }

            // Both logarithms are within an ulp of the exact one, and so within two of each other.
            if (agree)
                Assert.InRange(Numerics.Ulps.Distance(log, -ours[Array.IndexOf(scores, greatest)].Data), 0UL, 2UL);
        });

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Cross_entropy_is_the_logarithm_of_softmax_at_the_own_class_in_both(int classes) =>
        ForScores(classes, (row, scores, inputs, _, what) =>
        {
            var ours = new Value[classes];
            Softmax.ApplyLog(inputs, ours);
            var theirs = PlainTorch.Numbers(row.log_softmax(1));
            for (var target = 0; target < classes; target++)
            {
                var own = tensor([(long)target]);
                PlainTorch.SameBits(F.cross_entropy(row, own).item<double>(), -theirs[target], $"PyTorch's at {what}");
                PlainTorch.SameBits(-ours[target].Data, Loss.CrossEntropy(inputs, [target]).Data, $"ours at {what}");
                PlainTorch.SameBits(F.nll_loss(row, own).item<double>(), Loss.NegativeLogLikelihood(inputs, [target]).Data, $"nll_loss at {what}");
            }
        });

    private delegate void CheckScores(Tensor row, double[] scores, Value[] inputs, bool agree, string what);

    /// <summary>Checks rows of scores, told whether PyTorch's two exponentials agree at all of a row.</summary>
    private static void ForScores(int classes, CheckScores check)
    {
        var random = new PythonRandom(5);
        var (agreeing, functions) = (0, ElementaryFunctions.Current);
        for (var i = 0; i < 300; i++)
        {
            using var step = Tape.Current.BeginStep();
            using var scope = NewDisposeScope();
            double[] scores = [.. Enumerable.Range(0, classes).Select(_ => random.Normal(0, 3))];
            var agree = scores.All(score => functions.Exp(score - scores.Max()) == functions.VectorExp(score - scores.Max()));
            agreeing += agree ? 1 : 0;
            check(
                tensor(scores, float64).reshape(1, classes),
                scores,
                [.. scores.Select(score => new Value(score))],
                agree,
                string.Join(", ", scores.Select(score => score.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))
            );
        }

        Assert.True(agreeing > 0);
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
