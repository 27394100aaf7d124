using System.Runtime.Intrinsics.X86;
using Micrograd.Parity.Diff.Tests.Pairs;
using Micrograd.Parity.Recording;

namespace Micrograd.Parity.Diff.Tests;

/// <summary>Planted mistakes are found where they are and named, and ports without one are not blamed.</summary>
public sealed class CampaignTests(RecordedPairs recorded)
{
    public static TheoryData<string> Honest => [.. PairList.All.SelectMany(pair => pair.Honest.Select(variant => $"{pair.Name}/{variant.Name}"))];

    public static TheoryData<string> Faults => [.. PairList.All.SelectMany(pair => pair.Faults.Select(fault => $"{pair.Name}/{fault.Name}"))];

    public static MatrixTheoryData<string, string> Processors =>
        new([.. Processor.All.Select(processor => processor.Name)], [.. PairList.All.Select(pair => pair.Name)]);

    [Theory]
    [MemberData(nameof(Honest))]
    public void A_port_without_a_mistake_has_the_losses_of_the_original_and_is_not_blamed(string name)
    {
        var result = Compare(name);
        Assert.NotEmpty(result.Losses);
        Assert.All(result.Losses, loss => Assert.True(Math.Abs(loss.Original - loss.Port) <= 1e-3 * Math.Abs(loss.Original), $"{loss}"));
        Assert.Equal([], result.Findings.Select(Shown));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_mistake_is_found_where_it_is_and_named(string name)
    {
        var fault = (PlantedFault)PairList.Find(name).Variant;
        var result = Compare(name);
        Assert.Equal(DiffVerdict.Parted, result.Verdict);
        var first = result.Findings[0];
        Assert.Equal($"{fault.Stage} {fault.Step} '{fault.Of}' {fault.Quantity}", $"{first.Stage} {first.Step} '{first.Name}' {first.Quantity}");
        Assert.NotEqual(Side.Original, first.WrongSides);
        Assert.Contains(fault.Cause, result.Findings.Take(2).SelectMany(finding => finding.Causes).Select(cause => cause.Name));
    }

    [Theory]
    [MemberData(nameof(Processors))]
    public void An_original_that_was_computed_on_another_processor_differs_by_rounding_alone(string processor, string pair)
    {
        var result = recorded.CompareWith(Processor.All.Single(p => p.Name == processor), PairList.All.Single(p => p.Name == pair));
        Assert.Equal([], result.Findings.Select(Shown));
        // Without other bits nothing has been shown; kernels for any processor round otherwise than those with fused products.
        if (Fma.IsSupported && processor == Processor.All[0].Name)
            Assert.Equal(DiffVerdict.Rounding, result.Verdict);
    }

    [Theory]
    [InlineData("mlp/plain")]
    [InlineData("gpt/plain")]
    [InlineData("convnet/plain")]
    [InlineData("recurrent/plain")]
    [InlineData("autoencoder/plain")]
    [InlineData("batchnorm/plain")]
    [InlineData("mlp/two threads")]
    [InlineData("gpt/softmax by hand")]
    public void Statistics_do_not_blame_a_port_without_a_mistake(string name) =>
        Assert.Equal([], Compare(name, Keep.Statistics).Findings.Select(Shown));

    [Theory]
    [InlineData("mlp/no transposition")]
    [InlineData("mlp/sum for mean")]
    [InlineData("mlp/gradients not cleared")]
    [InlineData("mlp/no clipping")]
    [InlineData("gpt/no mask")]
    [InlineData("gpt/no residual of the perceptron")]
    [InlineData("gpt/unbiased variance")]
    [InlineData("convnet/kernel flipped")]
    [InlineData("recurrent/sequence backwards")]
    [InlineData("batchnorm/over features")]
    public void Statistics_suffice_for_the_first_step_and_module(string name)
    {
        var (fault, first) = ((PlantedFault)PairList.Find(name).Variant, Compare(name, Keep.Statistics).Findings[0]);
        Assert.Equal((fault.Step, fault.Stage, fault.Of), (first.Step, first.Stage, first.Name));
    }

    [Fact]
    public void Hashes_tell_the_first_tensor_with_other_bits()
    {
        Assert.Equal(DiffVerdict.Same, Compare("mlp/plain", Keep.Hashes).Verdict);
        var finding = Compare("mlp/no transposition", Keep.Hashes).Findings[0];
        Assert.Equal((0, "fc2"), (finding.Step, finding.Name));
    }

    [Fact]
    public void There_are_as_many_as_a_campaign_needs()
    {
        Assert.Equal(6, PairList.All.Count);
        Assert.InRange(Faults.Count, 200, int.MaxValue);
        Assert.InRange(Honest.Count, 50, int.MaxValue);
    }

    private static string Shown(Finding finding) =>
        $"{finding.Stage} {finding.Step} {finding.What} [{string.Join(", ", finding.Causes.Select(cause => cause.Name))}] {finding.Difference?.Relative:G2} {finding.WrongSides}";

    private DiffResult Compare(string name, Keep keep = Keep.All)
    {
        var (pair, variant) = PairList.Find(name);
        return recorded.Compare(pair, variant, keep);
    }
}
