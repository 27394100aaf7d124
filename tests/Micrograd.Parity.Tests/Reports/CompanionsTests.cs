using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Tests.Reports;

public class CompanionsTests
{
    [Fact]
    public void A_measurement_is_read_back()
    {
        var bench = ReportFixture.Red.Beside.Bench!;
        var text = BenchJson.Write(bench);
        Assert.Equal(text, BenchJson.Write(Companions.None.With(text).Bench!));
    }

    [Fact]
    public void A_campaign_is_read_back()
    {
        var fuzz = ReportFixture.Red.Beside.Fuzz!;
        Assert.True(fuzz.Programs > 0 && fuzz.Differing > 0);
        Assert.Equal(["exp", "mul"], fuzz.Ops.Select(o => o.Op));
        var finding = fuzz.Findings[0];
        Assert.NotEmpty(finding.Differences);
        Assert.Equal(1ul, finding.Differences[0].Ulp);
        Assert.Contains("./parity fuzz", finding.Again, StringComparison.Ordinal);
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void Opinions_are_read_back()
    {
        var opinions = ReportFixture.Red.Beside.Opinions!;
        Assert.False(opinions.Holds);
        Assert.NotEmpty(opinions.Items.SelectMany(o => o.Kinks));
        Assert.NotEmpty(opinions.Items.SelectMany(o => o.Truth.SpecialPoints));
        var text = OpinionsJson.Write(opinions);
        Assert.Equal(text, OpinionsJson.Write(Companions.None.With(text).Opinions!));
    }

    [Fact]
    public void Planted_mistakes_are_read()
    {
        var faults = Companions.None.With(ReportFixture.FaultsDocument).Faults!;
        Assert.Equal(new FaultScore("op", 2, 1, 1, 1), Assert.Single(faults.Levels));
        Assert.Equal([new PlantedFault("a", "op", "A", true, "#1", "a"), new PlantedFault("b", "op", "B", false, null, null)], faults.Faults);
        Assert.Equal((7, false), (faults.FaultFree, faults.Holds));
        Assert.Equal(["x"], faults.Alarms);
    }

    [Theory]
    [InlineData("{", "line 1: this is no JSON")]
    [InlineData("[]", "the document must be an object")]
    [InlineData("{}", "it has no format")]
    [InlineData("{\"format\": 3}", "'format' must be a text")]
    [InlineData("{\"format\": \"trx\"}", "its format is 'trx'")]
    [InlineData("{\"format\": \"micrograd-parity-fuzz\", \"version\": 1}", "the document's version is 1")]
    [InlineData("{\"format\": \"micrograd-parity-faults\", \"version\": 2}", "the document has no 'summary'")]
    [InlineData("{\"format\": \"micrograd-parity-fuzz\", \"version\": 3}", "the document has no 'summary'")]
    [InlineData("{\"format\": \"micrograd-parity-opinions\", \"version\": 2}", "the document's version is 2")]
    [InlineData("{\"format\": \"micrograd-parity-opinions\", \"version\": 3}", "the document has no 'environment'")]
    [InlineData("{\"format\": \"micrograd-parity-bench\", \"version\": 2, \"machine\": 3}", "'machine' must be a text, but is 3")]
    public void Other_documents_are_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Companions.None.With(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void One_of_a_kind_is_enough()
    {
        var text = BenchJson.Write(ReportFixture.Red.Beside.Bench!);
        Assert.Contains(
            "already",
            Assert.Throws<InvalidDataException>(() => Companions.None.With(text).With(text)).Message,
            StringComparison.Ordinal
        );
    }
}
