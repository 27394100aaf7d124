namespace TorchSharp.SystemLibtorch.Tests;

public class FunctionTests
{
    [Theory]
    [MemberData(nameof(FunctionTable.Names), MemberType = typeof(FunctionTable))]
    public void Value_and_slope_are_those_of_mathematics(string name)
    {
        var row = FunctionTable.Rows.Single(r => r.ToString() == name);
        using var scope = NewDisposeScope();
        var x = tensor(row.At, requires_grad: true);
        var y = row.Function(x).sum();
        y.backward();
        Near.Assert(row.Value, y.item<double>());
        Near.Assert(row.Slope, x.grad!.item<double>());
    }

    [Fact]
    public void Comparisons_hold_element_by_element()
    {
        using var scope = NewDisposeScope();
        var a = tensor([1.0, 2, 3]);
        var b = tensor([2.0, 2, 2]);
        Assert.Equal([true, false, false], (a < b).data<bool>().ToArray());
        Assert.Equal([true, true, false], (a <= b).data<bool>().ToArray());
        Assert.Equal([false, false, true], (a > 2.0).data<bool>().ToArray());
        Assert.Equal([false, true, true], a.ge(2).data<bool>().ToArray());
        Assert.Equal([false, true, false], eq(a, b).data<bool>().ToArray());
        Assert.Equal([true, false, true], ne(a, b).data<bool>().ToArray());
        Assert.Equal([true, true, false], (2.0 >= a).data<bool>().ToArray());
        Assert.True(a.allclose(a.clone()));
        Assert.False(allclose(a, b));
    }
}
