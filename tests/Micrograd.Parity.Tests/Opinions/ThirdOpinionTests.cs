using System.Text.Json.Nodes;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Fuzzing.Oracles;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Tests.Opinions;

/// <summary>What finite differences, exact values and PyTorch's vectors say; <c>parity opinions</c> asks of everything.</summary>
public class ThirdOpinionTests
{
    [Trait("Needs", "mpfr")]
    [Theory]
    [InlineData("tanh")]
    [InlineData("div")]
    [InlineData("gelu")]
    [InlineData("logsigmoid")]
    [InlineData("maximum")]
    [InlineData("floor")]
    [InlineData("neuron")]
    public void Right_gradients_are_confirmed(string name)
    {
        var opinion = Of(name, SuiteFixture.Context);
        Assert.Empty(opinion.Differences.Refused);
        Assert.True(opinion.Differences.Checked > 0);
        Assert.True(opinion.Differences.MedianDigits > 6, $"{opinion.Differences.MedianDigits} digits");
    }

    [Trait("Needs", "mpfr")]
    [Theory]
    [InlineData("tanh")]
    [InlineData("div")]
    [InlineData("sigmoid")]
    public void A_planted_wrong_rule_is_refused(string name)
    {
        var wrong = new ModelRules
        {
            Op = new OpRule(name) { Share = (_, operand, _, right) => operand == 0 ? right * (1 + Math.ScaleB(1, -16)) : right },
        };
        var opinion = Of(name, SuiteFixture.Context with { Ours = new ModelBackend(ParitySuite.Default.Ops, wrong) });
        Assert.NotEmpty(opinion.Differences.Refused);
        Assert.All(opinion.Differences.Refused, r => Assert.False(r.Shared));
    }

    [Trait("Needs", "mpfr")]
    [Theory]
    [InlineData("tanh-sign")]
    [InlineData("relu-sign")]
    [InlineData("exp-sign")]
    public void A_listed_mistake_is_refused(string fault)
    {
        var planted = FaultCatalogue.Find(fault);
        var opinion = Of(fault.Split('-')[0], SuiteFixture.Context with { Ours = new ModelBackend(ParitySuite.Default.Ops, planted.Model) });
        Assert.NotEmpty(opinion.Differences.Refused);
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void What_both_sides_have_wrong_is_told_as_shared()
    {
        var wrong = new ModelBackend(ParitySuite.Default.Ops, new ModelRules { Op = new OpRule("tanh") { Share = (_, _, _, right) => 2 * right } });
        var opinion = Of("tanh", SuiteFixture.Context with { Ours = wrong, Theirs = wrong });
        Assert.NotEmpty(opinion.Differences.Refused);
        Assert.All(opinion.Differences.Refused, r => Assert.True(r.Shared));
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void A_known_refusal_is_one_and_is_explained_only_where_both_sides_have_it()
    {
        foreach (var name in KnownRefusals.All.Keys)
        {
            var opinion = Of(name, SuiteFixture.Context);
            Assert.NotEmpty(opinion.Differences.Refused);
            Assert.Empty(opinion.Unexplained);
        }

        var wrong = new ModelRules { Op = new OpRule("hardsigmoid") { Share = (_, _, _, right) => 2 * right } };
        Assert.NotEmpty(Of("hardsigmoid", SuiteFixture.Context with { Ours = new ModelBackend(ParitySuite.Default.Ops, wrong) }).Unexplained);
    }

    [Trait("Needs", "mpfr")]
    [Theory]
    [InlineData("relu", 0, 1, 0)]
    [InlineData("abs", -1, 1, 0)]
    [InlineData("leaky_relu(0.01)", 0.01, 1, 0.01)]
    public void Slopes_at_a_kink_stand_beside_the_choice(string name, double left, double right, double choice)
    {
        var kink = Assert.Single(Of(name, SuiteFixture.Context).Kinks, k => k.At == "0");
        Assert.Equal(left, kink.Left!.Value, 12);
        Assert.Equal(right, kink.Right!.Value, 12);
        Assert.Equal(choice, kink.Theirs);
        Assert.Equal(choice, kink.Ours);
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void A_jump_has_no_slope_on_the_side_that_the_value_does_not_belong_to()
    {
        var jump = Assert.Single(Of("floor", SuiteFixture.Context).Kinks, k => k.At == "1");
        Assert.Null(jump.Left);
        Assert.Equal(0, jump.Right!.Value, 12);
        Assert.Equal(0, jump.Theirs);
        Assert.Null(Assert.Single(Of("hardshrink(0.5)", SuiteFixture.Context).Kinks, k => k.At == "0.5").Right);
    }

    [Trait("Needs", "mpfr")]
    [Theory]
    [InlineData("add", 0.5)]
    [InlineData("mul", 0.5)]
    [InlineData("sqrt", 1)] // MKL's, as Intel states it
    [InlineData("tanh", 1)]
    public void A_0_dim_tensors_errors_are_ours_and_below_what_its_library_states(string name, double stated)
    {
        var truth = Of(name, SuiteFixture.Context).Truth;
        Assert.Equal(truth.Ours, truth.Alone);
        Assert.True(truth.Numbers > 100);
        Assert.InRange(truth.Ours.Value, 0.25, stated);
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void An_error_of_the_engine_is_measured_in_ulps_and_theirs_is_nearer()
    {
        var off = new ModelRules { Op = new OpRule("add") { Value = call => Numerics.Ulps.Step(call.Result, 8) } };
        var truth = Of("add", SuiteFixture.Context with { Ours = new ModelBackend(ParitySuite.Default.Ops, off) }).Truth;
        Assert.InRange(truth.Ours.Value, 7.5, 8.5);
        Assert.InRange(truth.Alone.Value, 0, 0.5);
        Assert.True(truth.VectorNearer > 100 && truth.OursNearer == 0, $"{truth.VectorNearer} {truth.OursNearer}");
        Assert.NotEmpty(truth.SpecialPoints);
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void The_document_has_the_described_shape()
    {
        var context = SuiteFixture.Context;
        var document = JsonNode.Parse(OpinionsJson.Write(new OpinionsReport(Environment(context), [Of("relu", context), Of("neuron", context)])))!;
        Assert.Equal("micrograd-parity-opinions", (string?)document["format"]);
        Assert.Equal(0, (int?)document["summary"]!["refused"]);
        var relu = document["items"]![0]!;
        Assert.Equal(["name", "kind", "reason", "finite_differences", "kinks", "truth", "special_points"], relu.AsObject().Select(m => m.Key));
        Assert.Equal(["checked", "undecided", "least_digits", "median_digits", "refused"], relu["finite_differences"]!.AsObject().Select(m => m.Key));
        Assert.Equal(["at", "left", "right", "ours", "theirs"], relu["kinks"]![0]!.AsObject().Select(m => m.Key));
        Assert.Equal(["value_ulp", "gradient_ulp", "lost"], relu["truth"]!["vector"]!.AsObject().Select(m => m.Key));
        Assert.Equal("program", (string?)document["items"]![1]!["kind"]);
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs/opinions.md"));
        Assert.All(Names(document).Distinct(), name => Assert.Contains($"`{name}`", text, StringComparison.Ordinal));
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void A_document_reads_back_and_what_another_process_found_stands_beside()
    {
        var context = SuiteFixture.Context;
        var relu6 = Of("relu6", context, everyPoint: true);
        var read = OpinionsJson.ReadTruth(OpinionsJson.Write(new OpinionsReport(Environment(context), [relu6])))["relu6"];
        Assert.Equal(relu6.Truth.SpecialPoints, read.SpecialPoints);
        Assert.Equal(relu6.Truth with { SpecialPoints = [] }, read with { SpecialPoints = [] });

        // Of all points those are listed where one of the five numbers is another.
        var same = read.SpecialPoints.Where(p => p.Ours == p.Alone && p.Ours == p.Vector).Take(3).ToArray();
        TruthOpinion With(params SpecialPoint[] points) => read with { SpecialPoints = points };
        var joined = Assert
            .Single(
                PlainOpinions.Beside(
                    [relu6 with { Truth = With([.. same, same[0] with { At = "only here", Vector = 9 }]) }],
                    new Dictionary<string, TruthOpinion> { ["relu6"] = With(same[0], same[1] with { Alone = 5 }, same[2] with { Vector = 7 }) }
                )
            )
            .Truth;
        Assert.Equal(read.Vector, joined.PlainVector);
        Assert.Equal(
            [
                same[1] with
                {
                    PlainAlone = 5,
                    PlainVector = same[1].Vector,
                },
                same[2] with
                {
                    PlainAlone = same[2].Alone,
                    PlainVector = 7,
                },
                same[0] with
                {
                    At = "only here",
                    Vector = 9,
                },
            ],
            joined.SpecialPoints
        );
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void Only_special_points_at_which_sides_part_are_listed_unless_all_are_asked_for()
    {
        var (some, all) = (
            Of("relu6", SuiteFixture.Context).Truth.SpecialPoints,
            Of("relu6", SuiteFixture.Context, everyPoint: true).Truth.SpecialPoints
        );
        Assert.True(all.Count > some.Count, $"{all.Count} {some.Count}");
        Assert.Equal(all.Where(p => !(Numerics.Ulps.Same(p.Ours, p.Alone) && Numerics.Ulps.Same(p.Ours, p.Vector!.Value))), some);
    }

    private static IEnumerable<string> Names(JsonNode? node) =>
        node switch
        {
            JsonObject members => members.SelectMany(m => Names(m.Value).Prepend(m.Key)),
            JsonArray elements => elements.SelectMany(Names),
            _ => [],
        };

    private static RunEnvironment Environment(RunContext context) =>
        new(
            context.Torch.Version,
            context.Torch.TorchSharp,
            context.Torch.Kernels,
            context.Torch.Mkl,
            context.Torch.Processor,
            ".NET",
            "Linux",
            2,
            1
        );

    private static ItemOpinion Of(string name, RunContext context, bool everyPoint = false) =>
        Assert.Single(
            ThirdOpinions.Ask([SuiteFixture.Comparison(name)], ParitySuite.Default.Ops, context, KnownRefusals.All, everyPoint: everyPoint)
        );
}
