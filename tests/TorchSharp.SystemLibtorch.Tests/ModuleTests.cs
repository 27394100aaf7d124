using TorchSharp.Modules;

namespace TorchSharp.SystemLibtorch.Tests;

public class ModuleTests
{
    [Fact]
    public void Parameters_have_their_names_and_shapes()
    {
        using var model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1, hasBias: false));
        Assert.Equal(
            ["0.weight 4x3", "0.bias 4", "2.weight 1x4"],
            model.named_parameters().Select(p => $"{p.name} {string.Join('x', p.parameter.shape)}"));
        Assert.Equal(["0.weight", "0.bias", "2.weight"], model.state_dict().Keys);
        Assert.Equal(3, model.Count);
        Assert.Equal(["0", "1", "2"], model.named_children().Select(c => c.name));
        Assert.All(model.parameters(), p => Assert.InRange(p.abs().max().item<float>(), 0, 1 / MathF.Sqrt(3)));
    }

    [Fact]
    public void A_linear_layer_multiplies_and_adds()
    {
        using var scope = NewDisposeScope();
        var layer = nn.Linear(nn.Parameter(tensor(new double[,] { { 1, 2 }, { 3, 4 } })), nn.Parameter(tensor([10.0, 20.0])));
        var y = layer.call(tensor(new double[,] { { 1, 1 } }));
        Near.Assert([13.0, 27.0], y);
        y.sum().backward();
        Near.Assert([1.0, 1, 1, 1], layer.weight.grad!);
        layer.zero_grad();
        Assert.Null(layer.weight.grad);
        y = layer.call(tensor(new double[,] { { 1, 1 } }));
        y.sum().backward();
        layer.zero_grad(set_to_none: false);
        Near.Assert([0.0, 0.0], layer.bias!.grad!);
    }

    [Fact]
    public void A_module_of_ones_own_registers_its_fields()
    {
        using var scope = NewDisposeScope();
        using var model = new Own();
        Assert.Equal(["scale", "inner.weight", "inner.bias"], model.named_parameters().Select(p => p.name));
        model.to(float64);
        Assert.All(model.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
        Assert.All(model.parameters(), p => Assert.True(p.requires_grad && p.is_leaf));
        Assert.Equal([5L, 1L], model.call(ones(5, 2, float64)).shape);
        model.eval();
        Assert.DoesNotContain(model.modules(), m => m.training);
        using var other = new Own();
        other.to(float64);
        var (missing, unexpected) = model.load_state_dict(other.state_dict());
        Assert.Empty(missing.Concat(unexpected));
        Assert.True(model.inner.weight.allclose(other.inner.weight));
    }

    [Fact]
    public void Parameters_become_one_vector_and_come_back()
    {
        using var scope = NewDisposeScope();
        var a = nn.Parameter(tensor(new double[,] { { 1, 2 } }));
        var b = nn.Parameter(tensor([3.0]));
        Near.Assert([1.0, 2, 3], nn.utils.parameters_to_vector([a, b]));
        nn.utils.vector_to_parameters(tensor([4.0, 5, 6]), [a, b]);
        Near.Assert([4.0, 5], a);
        Near.Assert([6.0], b);
    }

    [Fact]
    public void Gradients_are_clipped()
    {
        using var scope = NewDisposeScope();
        var p = nn.Parameter(tensor([3.0, 4.0]));
        p.square().sum().backward();
        Near.Assert(10, nn.utils.clip_grad_norm_([p], 5));
        Near.Assert([6 * (5 / 10.000001), 8 * (5 / 10.000001)], p.grad!);
        nn.utils.clip_grad_value_([p], 3.5);
        Near.Assert([6 * (5 / 10.000001), 3.5], p.grad!);
    }

    [Fact]
    public void First_values_lie_within_their_bounds()
    {
        using var scope = NewDisposeScope();
        var w = empty(64, 16, float64);
        Assert.Equal((16L, 64L), nn.init.CalculateFanInAndFanOut(w));
        Assert.InRange(nn.init.xavier_uniform_(w).abs().max().item<double>(), 0.2, Math.Sqrt(6.0 / 80));
        Assert.InRange(
            nn.init.kaiming_uniform_(w, nonlinearity: nn.init.NonlinearityType.ReLU).abs().max().item<double>(),
            0.5, Math.Sqrt(6.0 / 16));
        Assert.InRange(nn.init.normal_(w, 1, 0.5).mean().item<double>(), 0.9, 1.1);
        Assert.InRange(nn.init.kaiming_normal_(w, nonlinearity: nn.init.NonlinearityType.ReLU).std().item<double>(), 0.3, 0.4);
        Assert.Equal(2.5, nn.init.constant_(w, 2.5).max().item<double>());
    }

    [Theory]
    [InlineData("MSELoss", 2.5)]
    [InlineData("L1Loss", 1.5)]
    [InlineData("SmoothL1Loss", 1.0)]
    [InlineData("HuberLoss", 1.0)]
    public void Losses_are_modules_too(string name, double expected)
    {
        using var scope = NewDisposeScope();
        Loss<Tensor, Tensor, Tensor> loss = name switch
        {
            "MSELoss" => nn.MSELoss(),
            "L1Loss" => nn.L1Loss(),
            "SmoothL1Loss" => nn.SmoothL1Loss(),
            _ => nn.HuberLoss(),
        };
        Near.Assert(expected, loss.call(tensor([1.0, 2.0]), tensor([0.0, 0.0])).item<double>());
    }

    [Fact]
    public void Activations_are_modules_too()
    {
        using var scope = NewDisposeScope();
        nn.Module<Tensor, Tensor>[] modules =
        [
            nn.ReLU(), nn.LeakyReLU(0.1), nn.ELU(), nn.CELU(), nn.SELU(), nn.GELU(), nn.SiLU(), nn.Mish(), nn.Sigmoid(), nn.Tanh(),
            nn.Softplus(), nn.Softsign(), nn.Softshrink(), nn.Hardshrink(), nn.Hardtanh(), nn.Hardsigmoid(), nn.Hardswish(), nn.ReLU6(),
            nn.Tanhshrink(), nn.Threshold(0, 0),
            nn.LogSigmoid(), nn.Identity(), nn.PReLU(1, dtype: float64), nn.Softmax(0), nn.LogSoftmax(0),
        ];
        Assert.All(modules, m => Assert.Equal([2L], m.call(tensor([-1.0, 1.0])).shape));
        var x = tensor([-1.0, 1.0]);
        nn.ReLU(inplace: true).call(x);
        Near.Assert([0.0, 1.0], x);
    }

    private sealed class Own : nn.Module<Tensor, Tensor>
    {
        public readonly Parameter scale = nn.Parameter(ones(1)).DetachedParameter();
        public readonly Linear inner = nn.Linear(2, 1);

        public Own() : base("own") => RegisterComponents();

        public override Tensor forward(Tensor input) => inner.call(input) * scale;
    }
}

internal static class ParameterExtensions
{
    /// <summary>The parameter, out of all dispose scopes.</summary>
    public static Parameter DetachedParameter(this Parameter parameter)
    {
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
