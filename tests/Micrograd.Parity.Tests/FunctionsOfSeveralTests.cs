using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Numerics;
using TorchSharp;

namespace Micrograd.Parity.Tests;

/// <summary>PyTorch's elementary functions of several numbers in one call, as replays of recordings make them.</summary>
public class FunctionsOfSeveralTests
{
    public static TheoryData<ElementaryFunction> Functions => [.. Enum.GetValues<ElementaryFunction>()];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Each_has_the_bits_that_it_has_alone(ElementaryFunction function)
    {
        var functions = Assert.IsType<TorchFunctions>(ElementaryFunctions.Current);
        var one = typeof(ElementaryFunctions).GetMethod(function.ToString(), [typeof(double)])!.CreateDelegate<Func<double, double>>(functions);
        double[] points = [.. TorchFunctions.SamplePoints(700)];
        for (var count = 1; count <= 70; count++)
        {
            for (var start = 0; start + count <= points.Length; start += 90)
            {
                var y = points.AsSpan(start, count).ToArray();
                functions.Compute(function, y, y);
                for (var i = 0; i < count; i++)
                    Assert.True(Ulps.Same(one(points[start + i]), y[i]), $"{function} of {points[start + i]:R}, number {i} of {count}: {y[i]:R}");
            }
        }
    }

    /// <summary>Functions that PyTorch takes from MKL, by PyTorch's op of a vector.</summary>
    [Theory]
    [InlineData(ElementaryFunction.Exp)]
    [InlineData(ElementaryFunction.Log)]
    [InlineData(ElementaryFunction.Sin)]
    [InlineData(ElementaryFunction.Tanh)]
    [InlineData(ElementaryFunction.Erf)]
    public void They_are_computed_in_one_call_where_PyTorch_gives_a_vector_the_bits_of_each_number(ElementaryFunction function)
    {
        var functions = Assert.IsType<TorchFunctions>(ElementaryFunctions.Current);
        double[] points = [.. TorchFunctions.SamplePoints(2000)];
        using var vector = torch.tensor(points);
        using var together = Op(vector);
        var areSame = points.Zip(together.Numbers()).All(p => Ulps.Same(One(p.First), p.Second));
        Assert.Equal(areSame && functions.Sources[function.ToString().ToLowerInvariant()] == FunctionSource.Mkl, functions.TakesSeveral(function));

        torch.Tensor Op(torch.Tensor x) =>
            function switch
            {
                ElementaryFunction.Exp => x.exp(),
                ElementaryFunction.Log => x.log(),
                ElementaryFunction.Sin => x.sin(),
                ElementaryFunction.Tanh => x.tanh(),
                _ => x.erf(),
            };

        double One(double x)
        {
            using var scalar = torch.tensor(x, torch.float64);
            using var result = Op(scalar);
            return result.Number();
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Replays_have_the_bits_of_one_sample_after_the_other(ElementaryFunction function)
    {
        if (typeof(Value).GetMethod(function.ToString(), []) is not { } method)
        {
            Assert.Equal(ElementaryFunction.VectorExp, function);
            method = typeof(Value).GetMethod(nameof(Value.Logsigmoid), [])!;
        }

        using var step = Tape.Current.BeginStep();
        double[] samples = [.. TorchFunctions.SamplePoints(333)];
        var (a, b) = (new Value(1), new Value(1));
        var replayed = Batching.Recording.Of(1, x => Call(a * x[0])).Replay(samples);
        Value[] called = [.. samples.Select(x => Call(b * x))];
        for (var i = 0; i < samples.Length; i++)
        {
            Assert.True(Ulps.Same(called[i].Data, replayed[i].Data), $"{function} of {samples[i]:R}");
            (a.Grad, b.Grad) = (0, 0);
            called[i].Backward();
            replayed[i].Backward();
            Assert.True(Ulps.Same(b.Grad, a.Grad), $"gradient of {function} at {samples[i]:R}");
        }

        Value Call(Value x) => (Value)method.Invoke(x, null)!;
    }
}
