using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Mutation;

namespace Micrograd.Parity.Tests.Mutation;

public class MutationScoreTests
{
    private const string Report = """
        {"schemaVersion":"2","files":{"src/Micrograd/Ops/A.cs":{"language":"cs","source":"var a = b + c;\r\nreturn a\r\n  ? 1\r\n  : 2;","mutants":[
          {"id":"1","replacement":"b - c","location":{"start":{"line":1,"column":9},"end":{"line":1,"column":14}},"status":"Killed"},
          {"id":"2","replacement":"a ? 2 : 1","location":{"start":{"line":2,"column":8},"end":{"line":4,"column":6}},"status":"Survived"},
          {"id":"3","replacement":";","location":{"start":{"line":2,"column":1},"end":{"line":2,"column":7}},"status":"Ignored"},
          {"id":"4","replacement":"b * c","location":{"start":{"line":1,"column":9},"end":{"line":1,"column":14}},"status":"Timeout"}]}}}
        """;

    private static readonly EquivalentMutant s_swap = new("A.cs", "return a", "a ? 1 : 2", "a ? 2 : 1", "1 and 2 are the same to all who read it.");

    [Fact]
    public void A_mutant_is_read_with_what_it_replaces()
    {
        var mutants = MutationReport.Read(Report);
        Assert.Equal(new Mutant("A.cs", 1, "var a = b + c;", "b + c", "b - c", MutantFate.Killed), mutants[0]);
        Assert.Equal(new Mutant("A.cs", 2, "return a", "a ? 1 : 2", "a ? 2 : 1", MutantFate.Survived), mutants[1]);
    }

    [Fact]
    public void A_mutant_alone_in_its_line_is_told_from_others_by_the_line_before()
    {
        const string Alone = """
            {"files":{"A.cs":{"source":"if (a)\n  goto End;\nb();\ngoto End;","mutants":[
              {"replacement":";","location":{"start":{"line":2,"column":3},"end":{"line":2,"column":12}},"status":"Survived"},
              {"replacement":";","location":{"start":{"line":4,"column":1},"end":{"line":4,"column":10}},"status":"Killed"}]}}}
            """;
        Assert.Equal(["if (a) goto End;", "b(); goto End;"], MutationReport.Read(Alone).Select(m => m.Source));
    }

    [Fact]
    public void What_lives_and_is_not_listed_fails()
    {
        var score = MutationScore.Of(MutationReport.Read(Report), []);
        Assert.False(score.Holds);
        Assert.Equal((2, 1), (score.Killed, score.Alive.Count));
        Assert.Equal(2 / 3.0, score.Share);
    }

    [Fact]
    public void What_lives_and_is_listed_with_a_reason_holds() => Assert.True(MutationScore.Of(MutationReport.Read(Report), [s_swap]).Holds);

    [Fact]
    public void What_is_listed_and_killed_fails()
    {
        var listed = new EquivalentMutant("A.cs", "var a = b + c;", "b + c", "b - c", "It was thought so.");
        Assert.Equal([listed], MutationScore.Of(MutationReport.Read(Report), [s_swap, listed]).Stale);
    }

    [Fact]
    public void No_mutants_are_no_proof() => Assert.False(MutationScore.Of([], []).Holds);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData(
        """{"files":{"a":{"source":"x","mutants":[{"location":{"start":{"line":9,"column":1},"end":{"line":9,"column":2}},"status":"Killed"}]}}}"""
    )]
    public void What_is_no_report_is_refused(string text) => Assert.Throws<FormatException>(() => MutationReport.Read(text));

    [Fact]
    public void A_listing_without_reason_is_refused() =>
        Assert.Throws<FormatException>(() =>
            EquivalentMutant.Read("""[{"file":"A.cs","source":"s","original":"a","replacement":"b","reason":" "}]""")
        );

    [Fact]
    public void The_list_can_be_read() =>
        Assert.NotNull(EquivalentMutant.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "equivalent.json"))));
}
