using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Training;

public class TrainingRunsTests
{
    public static TheoryData<string> Names => [.. TrainingRuns.All.Select(r => r.Name)];

    public static TheoryData<string> NamesWithModules => [.. TrainingRuns.All.Where(r => r.Mirrors.Contains(MirrorKind.Modules)).Select(r => r.Name)];

    public static TheoryData<string> Examples =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "examples"), "*.json").Select(f => Path.GetFileName(f))];

    [Fact]
    public void There_are_at_least_25_and_their_names_differ()
    {
        Assert.True(TrainingRuns.All.Count >= 25);
        Assert.Distinct(TrainingRuns.All.Select(r => r.Name));
    }

    [Trait("Speed", "slow")]
    [Theory]
    [MemberData(nameof(Names))]
    public void The_0_dim_mirror_has_the_same_bits(string name)
    {
        var result = Brief(name, MirrorKind.ZeroDim);
        Assert.Empty(result.Errors.Concat(result.Failures.Select(f => f.ToString())));
        Assert.Equal(Verdict.SameBits, result.Verdict);
    }

    [Theory]
    [MemberData(nameof(NamesWithModules))]
    public void The_mirror_of_modules_is_within_bound(string name) => Assert.True(Brief(name, MirrorKind.Modules).Verdict <= Verdict.WithinBound);

    [Trait("Speed", "slow")]
    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_trains_alike_on_both_sides(string file)
    {
        var spec = TrainingFile.Read(Path.Combine(AppContext.BaseDirectory, "examples", file), AllParts.Default) with { Steps = 3 };
        Assert.Equal(Verdict.SameBits, Context.Compare(AnyMlp.Run(spec), MirrorKind.ZeroDim).Verdict);
        Assert.True(Context.Compare(AnyMlp.Run(spec), MirrorKind.Modules).Verdict <= Verdict.WithinBound);
    }

    [Fact]
    public void A_figure_that_is_not_reproduced_fails_the_run()
    {
        var run = TrainingRuns.All.Single(r => r.Name == "neuron, one step") with { Figures = [TrainingFigure.Loss(0, "0.50001")] };
        var result = Context.Compare(run, MirrorKind.ZeroDim);
        Assert.Equal(Verdict.Mismatch, result.Verdict);
        Assert.Contains("printed elsewhere as 0.50001", result.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_does_not_fall_fails_the_run()
    {
        var run = TrainingRuns.All.Single(r => r.Name == "neuron, twenty steps") with { LossBelow = 0 };
        Assert.Contains("was to fall below", Context.Compare(run, MirrorKind.ZeroDim).Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_curve_keeps_the_first_and_the_last_step()
    {
        var run = TrainingRuns.All.Single(r => r.Name == "four points, lr 0.1, 200 steps");
        var curve = Context.Compare(run, MirrorKind.Modules).Training!.Curve;
        Assert.Equal(0, curve[0].Step);
        Assert.Equal(199, curve[^1].Step);
        Assert.InRange(curve.Count, 40, 60);
        Assert.All(curve, p => Assert.True(p.Drift < 1e-9));
    }

    private static ItemResult Brief(string name, MirrorKind mirror) =>
        Context.Compare(TrainingRuns.All.Single(r => r.Name == name), mirror, TrainingLength.Brief);
}
