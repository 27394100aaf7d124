using System.Reflection;
using System.Text.RegularExpressions;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Tools;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Tests;

/// <summary>Every line of docs/torchsharp.md, shown on the real TorchSharp; lines and tests are paired by their names.</summary>
public partial class TorchSharpFactsTests
{
    private static readonly double[] s_gradients = [0.5, -0.3, 0.0, 1.5, 0.7, -2.0, 0.4];

    private static readonly Dictionary<string, Action> s_facts = new()
    {
        ["hardtanh"] = () =>
        {
            var x = Numbers(-3, -0.5, 3);
            Assert.Same(x, F.hardtanh(x));
            Assert.Equal([-3, -0.5, 3], Read(x.hardtanh(-1, 1)));
            Assert.Equal([-3, -0.5, 3], Read(nn.Hardtanh().call(x)));
            Assert.Equal([-1, -0.5, 1], Read(x.clone().hardtanh_(-1, 1)));
            Assert.Equal([-1, -0.5, 1], Read(F.hardtanh(x.clone(), inplace: true)));
            Assert.Equal([0, 0, 6], Read(F.relu6(x * 3)));
        },
        ["mish"] = () =>
        {
            var x = linspace(-5, 5, 1000, float64);
            var composed = Read(x * x.softplus(1, 20).tanh());
            Assert.Equal(composed, Read(F.mish(x)));
            Assert.Equal(composed, Read(nn.Mish().call(x)));
            Assert.NotEqual(composed, Read(OfPyTorch("torch.mish(a)", x)));
        },
        ["rrelu"] = () =>
        {
            var x = Numbers(-3, -0.5, 3);
            double[] fixedSlope = [-3 * (0.125 + 1.0 / 3) / 2, -0.5 * (0.125 + 1.0 / 3) / 2, 3];
            var module = nn.RReLU();
            Assert.True(module.training);
            Assert.Equal(fixedSlope, Read(module.call(x)));
            Assert.Equal(fixedSlope, Read(F.rrelu(x)));
            Assert.NotEqual(Read(OfPyTorch("torch.rrelu(a, 0.125, 0.3, True)", x)), Read(OfPyTorch("torch.rrelu(a, 0.125, 0.3, True)", x)));
        },
        ["attention-mask"] = () =>
        {
            using var module = nn.MultiheadAttention(2, 1);
            double[] Weights(Tensor mask) =>
                Read(module.call(ones(1, 1, 2), ones(2, 1, 2), arange(4, float32).reshape(2, 1, 2), null, true, mask).Item2.to(float64).flatten());
            var added = Weights(tensor(new[] { false, true }).reshape(1, 2));
            Assert.Equal(1 / (1 + Math.E), added[0], 1e-6);
            Assert.Equal(Math.E / (1 + Math.E), added[1], 1e-6);
            Assert.Equal([1, 0], Weights(tensor(new[] { 0, float.NegativeInfinity }).reshape(1, 2)));
        },
        ["poisson-epsilon"] = () =>
        {
            var (x, target) = (Numbers(0.5), Numbers(1));
            Assert.Equal(0.5 - Math.Log(0.5), F.poisson_nll_loss(x, target, false, eps: 0.5f).item<double>(), 1e-15);
            Assert.Equal(0.5 - Math.Log(0.5), nn.PoissonNLLLoss(false, eps: 0.5f).call(x, target).item<double>(), 1e-15);
        },
        ["radam"] = () =>
        {
            double Sixth(double rate)
            {
                var path = Train(p => optim.RAdam([p], rate));
                return path[4] - path[5];
            }

            double Fifth(double rate)
            {
                var path = Train(p => optim.RAdam([p], rate));
                return path[3] - path[4];
            }

            // Steps of 1e-8 between numbers of 1 have eight digits.
            Assert.Equal(8, Fifth(0.125) / Fifth(0.015625), 1e-7);
            Assert.Equal(64, Sixth(0.125) / Sixth(0.015625), 1e-5);
        },
        ["maximize"] = () =>
        {
            var parameter = new Parameter(Numbers(2));
            parameter.grad = Numbers(0);
            using var optimizer = optim.SGD([parameter], 0.5, weight_decay: 0.5, maximize: true);
            optimizer.step();
            Assert.Equal(2.5, parameter.item<double>());
        },
        ["milestones"] = () => Assert.Equal([1, 0.5, 0.5, 0.25], Rates(o => optim.lr_scheduler.MultiStepLR(o, [1, 3, 3], 0.5), 4, 1)),
        ["clip-factor"] = () =>
        {
            int asQuotient = 0,
                asProductWithReciprocal = 0;
            for (var i = 1; i <= 1000; i++)
            {
                var parameter = new Parameter(Numbers(1));
                parameter.grad = Numbers(i / 7.0);
                double norm = nn.utils.clip_grad_norm_(new[] { parameter }, 0.1),
                    clipped = parameter.grad.item<double>();
                asQuotient += clipped == norm * (0.1 / (norm + 1e-6)) ? 1 : 0;
                asProductWithReciprocal += clipped == norm * ((Numbers(norm) + 1e-6).reciprocal() * 0.1).item<double>() ? 1 : 0;
            }

            Assert.Equal(1000, asQuotient);
            Assert.InRange(asProductWithReciprocal, 1, 999);
        },
        ["number-minus-tensor"] = () =>
        {
            using var scope = NewDisposeScope();
            var x = Numbers(2.5);
            var before = scope.DisposablesCount;
            var difference = 0.1 - x;
            Assert.Equal(before + 2, scope.DisposablesCount);
            Assert.Equal(Read(OfPyTorch("torch.rsub(a, 0.1)", x)), Read(difference));
            var error = Assert.ThrowsAny<Exception>(() => 1 - tensor([true]));
            Assert.Contains("Negation", error.Message, StringComparison.Ordinal);
        },
        ["zero-grad"] = () =>
        {
            var parameter = new Parameter(Numbers(1));
            var optimizer = optim.SGD([parameter], 0.1, momentum: 0.9);
            parameter.grad = Numbers(1);
            optimizer.step();
            optimizer.zero_grad();
            Assert.Equal([0], Read(parameter.grad));
            var before = parameter.item<double>();
            optimizer.step();
            Assert.NotEqual(before, parameter.item<double>());
            var module = nn.Linear(1, 1);
            module.weight.grad = ones_like(module.weight);
            module.zero_grad();
            Assert.Null(module.weight.grad);
        },
        ["converted-leaf"] = () =>
        {
            var converted = tensor([1.0, 2.0], float32, requires_grad: true);
            (converted * converted).sum().backward();
            Assert.True(converted.requires_grad);
            Assert.False(converted.is_leaf);
            Assert.Null(converted.grad);
            Assert.True(tensor([1f, 2f], float32, requires_grad: true).is_leaf);
        },
        ["number-types"] = () =>
        {
            Assert.Equal(float64, tensor(0.5).dtype);
            Assert.Equal(float64, tensor([0.5]).dtype);
            Assert.Equal(int32, tensor(1).dtype);
            Assert.Equal(float32, full(1, 0.5).dtype);
            Assert.Equal(int64, arange(2).dtype);
        },
        ["adamw-weight-decay"] = () =>
        {
            AssertDefault(0.0, typeof(optim), "AdamW", "weight_decay");
            Assert.Equal(1, StepWithoutGradient(p => optim.AdamW([p])));
            Assert.Equal(1 - 0.001 * 0.01, StepWithoutGradient(p => optim.AdamW([p], weight_decay: 0.01)));
        },
        ["asgd-learning-rate"] = () =>
        {
            AssertDefault(0.001, typeof(optim), "ASGD", "lr");
            Assert.Equal(0.001, Rate(p => optim.ASGD([p])));
        },
        ["radam-learning-rate"] = () =>
        {
            AssertDefault(0.002, typeof(optim), "RAdam", "lr");
            Assert.Equal(0.002, Rate(p => optim.RAdam([p])));
        },
        ["lbfgs-learning-rate"] = () =>
        {
            AssertDefault(0.01, typeof(optim), "LBFGS", "lr");
            Assert.Equal(0.01, Rate(p => optim.LBFGS([p])));
        },
        ["lbfgs-tolerance"] = () => AssertDefault(1e-5, typeof(optim), "LBFGS", "tolerange_grad"),
        ["sgd-learning-rate"] = () => AssertNoDefault(typeof(optim), "SGD", "learningRate"),
        ["exponential-factor"] = () =>
        {
            AssertDefault(0.1, typeof(optim.lr_scheduler), "ExponentialLR", "gamma");
            Assert.Equal([1, 0.1], Rates(o => optim.lr_scheduler.ExponentialLR(o), 2, 1));
        },
        ["hinge-margin"] = () =>
        {
            Tensor x = Numbers(0.5),
                away = Numbers(-1);
            Assert.Equal([0], Read(F.hinge_embedding_loss(x, away)));
            Assert.Equal([0.5], Read(nn.HingeEmbeddingLoss().call(x, away)));
            Assert.Equal([0.5], Read(OfPyTorch("torch.hinge_embedding_loss(a, b)", x, away)));
        },
        ["kl-div-log-target"] = () =>
        {
            Tensor x = Numbers(-1, -2),
                target = Numbers(0.5, 0.25);
            var ofPyTorch = Read(OfPyTorch("torch.kl_div(a, b)", x, target));
            Assert.Equal(ofPyTorch, Read(F.kl_div(x, target, log_target: false)));
            Assert.NotEqual(ofPyTorch, Read(F.kl_div(x, target)));
            Assert.NotEqual(ofPyTorch, Read(nn.KLDivLoss().call(x, target)));
        },
        ["gaussian-nll-epsilon"] = () =>
        {
            var zero = Numbers(0);
            Assert.Equal(0.5 * Math.Log(1e-6f), nn.functional.gaussian_nll_loss(zero, zero, zero).item<double>(), 1e-12);
            Assert.Equal(0.5 * Math.Log(1e-8f), nn.GaussianNLLLoss().call(zero, zero, zero).item<double>(), 1e-12);
        },
        ["leaky-gain"] = () =>
        {
            Assert.Equal(Math.Sqrt(2), nn.init.calculate_gain(nn.init.NonlinearityType.LeakyReLU));
            Assert.Equal(Math.Sqrt(2 / (1 + 0.01 * 0.01)), nn.init.calculate_gain(nn.init.NonlinearityType.LeakyReLU, 0.01));
        },
        ["scalars-freed"] = () =>
        {
            Assert.NotNull(typeof(Scalar).GetMethod("Finalize", BindingFlags.Instance | BindingFlags.NonPublic, []));
            foreach (
                var method in new[]
                {
                    typeof(Tensor).GetMethod("add", [typeof(Tensor), typeof(Scalar)])!,
                    typeof(Tensor).GetMethod("mul", [typeof(Scalar)])!,
                }
            )
            {
                var calls = Calls(method).ToList();
                Assert.Contains(calls, c => c.DeclaringType == typeof(Scalar) && c.Name == "get_Handle");
                Assert.DoesNotContain(calls, c => c.Name is "KeepAlive" or "DangerousAddRef");
            }
        },
        ["total-count"] = () => Assert.Equal("0 0 100 0", OwnProcess.Run(WriteCounts).Output.Trim()),
        ["unused-ends-process"] = () =>
        {
            var (code, _, error) = OwnProcess.Run(AskForUnusedInput);
            Assert.NotEqual(0, code);
            Assert.Contains("not have been used in the graph", error, StringComparison.Ordinal);
        },
        ["unused-allowed"] = () =>
        {
            Tensor a = Leaf(1),
                b = Leaf(1);
            var gradients = autograd.grad([a * 2.0], [a, b], allow_unused: true);
            Assert.NotNull(gradients[1]);
            Assert.True(gradients[1].IsInvalid);
        },
        ["item-type"] = () =>
        {
            Assert.Throws<ArgumentException>(() => Numbers(0.5).item<float>());
            Assert.Equal(0.5, tensor(0.5f).ToDouble());
        },
        ["config"] = () =>
        {
            var names = typeof(torch).GetMembers().Concat(typeof(backends).GetNestedTypes()).Select(m => m.Name).ToList();
            Assert.DoesNotContain(names, n => n.Contains("config", StringComparison.OrdinalIgnoreCase) || n is "cpu" or "get_cpu_capability");
            Assert.Contains("MKL", TorchLibrary.Load().Summary, StringComparison.Ordinal);
        },
        ["label-smoothing"] = () =>
        {
            AssertMissing(typeof(nn), "CrossEntropyLoss", "label_smoothing");
            AssertDefault(0.0, typeof(F), "cross_entropy", "label_smoothing");
        },
        ["ignore-index"] = () =>
        {
            AssertMissing(typeof(F), "nll_loss", "ignore_index");
            AssertMissing(typeof(nn), "NLLLoss", "ignore_index");
        },
        ["batch-first"] = () => AssertMissing(typeof(nn), "MultiheadAttention", "batch_first"),
        ["grad-fn"] = () => Assert.Empty(typeof(Tensor).GetMember("grad_fn")),
        ["version"] = () => Assert.Equal("2.10.0.0", $"{__version__}"),
        ["alike-number-over-tensor"] = () =>
        {
            var x = linspace(0.1, 5, 1000, float64);
            var quotient = Read(5 / x);
            Assert.Equal(Read(OfPyTorch("torch.reciprocal(a) * 5.0", x)), quotient);
            Assert.NotEqual(Array.ConvertAll(Read(x), d => 5 / d), quotient);
        },
        ["alike-seed"] = () =>
        {
            using var generator = new Generator(0);
            Assert.Equal([0.4963f, 0.7682f], rand(2, generator: generator).data<float>().Select(x => MathF.Round(x, 4)));
        },
        ["alike-initialisation"] = () =>
        {
            AssertUniform(0.5, nn.Linear(4, 20_000).weight, nn.Linear(4, 20_000).bias!);
            AssertUniform(0.25, nn.Conv2d(4, 5000, 2).weight, nn.Conv2d(4, 20_000, 2).bias!);
            AssertUniform(0.25, [.. nn.LSTM(1000, 16).parameters().Take(1)]);
            Assert.Equal(1, nn.Embedding(20_000, 2).weight!.std().item<float>(), 0.05);
            Assert.Equal(0.25f, nn.PReLU(1).weight!.item<float>());
        },
        ["alike-reduction"] = () =>
        {
            Tensor x = Numbers(0.5, 0.25),
                t = Numbers(1, 0);
            foreach (
                var (name, loss) in new (string, Loss<Tensor, Tensor, Tensor>)[]
                {
                    ("mse", nn.MSELoss()),
                    ("l1", nn.L1Loss()),
                    ("smooth", nn.SmoothL1Loss()),
                    ("huber", nn.HuberLoss()),
                    ("bce", nn.BCELoss()),
                    ("logits", nn.BCEWithLogitsLoss()),
                    ("soft margin", nn.SoftMarginLoss()),
                }
            )
            {
                var single = Enumerable.Range(0, 2).Sum(i => loss.call(x[i..(i + 1)], t[i..(i + 1)]).item<double>());
                Assert.True(single / 2 == loss.call(x, t).item<double>(), name);
            }
        },
        ["alike-activation"] = () =>
        {
            AssertDefault(0.01, typeof(nn), "LeakyReLU", "negative_slope");
            AssertDefault(1.0, typeof(nn), "ELU", "alpha");
            AssertDefault(1.0, typeof(nn), "CELU", "alpha");
            AssertDefault(1.0, typeof(nn), "Softplus", "beta");
            AssertDefault(20.0, typeof(nn), "Softplus", "threshold");
            AssertDefault(0.5, typeof(nn), "Hardshrink", "lambda");
            AssertDefault(0.5, typeof(nn), "Softshrink", "lambda");
            AssertDefault(0.5, typeof(nn), "Dropout", "p");
        },
        ["alike-normalisation"] = () =>
        {
            AssertDefault(1e-5, typeof(nn), "BatchNorm1d", "eps");
            AssertDefault(0.1, typeof(nn), "BatchNorm1d", "momentum");
            AssertDefault(1e-5, typeof(nn), "LayerNorm", "eps");
            AssertDefault(1e-5, typeof(nn), "GroupNorm", "eps");
            AssertDefault(false, typeof(nn), "InstanceNorm1d", "affine");
        },
        ["alike-optimizers"] = () =>
        {
            double m = 0,
                v = 0;
            SamePath(
                p => optim.Adam([p], 0.01, weight_decay: 0.1),
                (p, g, t) =>
                {
                    g += 0.1 * p;
                    m = 0.9 * m + 0.1 * g;
                    v = 0.999 * v + 0.001 * g * g;
                    return p - 0.01 / (1 - Math.Pow(0.9, t)) * m / (Math.Sqrt(v) / Math.Sqrt(1 - Math.Pow(0.999, t)) + 1e-8);
                }
            );
            double inertia = 0,
                greatest = 0;
            SamePath(
                p => optim.Adamax([p], 0.01),
                (p, g, t) =>
                {
                    inertia = 0.9 * inertia + 0.1 * g;
                    greatest = Math.Max(0.999 * greatest, Math.Abs(g) + 1e-8);
                    return p - 0.01 / (1 - Math.Pow(0.9, t)) * inertia / greatest;
                }
            );
            double squares = 0;
            SamePath(
                p => optim.Adagrad([p], 0.01, lr_decay: 0.1),
                (p, g, t) =>
                {
                    squares += g * g;
                    return p - 0.01 / (1 + (t - 1) * 0.1) * g / (Math.Sqrt(squares) + 1e-10);
                }
            );
            double average = 0,
                moved = 0;
            SamePath(
                p => optim.Adadelta([p]),
                (p, g, _) =>
                {
                    average = 0.9 * average + 0.1 * g * g;
                    var step = Math.Sqrt(moved + 1e-6) / Math.Sqrt(average + 1e-6) * g;
                    moved = 0.9 * moved + 0.1 * step * step;
                    return p - step;
                }
            );
            double square = 0,
                mean = 0,
                buffer = 0;
            SamePath(
                p => optim.RMSProp([p], 0.01, momentum: 0.9, centered: true, weight_decay: 0.1),
                (p, g, _) =>
                {
                    g += 0.1 * p;
                    square = 0.99 * square + 0.01 * g * g;
                    mean = 0.99 * mean + 0.01 * g;
                    buffer = 0.9 * buffer + g / (Math.Sqrt(square - mean * mean) + 1e-8);
                    return p - 0.01 * buffer;
                }
            );
            double momentum = 0;
            SamePath(
                p => optim.SGD([p], 0.01, momentum: 0.9, dampening: 0.5, weight_decay: 0.1),
                (p, g, t) =>
                {
                    g += 0.1 * p;
                    momentum = t == 1 ? g : 0.9 * momentum + 0.5 * g;
                    return p - 0.01 * momentum;
                }
            );
        },
        ["alike-schedules"] = () =>
        {
            SameRates(o => optim.lr_scheduler.ExponentialLR(o, 0.97), 0.1, (rate, _) => rate * 0.97);
            SameRates(o => optim.lr_scheduler.StepLR(o, 3, 0.3), 0.1, (rate, t) => t % 3 == 0 ? rate * 0.3 : rate);
            SameRates(
                o => optim.lr_scheduler.LinearLR(o, 0.3, 0.9, 7),
                0.1 * 0.3,
                (rate, t) => t > 7 ? rate : rate * (1 + (0.9 - 0.3) / (7 * 0.3 + (t - 1) * (0.9 - 0.3)))
            );
            SameRates(o => optim.lr_scheduler.ConstantLR(o, 0.3, 4), 0.1 * 0.3, (rate, t) => t == 4 ? rate * (1 / 0.3) : rate);
            SameRates(
                o => optim.lr_scheduler.PolynomialLR(o, 7, 2),
                0.1,
                (rate, t) => t > 7 ? rate : rate * Math.Pow((1 - t / 7.0) / (1 - (t - 1) / 7.0), 2)
            );
            SameRates(
                o => optim.lr_scheduler.CosineAnnealingLR(o, 7, 0.01),
                0.1,
                (rate, t) =>
                    (t - 8) % 14 == 0
                        ? rate + (0.1 - 0.01) * (1 - Math.Cos(Math.PI / 7)) / 2
                        : (1 + Math.Cos(Math.PI * t / 7)) / (1 + Math.Cos(Math.PI * (t - 1) / 7)) * (rate - 0.01) + 0.01
            );
        },
    };

    public static TheoryData<string> Names => [.. s_facts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_as_the_document_says(string name)
    {
        TorchLibrary.Load();
        using var scope = NewDisposeScope();
        s_facts[name]();
    }

    [Fact]
    public void Each_line_of_the_document_has_its_test_and_each_test_its_line()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Above(AppContext.BaseDirectory)!, "docs", "torchsharp.md"));
        Assert.Equal(s_facts.Keys, Line().Matches(document).Select(m => m.Groups[1].Value));
        var rows = document.Split('\n').Where(l => l.StartsWith('|')).ToList();
        Assert.Equal(s_facts.Count + 2 * rows.Count(l => l.StartsWith("|---", StringComparison.Ordinal)), rows.Count);
    }

    /// <summary>Ends this process, if TorchSharp is what the document says.</summary>
    internal static void AskForUnusedInput()
    {
        TorchLibrary.Load();
        _ = autograd.grad([Leaf(1) * 2.0], [Leaf(2)]);
    }

    /// <summary>Writes by how much the total and the living tensors grow over a hundred tensors, then over a hundred parameters, made and disposed.</summary>
    internal static void WriteCounts()
    {
        TorchLibrary.Load();
        Console.WriteLine($"{Growth(() => zeros(1))} {Growth(() => new Parameter(zeros(1)))}");

        static string Growth(Func<IDisposable> make)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var (total, living) = (Tensor.TotalCount, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            for (var i = 0; i < 100; i++)
                make().Dispose();
            return $"{Tensor.TotalCount - total} {DisposeScopeManager.Statistics.ThreadTotalLiveCount - living}";
        }
    }

    [GeneratedRegex(@"^\| `([a-z-]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Line();
}
