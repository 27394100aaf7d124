namespace TorchSharp.SystemLibtorch.Tests;

public class TensorTests
{
    [Fact]
    public void Numbers_and_arrays_keep_value_type_and_shape()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0.1, tensor(0.1).item<double>());
        Assert.Equal(0.1f, tensor(0.1f).item<float>());
        Assert.Equal(long.MaxValue, tensor(long.MaxValue).item<long>());
        Assert.Equal(7, tensor(7).item<int>());
        Assert.True(tensor(true).item<bool>());
        Assert.Equal((float)0.1, tensor(0.1, ScalarType.Float32).item<float>());
        Assert.Equal(ScalarType.Int32, tensor(7).dtype);
        Assert.Equal([2L, 3L], tensor(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }).shape);
        Assert.Equal(ScalarType.Float64, tensor([1.0]).dtype);
        Assert.Equal(ScalarType.Float32, zeros(2, 3).dtype);
        Assert.Equal([0L, 1, 2], arange(3).data<long>().ToArray());
        Assert.Equal([1.0, 1.5], arange(1.0, 2.0, 0.5, float64).data<double>().ToArray());
        Assert.Equal([4.0, 4.0], full(2, 4.0, dtype: float64).data<double>().ToArray());
        Assert.Equal(1.0, ones_like(tensor(3.0)).item<double>());
        Assert.Empty(tensor(Array.Empty<double>()).data<double>().ToArray());
        Assert.Equal(0, tensor(1.0).dim());
    }

    [Fact]
    public void Shapes_change_and_parts_are_taken()
    {
        using var scope = NewDisposeScope();
        var m = tensor(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        Assert.Equal([1.0, 4, 2, 5, 3, 6], m.t().data<double>().ToArray());
        Assert.Equal([3L, 2L], m.T.shape);
        Assert.Equal(6, m[1, 2].item<double>());
        Assert.Equal([2.0, 5.0], m.select(1, 1).data<double>().ToArray());
        Assert.Equal([5.0, 7, 9], m.sum(0L).data<double>().ToArray());
        Assert.Equal([2.0, 5.0], m.mean([1]).data<double>().ToArray());
        Assert.Equal([2L, 1L], m.sum(1, keepdim: true).shape);
        Assert.Equal([6L], m.flatten().shape);
        Assert.Equal([3L, 2L], m.view(3, -1).shape);
        Assert.Equal([4L, 3L], cat([m, m]).shape);
        Assert.Equal([2L, 2L, 3L], stack([m, m]).shape);
        Assert.Equal(2, m.unbind().Length);
        Assert.Equal([2L, 3L], tensor([1.0, 2, 3]).expand(2, 3).shape);
        Assert.Equal(2, m.argmax(1)[0].item<long>());
        Assert.Equal(5, m.argmax().item<long>());
        Assert.Equal([3.0, 6.0], m.max(1).values.data<double>().ToArray());
        Assert.Equal([7.0, 10, 15, 22], matmul(
            tensor(new double[,] { { 1, 2 }, { 3, 4 } }), tensor(new double[,] { { 1, 2 }, { 3, 4 } })).data<double>().ToArray());
        Assert.Equal([2.0, 3], m[0].slice(0, 1, 3, 1).data<double>().ToArray());
        m[0] = tensor([7.0, 8, 9]);
        Assert.Equal(7, m.data<double>()[0, 0]);
        m.data<double>()[1, 1] = 50;
        Assert.Equal(50, (double)m[1, 1]);
        Assert.Equal("[2x3], type = Float64, device = cpu", m.ToString());
    }

    [Fact]
    public void Gradients_add_up_over_uses_and_passes()
    {
        using var scope = NewDisposeScope();
        var a = tensor(-2.0, requires_grad: true);
        var b = tensor(3.0, requires_grad: true);
        var product = a * b;
        product.retain_grad();
        var f = product * (a + b);
        f.backward(retain_graph: true);
        Assert.Equal((-6.0, -3.0, -8.0, 1.0), (f.item<double>(), Of(a), Of(b), Of(product)));
        f.backward();
        Assert.Equal((-6.0, -16.0), (Of(a), Of(b)));
        Assert.True(a.is_leaf);
        Assert.False(f.is_leaf);
        a.grad = null;
        Assert.Null(a.grad);

        static double Of(Tensor t) => t.grad!.item<double>();
    }

    [Fact]
    public void Gradients_are_asked_for_by_input_and_by_weight()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1.0, 2.0], requires_grad: true);
        (x * x).backward([tensor([1.0, 10.0])]);
        Assert.Equal([2.0, 40.0], x.grad!.data<double>().ToArray());
        var y = x.pow(3).sum();
        var first = autograd.grad([y], [x], create_graph: true)[0];
        var second = autograd.grad([first.sum()], [x])[0];
        Assert.Equal([6.0, 12.0], second.data<double>().ToArray());
        var unused = tensor(1.0, requires_grad: true);
        Assert.Null(autograd.grad([x.sum()], [unused], allow_unused: true)[0]);
        autograd.backward(x.sum(), tensor(2.0));
        Assert.Equal([4.0, 42.0], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Recording_stops_and_goes_on()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((x * x).requires_grad);
            using (enable_grad())
                Assert.True((x * x).requires_grad);
        }
        Assert.True((x * x).requires_grad);
        Assert.False(x.detach().requires_grad);
    }

    [Fact]
    public void One_seed_gives_one_sequence()
    {
        using var scope = NewDisposeScope();
        manual_seed(42);
        var first = rand([5]).data<float>().ToArray();
        manual_seed(42);
        Assert.Equal(first, rand([5]).data<float>().ToArray());
    }
}
