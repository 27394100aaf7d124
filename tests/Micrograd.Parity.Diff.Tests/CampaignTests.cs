using Micrograd.Parity.Diff.Tests.Pairs;
using Micrograd.Parity.Recording;

namespace Micrograd.Parity.Diff.Tests;

/// <summary>Planted mistakes are found and named, and ports without one are not blamed.</summary>
public sealed class CampaignTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-").FullName;

    public static TheoryData<string> Honest => [.. PairList.All.SelectMany(pair => pair.Honest.Select(variant => $"{pair.Name}/{variant.Name}"))];

    public static TheoryData<string> Faults => [.. PairList.All.SelectMany(pair => pair.Faults.Select(fault => $"{pair.Name}/{fault.Name}"))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Honest))]
    public void A_port_without_a_mistake_is_not_blamed(string name) => Assert.Equal([], Compare(name).Findings.Select(Shown));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_mistake_is_found_and_named(string name)
    {
        var fault = (PlantedFault)PairList.Find(name).Variant;
        var result = Compare(name);
        Assert.Equal(DiffVerdict.Parted, result.Verdict);
        if (fault.IsNamed)
            Assert.Contains(fault.Cause, result.Findings.Take(2).SelectMany(finding => finding.Causes).Select(cause => cause.Name));
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
    [InlineData("mlp/no transposition", "fc2")]
    [InlineData("mlp/sum for mean", "loss")]
    [InlineData("mlp/gradients not cleared", "fc3.bias")]
    [InlineData("mlp/no clipping", "fc1.weight")]
    [InlineData("gpt/no mask", "transformer.h.0.attn.c_proj")]
    [InlineData("gpt/no residual of the perceptron", "transformer.h.0")]
    [InlineData("gpt/unbiased variance", "transformer.h.0.ln_1")]
    [InlineData("convnet/kernel flipped", "conv1")]
    [InlineData("recurrent/sequence backwards", "lstm")]
    [InlineData("batchnorm/over features", "bn1")]
    public void Statistics_suffice_for_the_first_step_and_module(string name, string of)
    {
        var (whole, summary) = (Compare(name).Findings[0], Compare(name, Keep.Statistics).Findings[0]);
        Assert.Equal((whole.Step, whole.Stage, of), (summary.Step, summary.Stage, summary.Name));
    }

    [Fact]
    public void Hashes_tell_the_first_tensor_with_other_bits()
    {
        Assert.Equal(DiffVerdict.Same, Compare("mlp/plain", Keep.Hashes).Verdict);
        var finding = Compare("mlp/no transposition", Keep.Hashes).Findings[0];
        Assert.Equal((0, "fc2"), (finding.Step, finding.Name));
    }

    [Fact]
    public void At_least_95_percent_of_the_mistakes_are_named_and_there_are_50_honest_ports()
    {
        var faults = PairList.All.SelectMany(pair => pair.Faults).ToList();
        Assert.InRange(faults.Count(fault => fault.IsNamed), 0.95 * faults.Count, faults.Count);
        Assert.InRange(Honest.Count, 50, int.MaxValue);
    }

    private static string Shown(Finding finding) =>
        $"{finding.Stage} {finding.Step} {finding.What} [{string.Join(", ", finding.Causes.Select(cause => cause.Name))}] {finding.Difference?.Relative:G2} {finding.WrongSides}";

    private DiffResult Compare(string name, Keep keep = Keep.All)
    {
        var (pair, variant) = PairList.Find(name);
        var (original, port) = (Path.Combine(_folder, "original"), Path.Combine(_folder, "port"));
        foreach (var folder in new[] { original, port }.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        pair.Record(original, port, variant, keep);
        return RunDiff.Compare(original, port, int.MaxValue, (_, _) => { }, default);
    }
}
