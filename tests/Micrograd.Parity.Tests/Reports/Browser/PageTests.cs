using System.Text.Json.Nodes;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Reports.Html;
using PuppeteerSharp;
using PuppeteerSharp.Media;

namespace Micrograd.Parity.Tests.Reports.Browser;

/// <summary>The page as a browser shows it: every width, light and dark, print.</summary>
[Trait("Needs", "browser")]
public sealed class PageTests : IAsyncLifetime
{
    private const int Phone = 390;
    private const int Desk = 1280;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly List<string> _requests = [];
    private readonly List<string> _complaints = [];
    private IBrowser _browser = null!;
    private IPage _page = null!;

    public async ValueTask InitializeAsync()
    {
        _browser = await Chromium.StartAsync();
        _page = await _browser.NewPageAsync();
        _page.DefaultTimeout = Chromium.Patience;
        _page.DefaultNavigationTimeout = Chromium.Patience;
        _page.Request += (_, request) => _requests.Add(request.Request.Url);
        _page.Console += (_, said) => _complaints.Add(said.Message.Text);
        _page.PageError += (_, raised) => _complaints.Add(raised.Message);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Pages of runs, and of comparisons of recordings.</summary>
    public static TheoryData<string> Pages => [.. ReportFixture.Names.Select(row => row.Data), .. DiffFixture.Names];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Opens_from_disk_without_a_complaint_or_a_request_and_fits_every_screen(string name)
    {
        var file = await OpenAsync(name);
        Assert.Equal([new Uri(file).AbsoluteUri], _requests);
        Assert.Empty(_complaints);
        Assert.Empty((await AskAsync("deadLinks()")).AsArray());
        var grounds = new HashSet<string>();
        foreach (var (width, dark) in new[] { (Phone, false), (Phone, true), (Desk, false), (Desk, true) })
        {
            await ShowAsync(width, dark);
            var overhang = await AskAsync("overhang()");
            Assert.True((int)overhang["by"]! == 0, $"{name} at {width} pixels: {overhang.ToJsonString()}");
            var faint = await AskAsync("faintTexts()");
            Assert.InRange((int)faint["seen"]!, DiffFixture.Names.Contains(name) ? 40 : 500, int.MaxValue);
            Assert.Empty(faint["faint"]!.AsArray().Select(f => (string)f!));
            grounds.Add((string)(await AskAsync("background()"))!);
        }

        Assert.Equal(2, grounds.Count);
        Assert.Empty((await AskAsync("crowdedDrawings()")).AsArray().Select(c => (string)c!));
        await ShowAsync(Desk, dark: false);
        await _page.EmulateMediaTypeAsync(MediaType.Print);
        Assert.Equal("rgb(255, 255, 255)", (string?)await AskAsync("background()"));
        Assert.Equal(0, (int)await AskAsync("unprinted()"));
        Assert.Equal("%PDF"u8.ToArray(), (await _page.PdfDataAsync(new PdfOptions { PreferCSSPageSize = true, Timeout = Chromium.Patience }))[..4]);
    }

    [Theory]
    [InlineData("red", Desk, false)]
    [InlineData("red", Phone, true)]
    [InlineData("diff of all", Desk, false)]
    [InlineData("diff of all", Phone, true)]
    public async Task Axe_finds_nothing_that_keeps_anybody_from_reading(string name, int width, bool dark)
    {
        await OpenAsync(name);
        await ShowAsync(width, dark);
        await _page.EvaluateExpressionAsync(
            Resource.Read(typeof(Deque.AxeCore.Commons.AxeResult).Assembly, "Deque.AxeCore.Commons.Resources.axe.min.js")
        );
        var found = await _page.EvaluateExpressionAsync<JsonNode>(
            "axe.run().then(r => ({ passes: r.passes.length, violations: r.violations.map(v => `${v.id}: ${v.help}: ${v.nodes[0].html}`) }))"
        );
        Assert.InRange((int)found["passes"]!, 15, int.MaxValue);
        Assert.Empty(found["violations"]!.AsArray().Select(v => (string)v!));
    }

    [Fact]
    public async Task What_is_wrong_with_a_page_is_seen()
    {
        var file = Path.Combine(_folder.FullName, "wrong.html");
        await File.WriteAllTextAsync(
            file,
            """
            <html><body style="background: #fff"><img src="none.png"><a href="#nowhere">x</a><p style="color: #aaa; width: 2000px">faint</p>
            <figure><svg role="img" width="50" height="20"><text x="40" y="10">cut off</text></svg></figure>
            <script>console.log("said"); undefinedFunction()</script></body></html>
            """
        );
        await _page.GoToAsync(new Uri(file).AbsoluteUri);
        await ShowAsync(Phone, dark: false);
        Assert.Contains(_requests, r => r.EndsWith("none.png", StringComparison.Ordinal));
        foreach (var complaint in new[] { "said", "undefinedFunction", "ERR_FILE_NOT_FOUND" })
            Assert.Contains(_complaints, c => c.Contains(complaint, StringComparison.Ordinal));
        Assert.Single((await AskAsync("deadLinks()")).AsArray());
        Assert.True((int)(await AskAsync("overhang()"))["by"]! > 0);
        Assert.Single((await AskAsync("faintTexts()"))["faint"]!.AsArray());
        Assert.Single((await AskAsync("crowdedDrawings()")).AsArray());
    }

    private Task<JsonNode> AskAsync(string question) => _page.EvaluateExpressionAsync<JsonNode>($"{Resource.Read("look.js")}.{question}");

    private async Task<string> OpenAsync(string name)
    {
        var file = Path.Combine(_folder.FullName, "report.html");
        await File.WriteAllTextAsync(
            file,
            DiffFixture.Names.Contains(name) ? HtmlReport.Write(DiffFixture.Result(name)) : HtmlReport.Write(ReportFixture.Report(name))
        );
        await _page.GoToAsync(new Uri(file).AbsoluteUri);
        return file;
    }

    /// <summary>Shows the page on a screen of some width, in light or dark.</summary>
    private async Task ShowAsync(int width, bool dark)
    {
        await _page.SetViewportAsync(
            new ViewPortOptions
            {
                Width = width,
                Height = 900,
                IsMobile = width == Phone,
            }
        );
        await _page.EmulateMediaFeaturesAsync([
            new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = dark ? "dark" : "light" },
        ]);
    }
}
