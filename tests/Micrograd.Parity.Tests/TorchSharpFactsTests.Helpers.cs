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

/// <content>Helpers of the facts.</content>
public partial class TorchSharpFactsTests
{
    private static Tensor Numbers(params double[] numbers) => tensor(numbers, float64);

    private static Tensor Leaf(double x) => tensor(x, float64, requires_grad: true);

    private static double[] Read(Tensor? t) => t!.detach().reshape(-1).data<double>().ToArray();

    /// <summary>An expression of a and b as PyTorch's own compiler has it, without TorchSharp's methods.</summary>
    private static Tensor OfPyTorch(string expression, Tensor a, Tensor? b = null)
    {
        using var unit = jit.compile($"def f(a: Tensor, b: Tensor):\n    return {expression}\n");
        return (Tensor)unit.invoke("f", a, b ?? a);
    }

    private static IEnumerable<MethodBase> Calls(MethodInfo method)
    {
        const byte Call = 0x28,
            CallVirtually = 0x6F;
        var code = method.GetMethodBody()!.GetILAsByteArray()!;
        for (var i = 0; i + 4 < code.Length; i++)
        {
            if (code[i] is Call or CallVirtually && Resolve(BitConverter.ToInt32(code, i + 1)) is { } called)
                yield return called;
        }

        MethodBase? Resolve(int token)
        {
            try
            {
                return method.Module.ResolveMethod(token);
            }
            catch (ArgumentException)
            {
                return null; // not a call, but a byte that looks like one
            }
        }
    }

    private static ParameterInfo[] Parameters(Type type, string method, string name) =>
        [
            .. type.GetMethods()
                .Where(m => m.Name == method)
                .Select(m => m.GetParameters().SingleOrDefault(p => p.Name == name))
                .OfType<ParameterInfo>(),
        ];

    private static void AssertDefault(object value, Type type, string method, string parameter)
    {
        var found = Parameters(type, method, parameter);
        Assert.NotEmpty(found);
        Assert.All(found, p => Assert.Equal(value, p.DefaultValue));
    }

    private static void AssertNoDefault(Type type, string method, string parameter)
    {
        var found = Parameters(type, method, parameter);
        Assert.NotEmpty(found);
        Assert.All(found, p => Assert.False(p.HasDefaultValue));
    }

    private static void AssertMissing(Type type, string method, string parameter)
    {
        Assert.Contains(type.GetMethods(), m => m.Name == method);
        Assert.Empty(Parameters(type, method, parameter));
    }

    private static void AssertUniform(double bound, params Tensor[] tensors)
    {
        foreach (var t in tensors)
        {
            Assert.InRange(t.abs().max().item<float>(), 0.99 * bound, bound);
            Assert.Equal(bound / Math.Sqrt(3), t.std().item<float>(), 0.05 * bound);
        }
    }

    private static double Rate(Func<Parameter, optim.Optimizer> make) => make(new Parameter(Numbers(1))).ParamGroups.Single().LearningRate;

    private static double StepWithoutGradient(Func<Parameter, optim.Optimizer> make)
    {
        var parameter = new Parameter(Numbers(1));
        parameter.grad = Numbers(0);
        make(parameter).step();
        return parameter.item<double>();
    }

    private static double[] Train(Func<Parameter, optim.Optimizer> make)
    {
        var parameter = new Parameter(Numbers(1));
        var optimizer = make(parameter);
        return Array.ConvertAll(s_gradients, gradient =>
        {
            parameter.grad = Numbers(gradient);
            optimizer.step();
            return parameter.item<double>();
        });
    }

    /// <summary>Parameters of about 1 after each step, by PyTorch's formula; as good as a few roundings a step.</summary>
    private static void SamePath(Func<Parameter, optim.Optimizer> make, Func<double, double, int, double> formula)
    {
        var path = Train(make);
        var p = 1.0;
        for (var i = 0; i < path.Length; i++)
        {
            p = formula(p, s_gradients[i], i + 1);
            Assert.InRange(path[i], p - (i + 1) * 4 * Math.Pow(2, -53), p + (i + 1) * 4 * Math.Pow(2, -53));
        }
    }

    private static double[] Rates(Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> make, int count, double rate)
    {
        var optimizer = optim.SGD([new Parameter(Numbers(1))], rate);
        var schedule = make(optimizer);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    var now = optimizer.ParamGroups.Single().LearningRate;
                    optimizer.step();
                    schedule.step();
                    return now;
                }),
        ];
    }

    private static void SameRates(Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> make, double first, Func<double, int, double> next)
    {
        var rates = Rates(make, 24, 0.1);
        var rate = first;
        for (var t = 1; t <= rates.Length; t++)
        {
            Assert.Equal(rate, rates[t - 1]);
            rate = next(rate, t);
        }
    }
}
