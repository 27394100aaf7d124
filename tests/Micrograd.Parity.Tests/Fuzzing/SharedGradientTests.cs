using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Programs;
using static TorchSharp.torch;

namespace Micrograd.Parity.Tests.Fuzzing;

/// <summary>PyTorch lets gradients share one number where a backward formula hands out views; found by random programs.</summary>
public class SharedGradientTests
{
    [Fact]
    public void PyTorch_adds_a_second_pass_through_stack_and_sum_to_all_operands_at_once()
    {
        Assert.NotNull(SuiteFixture.Context.Torch);
        using var scope = NewDisposeScope();
        var a = tensor(1.0, float64, requires_grad: true);
        var b = tensor(1.0, float64, requires_grad: true);
        var sum = stack([a, b]).sum();
        sum.backward(retain_graph: true);
        sum.backward();
        Assert.Equal(3, a.grad!.item<double>()); // 2 would be right: pytorch/pytorch#34082
        Assert.Equal(3, b.grad!.item<double>());
    }

    [Fact]
    public void In_a_comparison_each_leaf_has_a_gradient_of_its_own()
    {
        var program = new Program("a + b, twice", [Node.Leaf(1), Node.Leaf(1), Node.Of("sum", [0, 1])], [new Pass(2), new Pass(2), new Pass(0)]);
        Assert.Equal([3.0, 2.0], SuiteFixture.Context.Theirs.Run(program, program.DefaultInput).Gradients.Take(2));
        Assert.False(ProgramCheck.Run(program, SuiteFixture.Context).Differs);
    }
}
