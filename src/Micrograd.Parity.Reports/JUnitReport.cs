using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Reports;

/// <summary>A run as JUnit XML, as CI servers read it: a suite a kind, a case a comparison.</summary>
internal static class JUnitReport
{
    /// <summary>The document's text.</summary>
    public static string Write(RunReport report)
    {
        var causes = RootCause.Group(report.Items);
        var suites = report.Items.GroupBy(i => i.Kind).Select((kind, id) => Suite(report.Environment, [.. kind], causes, id));
        var text = new StringBuilder();
        using (
            var writer = XmlWriter.Create(
                text,
                new XmlWriterSettings
                {
                    Indent = true,
                    OmitXmlDeclaration = true,
                    NewLineChars = "\n",
                }
            )
        )
            new XElement("testsuites", suites).Save(writer);
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{text}\n";
    }

    private static XElement Suite(RunEnvironment e, List<ItemResult> items, IReadOnlyList<RootCause> causes, int id) =>
        new(
            "testsuite",
            new XAttribute("name", items[0].Kind.Word),
            new XAttribute("id", id),
            new XAttribute("package", "parity"),
            new XAttribute("hostname", "localhost"),
            new XAttribute("timestamp", (e.Time ?? DateTimeOffset.UnixEpoch).UtcDateTime.ToString("s", CultureInfo.InvariantCulture)),
            new XAttribute("tests", items.Count),
            new XAttribute("failures", items.Count(i => i.Verdict == Verdict.Mismatch)),
            new XAttribute("errors", 0),
            new XAttribute("skipped", 0),
            new XAttribute("time", Seconds(items.Sum(i => i.Seconds))),
            new XElement(
                "properties",
                Property("torch", e.Torch),
                Property("torchsharp", e.TorchSharp),
                Property("kernels", e.Kernels),
                Property("mkl", e.Mkl ?? ""),
                Property("processor", e.Processor),
                Property("runtime", e.Runtime),
                Property("system", e.System),
                Property("commit", e.Commit),
                Property("filter", e.Filter),
                Property("seed", e.Seed.ToString(CultureInfo.InvariantCulture))
            ),
            items.Select(item => Case(item, causes.FirstOrDefault(c => c.Items.Contains(item)))),
            new XElement("system-out", Clean(string.Join('\n', items.SelectMany(Remarks)))),
            new XElement("system-err")
        );

    private static XElement Case(ItemResult item, RootCause? cause) =>
        new(
            "testcase",
            new XAttribute("classname", Clean($"parity.{item.Kind.Word}")),
            new XAttribute("name", Clean(item.Name)),
            new XAttribute("time", Seconds(item.Seconds)),
            item.Verdict != Verdict.Mismatch
                ? null
                : new XElement(
                    "failure",
                    new XAttribute("type", "mismatch"),
                    new XAttribute(
                        "message",
                        Clean(
                            cause is { Items.Count: > 1 }
                                ? item == cause.First
                                    ? cause.Sentence
                                    : $"follows from {cause.What}, which is wrong"
                                : item.Errors is [var first, ..]
                                    ? first
                                    : $"{Wording.Number(item.Counts.Mismatch)} of {Wording.Number(item.Counts.Compared)} numbers mismatch"
                        )
                    ),
                    Clean(string.Join('\n', Wording.Lines(item)))
                )
        );

    /// <summary>Remarks that are no failures: known differences, and where PyTorch disagrees with itself.</summary>
    private static IEnumerable<string> Remarks(ItemResult item)
    {
        foreach (var known in item.Known)
            yield return $"{item.Name}: known difference: {known}";
        if (item.TorchAgainstItself.Count > 0)
            yield return $"{item.Name}: PyTorch disagrees with itself on {Wording.Number(item.TorchAgainstItself.Count)} numbers, such as {item.TorchAgainstItself.Examples[0]}";
    }

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    private static XElement Property(string name, string value) =>
        new("property", new XAttribute("name", name), new XAttribute("value", Clean(value)));

    /// <summary>A text without characters that XML cannot hold or that a terminal would obey.</summary>
    private static string Clean(string text) => PlainText.Lines(text).Replace('\uFFFE', '\uFFFD').Replace('\uFFFF', '\uFFFD');
}
