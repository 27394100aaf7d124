using System.Runtime.InteropServices;

namespace TorchSharp.SystemLibtorch.Tests;

public class ErrorTests
{
    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var scope = NewDisposeScope();
        var a = zeros(2, 3);
        var e = Assert.Throws<ExternalException>(() => matmul(a, a));
        Assert.Equal("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", e.Message);
        Assert.Contains("must match the size", Assert.Throws<ExternalException>(() => a + zeros(2, 4)).Message);
    }

    [Fact]
    public void A_graph_is_walked_once()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var y = x.exp();
        y.backward();
        Assert.Contains("retain_graph=True", Assert.Throws<ExternalException>(y.backward).Message);
    }

    [Fact]
    public void A_tensor_without_a_graph_has_no_backward()
    {
        using var x = tensor(2.0);
        Assert.Contains("does not require grad", Assert.Throws<ExternalException>(x.backward).Message);
    }

    [Fact]
    public void An_unused_input_is_an_error_unless_allowed()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var unused = tensor(2.0, requires_grad: true);
        Assert.Contains("allow_unused=True", Assert.Throws<ExternalException>(() => autograd.grad([x.exp()], [unused])).Message);
    }

    [Fact]
    public void A_disposed_tensor_says_so()
    {
        var x = tensor(2.0);
        x.Dispose();
        x.Dispose();
        Assert.True(x.IsInvalid);
        Assert.Throws<ObjectDisposedException>(() => x.exp());
        Assert.Throws<ObjectDisposedException>(() => x.item<double>());
        using var y = tensor(1.0);
        Assert.Throws<ObjectDisposedException>(() => y + x);
        Assert.Throws<ArgumentNullException>(() => y.add((Tensor)null!));
        Assert.Throws<ArgumentNullException>(() => y.add((Scalar)null!));
    }

    [Fact]
    public void Elements_are_read_as_what_they_are()
    {
        using var x = tensor([1.0, 2.0]);
        Assert.Throws<ArgumentException>(() => x.data<float>());
        Assert.Throws<ArgumentOutOfRangeException>(() => x.data<double>()[2]);
        Assert.Throws<ExternalException>(() => x.item<double>());
        Assert.Throws<ExternalException>(() => x[5]);
        Assert.Throws<ArgumentException>(() => tensor([1.0, 2.0, 3.0], [2, 2]));
    }

    [Fact]
    public void Another_device_is_refused() =>
        Assert.Throws<NotSupportedException>(() => tensor(1.0, device: device("cuda:0")));

    [Fact]
    public void A_leaf_keeps_its_elements_while_recorded()
    {
        using var x = tensor(2.0, requires_grad: true);
        Assert.Contains("leaf Variable", Assert.Throws<ExternalException>(() => x.add_(1.0)).Message);
    }
}
