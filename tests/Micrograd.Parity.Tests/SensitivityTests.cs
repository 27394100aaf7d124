using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Tests;

/// <summary>The harness can fail: every planted mistake turns the run red, and nothing else does.</summary>
public class SensitivityTests
{
    private static readonly IReadOnlyList<Sensitivity.Proof> s_proofs = Sensitivity.Run(
        ParitySuite.Default,
        SuiteFixture.Context,
        FaultCatalogue.InPrograms
    );

    public static TheoryData<string> Mistakes => [.. s_proofs.Select(p => p.Mistake)];

    [Trait("Speed", "slow")]
    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Every_planted_mistake_is_seen(string mistake)
    {
        var proof = s_proofs.Single(p => p.Mistake == mistake);
        Assert.Empty(proof.Unseen);
        Assert.True(proof.Holds);
    }

    [Fact]
    public void Each_op_is_nudged_by_itself() =>
        Assert.Equal(ParitySuite.Default.Ops.All.Count, s_proofs.Single(p => p.Mistake.StartsWith("value", StringComparison.Ordinal)).Planted);

    [Fact]
    public void A_failure_says_what_where_and_how_to_see_it_again()
    {
        var fault = Probe.NudgedGradient("tanh");
        var result = SuiteFixture.Comparison("tanh").Run(SuiteFixture.Context with { Ours = new ModelBackend(ParitySuite.Default.Ops, fault) });
        Assert.Equal(Verdict.Mismatch, result.Verdict);
        var text = result.Failures[0].ToString();
        Assert.Contains("gradient of #0 leaf", text, StringComparison.Ordinal);
        Assert.Contains("ours", text, StringComparison.Ordinal);
        Assert.Contains("theirs", text, StringComparison.Ordinal);
        Assert.Contains("./parity run \"tanh @ ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_to_run_again_meets_the_same_difference()
    {
        var context = SuiteFixture.Context with { Ours = new ModelBackend(ParitySuite.Default.Ops, Probe.NudgedValue("div")) };
        var first = SuiteFixture.Comparison("div").Run(context).Failures[0];
        var filter = ItemFilter.Parse(first.Again["./parity run \"".Length..^1]);
        var again = filter.Select(ParitySuite.Default.Comparisons()).Single().Run(context with { OnlyPoint = filter.Point });
        Assert.Contains(again.Failures, f => f.Ours is { } ours && Ulps.Same(ours, first.Ours!.Value) && f.Input == first.Input);
    }

    [Fact]
    public void A_known_difference_that_no_longer_differs_fails_the_run()
    {
        var stale = new KnownDifference("tanh", "at 0.5", (point, _, _) => point[0] == 0.5, "No reason.");
        var result = SuiteFixture.Comparison("tanh").Run(SuiteFixture.Context with { Known = [stale] });
        Assert.Equal(Verdict.Mismatch, result.Verdict);
        Assert.Contains("no longer differs", result.Errors.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_known_difference_covers_its_point_only()
    {
        var faulty = new ModelBackend(ParitySuite.Default.Ops, Probe.NudgedValue("tanh"));
        var known = new KnownDifference("tanh", "at 0.5", (point, _, _) => point[0] == 0.5, "Nudged.");
        var result = SuiteFixture.Comparison("tanh").Run(SuiteFixture.Context with { Ours = faulty, Known = [known] });
        Assert.Equal(2, result.Counts.Known);
        Assert.True(result.Counts.Mismatch > 0);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void A_missing_gradient_is_a_difference()
    {
        var program = ProgramBuilder.Define("x", p => p.Leaf("x", 1) * 2);
        var right = SuiteFixture.Context.Ours.Run(program, program.DefaultInput);
        var wrong = right with { Gradients = [null, .. right.Gradients.Skip(1)] };
        var differences = new List<Difference>();
        var counts = TraceComparer.Compare(program, program.DefaultInput, wrong, right, (_, _, _, _) => (Verdict.Mismatch, ""), differences);
        Assert.Equal(1, counts.Mismatch);
        Assert.Contains("ours    none", differences.Single().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_divergence_comes_first()
    {
        var program = ProgramBuilder.Define("chain", p => p.Leaf("x", 0.5).Tanh().Exp().Log());
        var right = SuiteFixture.Context.Ours.Run(program, program.DefaultInput);
        var faulty = new ModelBackend(ParitySuite.Default.Ops, Probe.NudgedValue("exp")).Run(program, program.DefaultInput);
        var differences = new List<Difference>();
        TraceComparer.Compare(program, program.DefaultInput, faulty, right, (_, _, _, _) => (Verdict.Mismatch, ""), differences);
        Assert.StartsWith("#2 exp", differences[0].Node, StringComparison.Ordinal);
        Assert.Equal(Quantity.Value, differences[0].Quantity);
    }

    [Fact]
    public void An_exception_on_one_side_is_an_error_of_the_item_and_not_of_the_run()
    {
        var results = ParityRun.Run([SuiteFixture.Comparison("tanh")], SuiteFixture.Context with { Ours = new Broken() });
        Assert.Equal(Verdict.Mismatch, results[0].Verdict);
        Assert.Contains("broken on purpose", results[0].Errors.Single(), StringComparison.Ordinal);
        Assert.Equal(1, ParityRun.Total(results).Mismatch);
    }

    private sealed class Broken : IBackend
    {
        public string Name => "broken";

        public Trace Run(Program program, ProgramInput input) => throw new InvalidOperationException("broken on purpose");
    }
}
