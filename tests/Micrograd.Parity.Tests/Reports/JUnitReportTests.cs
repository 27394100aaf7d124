using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Tests.Reports;

public class JUnitReportTests
{
    [Theory]
    [MemberData(nameof(ReportFixture.Names), MemberType = typeof(ReportFixture))]
    public void Satisfies_the_schema(string name)
    {
        var schemas = new XmlSchemaSet();
        schemas.Add(null, XmlReader.Create(new StringReader(Resource.Read("junit.xsd"))));
        XDocument.Parse(JUnitReport.Write(ReportFixture.Report(name))).Validate(schemas, (_, e) => Assert.Fail(e.Message));
    }

    [Theory]
    [MemberData(nameof(ReportFixture.Names), MemberType = typeof(ReportFixture))]
    public void Has_a_case_for_each_comparison(string name)
    {
        var report = ReportFixture.Report(name);
        var suites = XDocument.Parse(JUnitReport.Write(report)).Root!.Elements("testsuite").ToList();
        Assert.Equal(report.Items.Count, suites.Sum(s => s.Elements("testcase").Count()));
        Assert.All(suites, s => Assert.Equal((int)s.Attribute("tests")!, s.Elements("testcase").Count()));
        Assert.All(suites, s => Assert.Equal((int)s.Attribute("failures")!, s.Descendants("failure").Count()));
        Assert.Equal(report.Items.Count(i => i.Verdict == Verdict.Mismatch), suites.Sum(s => (int)s.Attribute("failures")!));
    }

    [Fact]
    public void Cases_tell_their_times_and_suites_the_sum()
    {
        foreach (var suite in XDocument.Parse(JUnitReport.Write(ReportFixture.Green)).Root!.Elements("testsuite"))
        {
            var items = ReportFixture.Green.Items.Where(i => i.Kind.Word == (string?)suite.Attribute("name")).ToList();
            Assert.Equal(items.Select(i => (decimal)i.Seconds), suite.Elements("testcase").Select(c => (decimal)c.Attribute("time")!));
            Assert.Equal((double)suite.Attribute("time")!, items.Sum(i => i.Seconds), 0.0011);
            Assert.Contains(items, i => i.Seconds > 0);
        }
    }

    [Fact]
    public void A_failure_holds_what_repeats_it()
    {
        var exp = XDocument.Parse(JUnitReport.Write(ReportFixture.Red)).Descendants("testcase").Single(c => (string?)c.Attribute("name") == "exp");
        Assert.Contains("./parity run \"exp @ ", exp.Element("failure")!.Value, StringComparison.Ordinal);
        Assert.Contains("found   exp: value differs at", exp.Element("failure")!.Value, StringComparison.Ordinal);
        Assert.Contains("ulp apart", exp.Element("failure")!.Value, StringComparison.Ordinal);
    }
}
