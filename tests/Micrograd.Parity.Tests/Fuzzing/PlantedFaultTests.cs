using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Tests.Fuzzing;

/// <summary>A mistake in one op is found by random programs, and shrunk to what shows it.</summary>
public class PlantedFaultTests
{
    private const int Programs = 20_000;

    [Trait("Speed", "slow")]
    [Fact]
    public void The_model_engine_without_a_mistake_agrees()
    {
        var result = Campaigns.Run(new FuzzOptions { Programs = 3000 }, ModelRules.Right);
        Assert.Empty(result.Failures);
        Assert.Equal(0, result.Tally.Differing);
    }

    [Trait("Speed", "slow")]
    [Theory]
    [InlineData("relu", 0.0)]
    [InlineData("abs", -0.0)]
    [InlineData("sqrt", 0.0)]
    [InlineData("log1p", -1.0)]
    [InlineData("hardswish", 3.0)]
    [InlineData("softplus", 20.0)]
    [InlineData("exp", double.NegativeInfinity)]
    [InlineData("atan2", 0.0)]
    [InlineData("where", 0.0)]
    [InlineData("lerp", 1.0)]
    [InlineData("sum", double.PositiveInfinity)]
    public void A_wrong_gradient_at_a_special_value_is_found_and_shrunk(string op, double operand)
    {
        var failure = FirstFailure(Probe.WrongGradientAt(op, operand));
        Assert.InRange(failure.Program.Nodes.Count, 2, 3);
        var node = Assert.Single(failure.Program.Nodes, n => n.Op is not null);
        Assert.Equal(op, node.Op);
        Assert.True(Ulps.Same(operand, failure.Program.Nodes[node.Operands[0]].Number));
    }

    [Theory]
    [InlineData("erfc")]
    [InlineData("pow_number")]
    [InlineData("gelu_tanh")]
    public void A_wrong_value_is_shrunk_to_its_op_without_a_pass(string op)
    {
        var failure = FirstFailure(Probe.NudgedValue(op));
        Assert.Equal([null, op], failure.Program.Nodes.Select(n => n.Op));
        Assert.Empty(failure.Program.Passes);
    }

    [Fact]
    public void Gradients_assigned_in_place_of_added_are_shrunk_to_one_node_used_twice()
    {
        var failure = FirstFailure(FaultCatalogue.Find("assigned-for-added").Model);
        Assert.Equal(2, failure.Program.Nodes.Count);
        Assert.Equal(0, failure.Program.Nodes[1].Operands.Max());
    }

    [Fact]
    public void Another_order_of_backward_is_found()
    {
        var failure = FirstFailure(FaultCatalogue.Find("depth-first-order").Model);
        Assert.InRange(failure.Program.Nodes.Count, 2, 12);
    }

    [Fact]
    public void Shrinking_gives_one_result_and_raises_where_there_is_nothing_to_shrink()
    {
        var fault = Probe.NudgedGradient("tanh");
        Assert.Equal(
            Campaigns.Json(Campaigns.Run(new FuzzOptions { Programs = 300 }, fault)),
            Campaigns.Json(Campaigns.Run(new FuzzOptions { Programs = 300 }, fault))
        );
        Assert.Throws<ArgumentException>(() =>
            new Shrinker(Comparisons.ParitySuite.Default.Ops, SuiteFixture.Context).Shrink(Campaigns.Generator().Make(1, 1))
        );
    }

    private static FuzzFailure FirstFailure(ModelRules fault)
    {
        var result = Campaigns.Run(new FuzzOptions { Programs = Programs, StopAtFirst = true }, fault);
        Assert.False(result.Parity);
        Assert.True(result.Tally.Programs <= Programs);
        Assert.All(result.Failures, f => Assert.True(f.Check.Differs));
        return result.Failures[0];
    }
}
