using Micrograd.Parity.Reports;
using Micrograd.Parity.Speed;

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

    [Theory]
    [InlineData("{", "line 1: it is no JSON document")]
    [InlineData("[]", "it is no JSON object")]
    [InlineData("{}", "it has no format")]
    [InlineData("{\"format\": 3}", "it has no format")]
    [InlineData("{\"format\": \"trx\"}", "its format is 'trx'")]
    [InlineData("{\"format\": \"micrograd-parity-fuzz\", \"version\": 2}", "its version is 2")]
    [InlineData("{\"format\": \"micrograd-parity-fuzz\", \"version\": 1}", "it lacks a part of a campaign")]
    [InlineData("{\"format\": \"micrograd-parity-bench\", \"version\": 1, \"machine\": 3}", "it lacks a part of a measurement")]
    public void Other_documents_are_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Companions.None.With(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void One_of_a_kind_is_enough()
    {
        var text = BenchJson.Write(ReportFixture.Red.Beside.Bench!);
        Assert.Contains("already", Assert.Throws<InvalidDataException>(() => Companions.None.With(text).With(text)).Message, StringComparison.Ordinal);
    }
}
