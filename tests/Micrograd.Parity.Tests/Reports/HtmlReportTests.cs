using System.Text.RegularExpressions;
using System.Xml.Linq;
using Micrograd.Parity.Bounds;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Reports.Html;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Reports;

public partial class HtmlReportTests
{
    private static readonly string[] s_scopes = ["col", "row"];

    private static readonly Dictionary<string, string> s_texts = new()
    {
        ["green"] = HtmlReport.Write(ReportFixture.Green),
        ["red"] = HtmlReport.Write(ReportFixture.Red),
    };

    private static readonly Dictionary<string, XElement> s_pages = s_texts.ToDictionary(t => t.Key, t => Parse(t.Value));

    public static TheoryData<string> Names => ReportFixture.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Loads_nothing_and_runs_nothing(string name)
    {
        Assert.DoesNotContain(s_pages[name].Descendants(), e =>
            e.Name.LocalName is "script" or "link" or "img" or "iframe" or "object" or "use" or "image" or "base"
        );
        Assert.DoesNotContain(s_pages[name].Descendants().Attributes(), a =>
            a.Name.LocalName is "src" or "srcset" or "style" || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal)
        );
        Assert.DoesNotMatch(@"url\(|@import|https?:", s_texts[name]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Anchors_resolve_and_are_unique(string name)
    {
        var ids = s_pages[name].Descendants().Attributes("id").Select(a => a.Value).ToList();
        Assert.Distinct(ids);
        var links = s_pages[name].Descendants("a").Select(a => (string)a.Attribute("href")!).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.Contains(link[1..], ids));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_item_has_a_card_with_sources_verdict_and_figures(string name)
    {
        var cards = s_pages[name].Descendants("article").Where(IsCard).ToList();
        Assert.Equal(ReportFixture.Report(name).Items.Count, cards.Count);
        foreach (var (item, card) in ReportFixture.Report(name).Items.GroupBy(i => i.Kind).SelectMany(kind => kind).Zip(cards))
        {
            var text = Spaces().Replace(card.Value, " ");
            var source = SourceText.IsLong(item)
                ? Spaces().Replace(s_pages[name].Descendants("article").Single(a => (string?)a.Attribute("id") == LinkedSource(card)).Value, " ")
                : text;
            Assert.Contains(Spaces().Replace(item.Ours, " "), source, StringComparison.Ordinal);
            Assert.Contains(Spaces().Replace(item.Theirs, " "), source, StringComparison.Ordinal);
            var verdict = item.Verdict switch
            {
                Verdict.SameBits => "same bits",
                Verdict.WithinBound => "within bound",
                _ => "MISMATCH",
            };
            Assert.Contains(verdict, card.Element("h3")!.Value, StringComparison.Ordinal);
            var drawings = card.Descendants("svg").Count(s => (string?)s.Attribute("role") == "img");
            Assert.Equal(
                (item.Curve is null ? 0 : 2)
                    + (item.Graph is { IsWhole: true } ? 1 : 0)
                    + (item.Training is null ? 0 : 2)
                    + (item.Training?.Decision is null ? 0 : 1),
                drawings
            );
            Assert.Equal(
                (item.Graph?.Nodes.Count ?? 0)
                    + (item.Kinks?.SecondAt?.Count ?? 0)
                    + (item.Training?.Final.Sum(t => t.Shape.Count < 2 ? t.Ours.Count : t.Shape[0]) ?? 0),
                card.Elements("details").Elements("div").Elements("table").Elements("tbody").Elements("tr").Count()
            );
        }
    }

    [Fact]
    public void A_suite_has_figures_for_every_op_and_program()
    {
        Assert.All(ReportFixture.Green.Items, i => Assert.True(
                i.Kind switch
                {
                    ItemKind.Op => i.Curve is not null,
                    ItemKind.Program => i.Graph is not null,
                    _ => i.Training is not null,
                }
            ));
        Assert.Contains(ReportFixture.Green.Items, i => i.Kinks is { SecondAt: null });
        Assert.Contains(ReportFixture.Green.Items, i => i.Kinks is { SecondAt.Count: 9 });
        Assert.Equal(8, ReportFixture.Green.Items.Count(i => i is { Training: { Mirror: MirrorKind.ZeroDim, Decision: not null } }));
        Assert.All(ReportFixture.Green.Items.Where(i => i.Training is not null), i =>
            Assert.Equal(i.Training!.Parameters, i.Training!.Final.Sum(t => t.Ours.Count))
        );
    }

    [Fact]
    public void Failures_come_first_with_first_divergence_numbers_in_full_and_the_command()
    {
        var main = s_pages["red"].Descendants("main").Single();
        var failures = main.Elements().First();
        Assert.Equal("failures", (string?)failures.Attribute("id"));
        Assert.Equal(ReportFixture.Red.Items.Count(i => i.Verdict == Verdict.Mismatch), failures.Descendants("article").Count());
        var failure = ReportFixture.Red.Items.Single(i => i.Name == "exp").Failures[0];
        foreach (
            var part in new[]
            {
                "First divergence",
                failure.Ours!.Value.ToString("R"),
                failure.Theirs!.Value.ToString("R"),
                "distance1 ulp",
                failure.Again,
                failure.Input,
            }
        )
            Assert.Contains(part, failures.Value.ReplaceLineEndings(""), StringComparison.Ordinal);
        Assert.StartsWith(
            "exp's value is wrong; 1 item follows from it",
            s_pages["red"].Descendants("p").First(p => (string?)p.Attribute("class") == "lead").Value,
            StringComparison.Ordinal
        );
        Assert.Equal("Not the same bits", s_pages["red"].Descendants("h1").Single().Value);
        Assert.DoesNotContain(s_pages["green"].Descendants("section"), s => (string?)s.Attribute("id") == "failures");
    }

    /// <summary>What is wrong comes first, and what follows from it is folded.</summary>
    [Fact]
    public void Failures_are_grouped_by_their_cause()
    {
        var failures = s_pages["red"].Descendants("section").Single(e => (string?)e.Attribute("id") == "failures");
        var causes = failures.Elements("ul").First().Elements("li").Select(li => li.Value).ToList();
        const string Sentence = "exp's value is wrong; 1 item follows from it";
        Assert.Equal(Sentence, causes[0]);
        Assert.Contains("neuron, tanh spelled out", Assert.Single(failures.Elements("details")).Value, StringComparison.Ordinal);
        Assert.Contains("* **exp's value** is wrong; 1 item follows from it", MarkdownReport.Write(ReportFixture.Red), StringComparison.Ordinal);
        var junit = JUnitReport.Write(ReportFixture.Red);
        Assert.Contains($"message=\"{Sentence}\"", junit, StringComparison.Ordinal);
        Assert.Contains("message=\"follows from exp's value, which is wrong\"", junit, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_has_its_diagnosis()
    {
        Assert.Contains("exp: value differs at ", Failure("exp"), StringComparison.Ordinal);
        Assert.Contains("up to 1 ulp apart", Failure("exp"), StringComparison.Ordinal);
        Assert.Contains("No known mistake gives these numbers", Failure("exp"), StringComparison.Ordinal);
        Assert.Contains(
            "A gradient that arrives replaces what arrived before (assigned-for-added, fits 100 %)",
            Failure("a chain of 1,000 additions"),
            StringComparison.Ordinal
        );
        Assert.Contains("assigned in place of added", Failure("a chain of 1,000 additions"), StringComparison.Ordinal);
        Assert.Contains("the first is #11 e = exp(2n)", Failure("neuron, tanh spelled out"), StringComparison.Ordinal);
        Assert.Contains("the change is 1.2 times the right one in all of them", Failure("XOR, learning too fast"), StringComparison.Ordinal);

        static string Failure(string name) =>
            Spaces()
                .Replace(
                    s_pages["red"]
                        .Descendants("section")
                        .First(s => (string?)s.Attribute("id") == "failures")
                        .Descendants("article")
                        .Single(a => a.Element("h3")!.Element("a")!.Value == name)
                        .Value,
                    " "
                );
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void Every_op_and_program_has_the_digits_of_finite_differences_where_they_were_asked_for()
    {
        foreach (var opinion in ReportFixture.Red.Beside.Opinions!.Items)
        {
            var card = Card(opinion.Name);
            Assert.Contains(
                opinion.Name == "exp"
                    ? "Finite differences refuse 40 of 40 gradients"
                    : $"{Wording.Digits(opinion.Differences.LeastDigits)} digits at least",
                card.Value,
                StringComparison.Ordinal
            );
            Assert.Contains("PyTorch's vectors", card.Value, StringComparison.Ordinal);
        }

        var section = Section("opinions");
        Assert.Contains("Refused: exp, ", section.Value, StringComparison.Ordinal);
        Assert.Equal(
            [ReportFixture.Red.Beside.Opinions.Items.Count, ReportFixture.Red.Beside.Opinions.Items.Sum(o => o.Kinks.Count)],
            section.Descendants("table").Take(2).Select(t => t.Element("tbody")!.Elements("tr").Count())
        );
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void Vectors_of_plain_kernels_have_columns_of_their_own_where_they_were_asked_for()
    {
        var page = Parse(HtmlReport.Write(ReportFixture.RedWithPlainVectors));
        var tables = page.Descendants("section").Single(s => (string?)s.Attribute("id") == "opinions").Descendants("table").ToList();
        Assert.Equal(
            [Wording.Error(1234.5), Wording.Error(6789.5)],
            Under(tables.Single(t => t.Element("caption")!.Value.StartsWith("Greatest error", StringComparison.Ordinal)), "vectors, plain", "relu6")
        );
        Assert.Equal([Wording.Full(-77.25)], Under(tables[^1], "vector, plain", "relu6"));
        Assert.DoesNotContain(", plain", Section("opinions").Value, StringComparison.Ordinal);

        static IEnumerable<string> Under(XElement table, string column, string item)
        {
            var header = table.Element("thead")!.Elements("tr").Last().Elements().Select(c => c.Value);
            var row = table.Element("tbody")!.Elements("tr").First(r => r.Element("th")!.Value == item).Elements().Select(c => c.Value).ToList();
            Assert.Equal(header.Count(), row.Count);
            return header.Zip(row).Where(c => c.First == column).Select(c => c.Second);
        }
    }

    [Fact]
    public void Verdicts_that_do_not_occur_take_no_column_of_the_first_screen()
    {
        foreach (var name in s_pages.Keys)
        {
            var total = ReportFixture.Report(name).Summary;
            var others = new[] { ("known", total.Known), ("within bound", total.WithinBound) };
            Assert.Equal(
                ["kind", "items", "numbers", "same bits", "mismatch", .. others.Where(o => o.Item2 > 0).Select(o => o.Item1)],
                Columns(name)
            );
        }

        Assert.DoesNotContain("known", Columns("green"));

        static IEnumerable<string> Columns(string name)
        {
            var table = s_pages[name].Descendants("header").First().Descendants("table").Single();
            var columns = table.Element("thead")!.Element("tr")!.Elements("th").Select(c => c.Value).ToList();
            Assert.All(table.Element("tbody")!.Elements("tr"), row => Assert.Equal(columns.Count, row.Elements().Count()));
            return columns;
        }
    }

    [Fact]
    public void The_share_of_bounds_is_shown_where_there_are_bounds()
    {
        Assert.Equal(BoundUse.BinEnds.Count + 1, Section("bounds").Descendants("tbody").Elements("tr").Count());
        Assert.Contains("greatest share of a bound 0.", Card("cross-entropy, sum, modules").Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clamp(-1, 1)", -1.0, 1.0)]
    [InlineData("hardtanh(-0.5, 2)", -0.5, 2.0)]
    [InlineData("hardshrink(0.5)", -0.5, 0.5)]
    [InlineData("softshrink(0.5)", -0.5, 0.5)]
    [InlineData("threshold(0.5, -7)", 0.5)]
    [InlineData("softplus(2, 1)", 0.5)]
    [InlineData("leaky_relu(0.01)", 0.0)]
    public void Kinks_lie_where_the_settings_put_them(string name, params double[] kinks)
    {
        var samples = ReportFixture.Green.Items.Single(i => i.Kind == ItemKind.Op && i.Name == name).Kinks!;
        Assert.Equal(kinks.SelectMany(k => new[] { Math.BitDecrement(k), k, Math.BitIncrement(k) }), samples.At);
    }

    [Fact]
    public void A_failure_in_training_tells_step_and_phase_and_draws_both_boundaries()
    {
        var failure = s_pages["red"]
            .Descendants("article")
            .First(a => a.Attribute("id") is null && a.Value.Contains("XOR, learning", StringComparison.Ordinal));
        Assert.Contains("First divergence: step 0, update: learning rate", Spaces().Replace(failure.Value, " "), StringComparison.Ordinal);
        var item = ReportFixture.Red.Items.Single(i => i.Name.StartsWith("XOR, learning", StringComparison.Ordinal));
        var plot = new DecisionPlot(item.Training!.Decision!);
        Assert.NotEqual(plot.Ours, plot.Theirs);
        Assert.False(new DriftPlot(item.Training!.Curve).IsZero);
    }

    [Fact]
    public void A_boundary_runs_where_the_network_changes_its_mind()
    {
        // A network that answers x − 1 on the square from −2 to 2, and is asked whether that is above 0: the boundary is x = 1.
        double[] answers = [.. Enumerable.Range(0, 25).Select(i => -2 + i % 5 - 1.0)];
        var plot = new DecisionPlot(new DecisionMap(new PlaneArea(-2, 2, -2, 2), 5, 0, [-2, 2], [-2, 2], [0, 1], answers));
        var ((left, bottom), (right, top)) = (Places(plot.Samples[0]).Single(), Places(plot.Samples[1]).Single());
        Assert.True(left < right && top < bottom);
        var boundary = Places(plot.Ours);
        Assert.All(boundary, p => Assert.Equal(left + (right - left) * 0.75, p.X, 0.06));
        Assert.Equal((top, bottom), (boundary.Min(p => p.Y), boundary.Max(p => p.Y)));
    }

    [Fact]
    public void Losses_that_span_powers_of_ten_are_drawn_by_them()
    {
        static LossPlot Plot(params double[] losses) => new([.. losses.Select((l, i) => new CurvePoint(i, l, l, 0))]);
        Assert.True(Plot(100, 10, 1).IsLogarithmic);
        var (first, second, third) = Places(Plot(100, 10, 1).Ours) is [var a, var b, var c] ? (a, b, c) : default;
        Assert.True(first.X < second.X && first.Y < second.Y);
        Assert.Equal((second.X - first.X, second.Y - first.Y), (third.X - second.X, third.Y - second.Y));
        Assert.False(Plot(3, 2, 1).IsLogarithmic);
        Assert.False(Plot(100, 1, 0).IsLogarithmic);

        // A loss that is no number is a gap: points before and after it, and no line between them.
        var gap = Plot(2, double.NaN, 1).Theirs;
        Assert.Equal(2, Places(gap).Count);
        Assert.DoesNotContain('L', gap);
    }

    [Fact]
    public void What_was_brought_along_has_sections()
    {
        var red = s_pages["red"].Descendants("section").ToDictionary(s => (string)s.Attribute("id")!);
        Assert.Contains("exp", red["fuzz"].Value, StringComparison.Ordinal);
        Assert.Contains("[Fact]", red["fuzz"].Value, StringComparison.Ordinal);
        Assert.Contains("import torch", red["fuzz"].Value, StringComparison.Ordinal);
        Assert.Contains(
            "3 mistakes planted, 2 caught; 7 programs and trainings without one, 1 reported",
            red["faults"].Value,
            StringComparison.Ordinal
        );
        Assert.Contains("Not caught: sin/zero", red["faults"].Value, StringComparison.Ordinal);
        Assert.Contains("Results differ: W2", red["speed"].Value, StringComparison.Ordinal);
        Assert.Equal(ReportFixture.Red.Items.Count(i => i.TorchAgainstItself.Count > 0), red["torch"].Descendants("tbody").Elements("tr").Count());
        Assert.DoesNotContain(s_pages["green"].Descendants("section"), s => (string?)s.Attribute("id") is "fuzz" or "speed" or "faults");
    }

    [Fact]
    public void Where_the_sides_differ_it_shows_in_plot_graph_and_tables()
    {
        var exp = Card("exp");
        Assert.Contains(exp.Descendants("path"), p => (string?)p.Attribute("class") == "bars");
        Assert.Contains("differ at 65 of 65 points", exp.Value, StringComparison.Ordinal);
        Assert.Contains("Ringed: the greatest distance in the value, at ", exp.Value, StringComparison.Ordinal);
        var neuron = Card("neuron, tanh spelled out");
        Assert.Contains(neuron.Descendants("rect"), r => ((string?)r.Attribute("class"))!.EndsWith(" bad", StringComparison.Ordinal));
        Assert.Contains("theirs ", neuron.Descendants("table").Single().Value, StringComparison.Ordinal);
        Assert.DoesNotContain(Card("tanh").Descendants("path"), p => (string?)p.Attribute("class") == "bars");
    }

    /// <summary>The gradient of the greater of x and 0.75 jumps from 0 to 1, with ½ between. Ours is wrong at 0.</summary>
    [Fact]
    public void The_curves_of_a_failed_op_stand_in_its_failure_with_gaps_at_jumps_and_a_ring_where_it_is_worst()
    {
        var failure = s_pages["red"].Descendants("article").Single(a => a.Element("h3")?.Element("a")?.Value == "maximum");
        var plots = failure.Descendants("figure").Single().Elements("svg").ToList();
        Assert.Equal(["value", "derivative with respect to the first operand"], plots.Select(p => p.Descendants("text").Last().Value));
        Assert.Equal([0, 1], plots.Select(p => p.Elements("circle").Count()));
        Assert.Equal([1, 3], plots.Select(p => Path(p, "theirs").Count(c => c == 'M')));
        Assert.Equal([1, 5], plots.Select(p => Path(p, "ours").Count(c => c == 'M')));
        Assert.Equal(3, Places(Path(plots[1], "ours")).Select(p => p.Y).Distinct().Count());
        Assert.Contains(
            "Ringed: the greatest distance in the derivative, at 0: ours 1, theirs 0, 1 against 0.",
            failure.Value,
            StringComparison.Ordinal
        );

        static string Path(XElement plot, string side) =>
            (string)plot.Descendants("path").Single(p => (string?)p.Attribute("class") == side).Attribute("d")!;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Can_be_read_by_ear(string name)
    {
        var page = s_pages[name];
        Assert.Equal("en", (string?)page.Attribute("lang"));
        Assert.Single(page.Descendants("h1"));
        Assert.Single(page.Descendants("main"));
        var level = 1;
        foreach (var heading in page.Descendants().Where(e => e.Name.LocalName is ['h', >= '1' and <= '6']))
        {
            var next = heading.Name.LocalName[1] - '0';
            Assert.True(next <= level + 1, heading.Value);
            level = next;
        }

        Assert.All(page.Descendants("th"), th => Assert.Contains((string?)th.Attribute("scope"), s_scopes));
        Assert.All(page.Descendants("table"), table => Assert.NotEmpty(table.Element("caption")!.Value));
        Assert.All(page.Descendants("svg").Where(s => s.Parent!.Name != "svg"), svg =>
            Assert.True(
                (string?)svg.Attribute("aria-hidden") == "true"
                    || ((string?)svg.Attribute("role") == "img" && ((string?)svg.Attribute("aria-label"))?.Length > 0)
            )
        );
        Assert.All(page.Descendants("div").Where(d => ((string?)d.Attribute("class"))?.StartsWith("scroll", StringComparison.Ordinal) == true), d =>
            Assert.True((string?)d.Attribute("tabindex") == "0" && (string?)d.Attribute("role") == "region" && d.Attribute("aria-label") is not null)
        );
    }

    [Fact]
    public void Contrast_suffices_in_light_and_in_dark()
    {
        var colours = Colour().Matches(s_texts["green"]).Select(m => (Name: m.Groups[1].Value, Luminance: Luminance(m.Groups[2].Value))).ToList();
        foreach (var scheme in new[] { colours.Take(21), colours.Skip(21).Take(21) })
        {
            var byName = scheme.ToDictionary(c => c.Name, c => c.Luminance);
            foreach (var text in new[] { "ink", "soft", "link", "good", "bad", "odd" })
            {
                foreach (var ground in new[] { "paper", "sheet", "blush" })
                    Assert.True(Contrast(byName[text], byName[ground]) >= 4.5, $"{text} on {ground}");
            }

            Assert.True(Contrast(byName["ours"], byName["theirs"]) >= 3);
        }
    }

    [Fact]
    public void The_whole_suite_fits_in_3_MB() => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(s_texts["green"]), 100_000, 3_000_000);

    [Fact]
    public void Drawn_nodes_do_not_overlap_and_operands_lie_left_of_results()
    {
        foreach (var graph in ReportFixture.Green.Items.Select(i => i.Graph).OfType<ProgramGraph>().Where(g => g.IsWhole))
        {
            var layout = new GraphLayout(graph);
            var boxes = layout.Boxes.ToDictionary(b => b.Node.Index);
            foreach (var a in layout.Boxes)
            {
                Assert.InRange(a.X, 0, layout.Width - GraphLayout.BoxWidth);
                Assert.InRange(a.Y, 0, layout.Height - GraphLayout.BoxHeight);
                Assert.DoesNotContain(layout.Boxes, b =>
                    b.Node != a.Node && Math.Abs(a.X - b.X) < GraphLayout.BoxWidth && Math.Abs(a.Y - b.Y) < GraphLayout.BoxHeight
                );
                Assert.All(a.Node.Operands, o => Assert.True(boxes[o].X + GraphLayout.BoxWidth < a.X));
            }
        }
    }

    private static bool IsCard(XElement article) => ((string)article.Attribute("class")!).StartsWith("card", StringComparison.Ordinal);

    private static string LinkedSource(XElement card) =>
        card.Elements("p")
            .Elements("a")
            .Select(a => (string)a.Attribute("href")!)
            .Single(link => link.StartsWith("#source-", StringComparison.Ordinal))[1..];

    private static XElement Section(string id) => s_pages["red"].Descendants("section").Single(s => (string?)s.Attribute("id") == id);

    private static XElement Card(string name) =>
        s_pages["red"]
            .Descendants("article")
            .Single(a =>
                IsCard(a)
                && a.Element("h3")!.Value.StartsWith($"{name} ", StringComparison.Ordinal)
                && !a.Element("h3")!.Value[(name.Length + 1)..].Contains(',', StringComparison.Ordinal)
            );

    /// <summary>HTML as XML: the elements without content are the only ones that HTML need not close.</summary>
    private static XElement Parse(string html) =>
        XElement.Parse(Void().Replace(html["<!DOCTYPE html>".Length..], "<$1$2/>"), LoadOptions.PreserveWhitespace);

    private static double Luminance(string hex)
    {
        double Channel(int at)
        {
            var c = Convert.ToInt32(hex.Substring(at, 2), 16) / 255.0;
            return c <= 0.03928 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        }

        return 0.2126 * Channel(0) + 0.7152 * Channel(2) + 0.0722 * Channel(4);
    }

    private static double Contrast(double a, double b) => (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);

    /// <summary>The points that a path goes through.</summary>
    private static List<(double X, double Y)> Places(string path) =>
        [.. Place().Matches(path).Select(m => (double.Parse(m.Groups[1].Value), double.Parse(m.Groups[2].Value)))];

    [GeneratedRegex(@"<(meta|br)\b([^>]*?)/?>")]
    private static partial Regex Void();

    [GeneratedRegex(@"--(\w+): #([0-9a-f]{6});")]
    private static partial Regex Colour();

    [GeneratedRegex(@"[ML]([\d.]+) ([\d.]+)")]
    private static partial Regex Place();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
