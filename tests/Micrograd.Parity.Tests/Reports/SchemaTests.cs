using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Tests.Reports;

/// <summary>docs/run.schema.json says what the documents are: those written satisfy it, others do not.</summary>
public class SchemaTests
{
    private static readonly Schema s_schema = Schema.Of("run.schema.json");

    [Theory]
    [MemberData(nameof(ReportFixture.Names), MemberType = typeof(ReportFixture))]
    public void Documents_satisfy_the_schema(string name) => Assert.Empty(s_schema.Faults(JsonReport.Write(ReportFixture.Report(name))));

    [Theory]
    [InlineData("\"version\": 3", "\"version\": 1", "/version")]
    [InlineData("\"processor\": ", "\"cpu\": ", "/environment/cpu")]
    [InlineData("\"mkl\": \"", "\"mkl\": 3, \"x\": \"", "/environment/mkl")]
    [InlineData("\"seed\": 2", "\"sed\": 2", "/environment: ")]
    [InlineData("\"verdict\": \"same_bits\"", "\"verdict\": \"fine\"", "/items/0/verdict")]
    [InlineData("\"points\": ", "\"points\": -", "/items/0/points")]
    [InlineData("\"at\": [", "\"at\": [\"inf\", ", "/items/0/curve/at/0")]
    public void Other_documents_do_not(string old, string broken, string place)
    {
        var text = JsonReport.Write(ReportFixture.Green);
        var at = text.IndexOf(old, StringComparison.Ordinal);
        var faults = s_schema.Faults(text[..at] + broken + text[(at + old.Length)..]);
        Assert.Contains(faults, f => f.StartsWith(place, StringComparison.Ordinal));
    }
}
