using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Tests.Training;

/// <summary>The engine's clipping against libtorch's: the same bits.</summary>
public sealed class ClippingBitsTests : IClassFixture<PlainTorch>
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(2.0)]
    public void By_value(double limit)
    {
        var gradients = Gradients(40);
        var ours = Ours(gradients);
        var theirs = gradients.Select(gradient => Theirs([1], gradient)).ToList();
        Micrograd.Gradients.ClipByValue(ours, limit);
        nn.utils.clip_grad_value_(theirs, limit);
        Compare(theirs, ours);
    }

    [Theory]
    [InlineData(1e-3, 2.0)]
    [InlineData(1.0, 2.0)]
    [InlineData(1e9, 2.0)]
    [InlineData(0.7, 1.0)]
    [InlineData(0.7, 3.0)]
    [InlineData(0.7, double.PositiveInfinity)]
    public void By_norm_each_parameter_a_tensor(double greatest, double order)
    {
        foreach (var count in new[] { 1, 2, 3, 7, 41, 337 })
        {
            var gradients = Gradients(count);
            var ours = Ours(gradients);
            var theirs = gradients.Select(gradient => Theirs([], gradient)).ToList();
            var norm = Micrograd.Gradients.ClipByNorm(ours, greatest, order);
            PlainTorch.SameBits(nn.utils.clip_grad_norm_(theirs, greatest, order), norm, $"norm of {count}");
            Compare(theirs, ours);
        }
    }

    [Theory]
    [InlineData(1.0, 2.0)]
    [InlineData(0.7, 1.0)]
    [InlineData(0.7, 3.0)]
    [InlineData(0.7, double.PositiveInfinity)]
    public void By_norm_tensor_by_tensor(double greatest, double order)
    {
        var model = new Mlp(2, [16, 16, 1]);
        var gradients = Gradients(model.Parameters.Count);
        foreach (var (parameter, gradient) in model.Parameters.Zip(gradients))
            SetGrad(parameter, gradient);
        var named = model.NamedParameters;
        var theirs = named
            .Select(tensor => Theirs([.. tensor.Shape.Select(size => (long)size)], [.. tensor.Values.Select(value => value.Grad)]))
            .ToList();
        var norm = Micrograd.Gradients.ClipByNorm(named, greatest, order);
        PlainTorch.SameBits(nn.utils.clip_grad_norm_(theirs, greatest, order), norm, "norm");
        Compare(theirs, [.. named.SelectMany(tensor => tensor.Values)]);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.0)]
    [InlineData(3.0)]
    [InlineData(0.5)]
    [InlineData(double.PositiveInfinity)]
    public void The_norm_of_a_tensor_of_any_length(double order)
    {
        var tensors = Enumerable.Range(1, 100).Select(Gradients).ToList();
        foreach (var gradients in tensors)
            Check([gradients]);
        Check(tensors);

        void Check(IReadOnlyList<double[]> parameters)
        {
            var ours = parameters.Select(g => new NamedParameter("weight", [g.Length], Ours(g))).ToList();
            var theirs = parameters.Select(g => Theirs([g.Length], g)).ToList();
            var what = $"norm of order {order} of {parameters.Sum(g => g.Length)} numbers";
            PlainTorch.SameBits(nn.utils.clip_grad_norm_(theirs, 0.7, order), Micrograd.Gradients.ClipByNorm(ours, 0.7, order), what);
            Compare(theirs, [.. ours.SelectMany(tensor => tensor.Values)]);
        }
    }

    [Theory]
    [InlineData(1e-200)]
    [InlineData(1e-160)]
    [InlineData(-1e200)]
    public void A_gradient_too_small_or_great_to_be_squared_is_its_own_norm_in_both(double gradient)
    {
        var ours = Ours([gradient]);
        var norm = Micrograd.Gradients.ClipByNorm(ours, 1);
        PlainTorch.SameBits(nn.utils.clip_grad_norm_([Theirs([], gradient)], 1), norm, "norm");
        Assert.Equal(Math.Abs(gradient), norm);
    }

    [Theory]
    [InlineData(1e-200)]
    [InlineData(-1e200)]
    public void Two_such_gradients_lose_their_norm_in_both(double gradient)
    {
        var ours = Ours([gradient, gradient]);
        List<Parameter> theirs = [Theirs([], gradient), Theirs([], gradient)];
        PlainTorch.SameBits(nn.utils.clip_grad_norm_(theirs, 1), Micrograd.Gradients.ClipByNorm(ours, 1), "norm");
        Compare(theirs, ours);
    }

    private static double[] Gradients(int count)
    {
        var random = new PythonRandom(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.Normal(0, 1) * Math.Pow(10, random.Uniform(-3, 1)))];
    }

    private static void SetGrad(Value parameter, double gradient) => parameter.Grad = gradient;

    private static Value[] Ours(double[] gradients) => [.. gradients.Select(gradient => new Value(0) { Grad = gradient })];

    private static Parameter Theirs(long[] shape, params double[] gradients)
    {
        var parameter = new Parameter(zeros(shape, float64));
        PlainTorch.SetGrad(parameter, gradients);
        return parameter;
    }

    private static void Compare(List<Parameter> theirs, Value[] ours)
    {
        var numbers = theirs.SelectMany(parameter => PlainTorch.Numbers(parameter.grad!)).ToArray();
        Assert.Equal(ours.Length, numbers.Length);
        for (var i = 0; i < ours.Length; i++)
            PlainTorch.SameBits(numbers[i], ours[i].Grad, $"gradient {i}");
    }
}
