using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Reports.Html;
using Micrograd.Parity.Tests.Reports;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Inputs;

/// <summary>
/// Ten thousand broken documents of every reader but the traces' (see Traces/CorruptionTests): each is refused in one line that names a line of
/// the file, or is read, and then every report can be written from it, with nothing that a terminal would obey.
/// </summary>
[Trait("Speed", "slow")]
public class HostileInputTests
{
    private const string Training = """
        {
          "name": "xor",
          "sizes": [2, 4, 1],
          "activations": ["tanh", "linear"],
          "bias": true,
          "init": {"kind": "uniform", "low": -1, "high": 1},
          "seed": 7,
          "data": {"kind": "inline", "inputs": [[0, 1], [1, 0]], "targets": [[1], [0]]},
          "batch_size": 1,
          "loss": {"kind": "mse_loss", "reduction": "sum"},
          "l2": 0.001,
          "optimizer": {"kind": "sgd", "lr": 0.1, "momentum": 0.9, "nesterov": true},
          "schedule": {"kind": "cosine", "t_max": 10},
          "clip": {"kind": "norm", "max_norm": 1},
          "steps": 3
        }
        """;

    private const string Csv = "a,b,y\n1,2,3\n-0.5,1e3,0\n\n4,5,6\n";

    private static readonly Dictionary<string, (string Text, Action<string> Read)> s_readers = new()
    {
        ["program"] = (ProgramWriter.Write(ParitySuite.Default.Programs.Single(p => p.Name == "neuron")), text =>
            ProgramReader.Read(text, ParitySuite.Default.Ops)
        ),
        ["training"] = (Training, text => AnyMlp.Run(TrainingFile.Parse(text, AllParts.Default))),
        ["csv"] = (Csv, text => CsvData.Read(new StringReader(text))),
        ["run"] = (JsonReport.Write(Small(ReportFixture.Red)), text => WriteAll(JsonReport.Read(text))),
        ["fuzz"] = (ReportFixture.FuzzDocument, text => WriteAll(Empty with { Beside = Companions.None.With(text) })),
        ["merge"] = (ReportFixture.FuzzDocument, text => FuzzMerge.Merge([("a.json", text)])),
        ["bench"] = (BenchJson.Write(ReportFixture.Red.Beside.Bench!), text => WriteAll(Empty with { Beside = Companions.None.With(text) })),
        ["faults"] = (ReportFixture.FaultsDocument, text => WriteAll(Empty with { Beside = Companions.None.With(text) })),
        ["opinions"] = (ReportFixture.OpinionsDocument, text => WriteAll(Empty with { Beside = Companions.None.With(text) })),
    };

    public static TheoryData<string> Readers => [.. s_readers.Keys];

    private static RunReport Empty => ReportFixture.Red with { Items = [] };

    [Theory]
    [MemberData(nameof(Readers))]
    public void What_is_whole_is_read(string reader) => s_readers[reader].Read(s_readers[reader].Text);

    [Theory]
    [MemberData(nameof(Readers))]
    public void What_is_broken_is_refused_with_its_line_or_can_be_written(string reader)
    {
        const int Broken = 1_112;
        var (text, read) = s_readers[reader];
        var refused = 0;
        for (var i = 0; i < Broken; i++)
        {
            var broken = Corruption.Of(text, new SeededRandom(41, i));
            try
            {
                read(broken);
            }
            catch (Exception e) when (e is InvalidDataException or FormatException or TrainingFileException or ProgramFormatException)
            {
                Assert.True(
                    e.Message.Length < 1000 && e.Message.Contains("line ", StringComparison.Ordinal),
                    $"corruption {i}: {PlainText.Short(e.Message, 1500)}"
                );
                refused++;
            }
            catch (Exception e) when (e is not global::Xunit.Sdk.XunitException)
            {
                Assert.Fail($"corruption {i} of {reader}: {PlainText.Short(e.ToString(), 1500)}");
            }
        }

        Assert.InRange(refused, Broken / 10, Broken);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void Hostile_texts_come_out_of_every_format_as_they_may_be_shown(string reader)
    {
        var (text, read) = s_readers[reader];
        for (var i = 0; i < 100; i++)
        {
            try
            {
                read(Corruption.WithHostileText(text, new SeededRandom(43, i)));
            }
            catch (Exception e) when (e is InvalidDataException or FormatException or TrainingFileException or ProgramFormatException)
            {
                AssertPlain(e.Message, i);
            }
        }
    }

    /// <summary>Some items of each kind, for documents small enough to be broken often.</summary>
    private static RunReport Small(RunReport report) =>
        new(
            report.Environment,
            [
                .. report
                    .Items.Where(i => i.Details.OfType<ProgramGraph>().All(g => g.Count < 20))
                    .GroupBy(i => i.Kind)
                    .SelectMany(kind => kind.OrderBy(i => JsonReport.Write(report with { Items = [i] }).Length).Take(3)),
            ]
        );

    private static void WriteAll(RunReport report)
    {
        AssertPlain(MarkdownReport.Write(report), -1);
        AssertPlain(JUnitReport.Write(report), -1);
        AssertPlain(HtmlReport.Write(report), -1);
        JsonReport.Write(report);
    }

    private static void AssertPlain(string text, int index)
    {
        var at = text.AsSpan().IndexOfAny(s_unfit);
        Assert.True(
            at < 0,
            $"hostile text {index}: {(at < 0 ? "" : PlainText.OneLine(text.Substring(Math.Max(0, at - 40), Math.Min(80, text.Length - Math.Max(0, at - 40)))))}"
        );
    }

    private static readonly System.Buffers.SearchValues<char> s_unfit = System.Buffers.SearchValues.Create([
        .. Enumerable
            .Range(0, char.MaxValue + 1)
            .Select(c => (char)c)
            .Where(c =>
                c is not ('\n' or '\t')
                && char.GetUnicodeCategory(c)
                    is UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
            ),
    ]);
}
