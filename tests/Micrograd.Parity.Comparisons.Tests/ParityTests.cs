using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Comparisons.Tests;

/// <summary>Every op and every program against PyTorch: one case a row, so that one can be run alone by its name.</summary>
public class ParityTests
{
    public static TheoryData<string> Ops => Names("op");

    public static TheoryData<string> Programs => Names("program");

    public static TheoryData<string> TrainingRuns => Names("training");

    /// <summary>These and <see cref="SweepTests"/> are what the engine's mutants are tried against: one op each, so that many can be tried at once.</summary>
    [Theory]
    [MemberData(nameof(Ops))]
    public void An_op_agrees_with_PyTorch_as_it_must(string name) => Agrees(name);

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_agrees_with_PyTorch_as_it_must(string name) => Agrees(name);

    [Theory]
    [MemberData(nameof(TrainingRuns))]
    public void A_training_run_agrees_with_PyTorch_as_it_must(string name) => Agrees(name);

    [Fact]
    public void One_seed_gives_one_result()
    {
        var once = ParityRun.Run([SuiteFixture.Comparison("tanh"), SuiteFixture.Comparison("neuron")], SuiteFixture.Context);
        var again = ParityRun.Run([SuiteFixture.Comparison("neuron"), SuiteFixture.Comparison("tanh")], SuiteFixture.Context);
        Assert.Equal(Text(once[0]), Text(again[1]));
        Assert.Equal(Text(once[1]), Text(again[0]));

        static string Text(ItemResult item) => $"{item.Points} {item.Counts} {item.GreatestUlp} {string.Join('|', item.TorchAgainstItself.Examples)}";
    }

    private static TheoryData<string> Names(string kind) =>
        [.. ParitySuite.Default.Comparisons().Where(c => c.Kind.Word == kind).Select(c => c.Name)];

    private static void Agrees(string name)
    {
        var comparison = SuiteFixture.Comparison(name);
        var result = comparison.Run(SuiteFixture.Context);
        Assert.True(
            result.Verdict is Verdict.SameBits or Verdict.KnownDifference || (result.Verdict == Verdict.WithinBound && !comparison.DemandsSameBits),
            string.Join(Environment.NewLine, result.Errors.Concat(result.Failures.Select(f => f.ToString())))
        );
        Assert.True(result.Counts.Compared > 0);
    }
}
