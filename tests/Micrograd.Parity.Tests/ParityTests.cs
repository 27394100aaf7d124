using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Running;

namespace Micrograd.Parity.Tests;

/// <summary>Every op and every program against PyTorch: one case a row, so that one can be run alone by its name.</summary>
public class ParityTests
{
    public static TheoryData<string> Names => [.. ParitySuite.Default.Comparisons().Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_PyTorch_as_it_must(string name)
    {
        var comparison = SuiteFixture.Comparison(name);
        var result = comparison.Run(SuiteFixture.Context);
        Assert.True(
            result.Verdict is Verdict.SameBits or Verdict.KnownDifference || (result.Verdict == Verdict.WithinBound && !comparison.DemandsSameBits),
            string.Join(Environment.NewLine, result.Errors.Concat(result.Failures.Select(f => f.ToString()))));
        Assert.True(result.Counts.Compared > 0);
    }

    [Fact]
    public void One_seed_gives_one_result()
    {
        var once = ParityRun.Run([SuiteFixture.Comparison("tanh"), SuiteFixture.Comparison("neuron")], SuiteFixture.Context);
        var again = ParityRun.Run([SuiteFixture.Comparison("neuron"), SuiteFixture.Comparison("tanh")], SuiteFixture.Context);
        Assert.Equal(Text(once[0]), Text(again[1]));
        Assert.Equal(Text(once[1]), Text(again[0]));

        static string Text(ItemResult item) => $"{item.Points} {item.Counts} {item.GreatestUlp} {string.Join('|', item.TorchAgainstItself.Examples)}";
    }
}
