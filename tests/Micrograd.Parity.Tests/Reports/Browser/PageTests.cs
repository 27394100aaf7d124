using System.Text.Json.Nodes;
using Deque.AxeCore.Playwright;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Reports.Html;
using Microsoft.Playwright;

namespace Micrograd.Parity.Tests.Reports.Browser;

/// <summary>The page as a browser shows it: every width, light and dark, print.</summary>
[Trait("Needs", "browser")]
public sealed class PageTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncDisposable
{
    private const int Phone = 390;
    private const int Desk = 1280;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly List<string> _requests = [];
    private readonly List<string> _complaints = [];
    private IPage? _opened;

    private IPage Shown => _opened!;

    private string Page => Path.Combine(_folder.FullName, "report.html");

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Pages of runs, and of comparisons of recordings.</summary>
    public static TheoryData<string> Pages => [.. ReportFixture.Names.Select(row => row.Data), .. DiffFixture.Names];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Opens_from_disk_without_a_complaint_or_a_request_and_fits_every_screen(string name)
    {
        await WriteAsync(name);
        var grounds = new HashSet<string>();
        foreach (var width in new[] { Phone, Desk })
        {
            await OpenAsync(width);
            Assert.Equal([new Uri(Page).AbsoluteUri], _requests);
            Assert.Empty(_complaints);
            Assert.Empty((await AskAsync("deadLinks()")).AsArray());
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await Shown.EmulateMediaAsync(new() { ColorScheme = scheme });
                var overhang = await AskAsync("overhang()");
                Assert.True((int)overhang["by"]! == 0, $"{name} at {width} pixels: {overhang.ToJsonString()}");
                var faint = await AskAsync("faintTexts()");
                Assert.InRange((int)faint["seen"]!, DiffFixture.Names.Contains(name) ? 40 : 500, int.MaxValue);
                Assert.Empty(faint["faint"]!.AsArray().Select(f => (string)f!));
                grounds.Add((string)(await AskAsync("background()"))!);
            }

            Assert.Empty((await AskAsync("crowdedDrawings()")).AsArray().Select(c => (string)c!));
        }

        Assert.Equal(2, grounds.Count);
        await Shown.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light, Media = Media.Print });
        Assert.Equal("rgb(255, 255, 255)", (string?)await AskAsync("background()"));
        Assert.Equal(0, (int)await AskAsync("unprinted()"));
        Assert.Equal("%PDF"u8.ToArray(), (await Shown.PdfAsync(new() { PreferCSSPageSize = true }))[..4]);
    }

    [Theory]
    [InlineData("red", Desk, false)]
    [InlineData("red", Phone, true)]
    [InlineData("diff of all", Desk, false)]
    [InlineData("diff of all", Phone, true)]
    public async Task Axe_finds_nothing_that_keeps_anybody_from_reading(string name, int width, bool dark)
    {
        await WriteAsync(name);
        await OpenAsync(width);
        await Shown.EmulateMediaAsync(new() { ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });
        var found = await Shown.RunAxe();
        Assert.InRange(found.Passes.Length, 15, int.MaxValue);
        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Help}: {v.Nodes[0].Html}"));
    }

    [Fact]
    public async Task What_is_wrong_with_a_page_is_seen()
    {
        await File.WriteAllTextAsync(
            Page,
            """
            <html><body style="background: #fff"><img src="none.png"><a href="#nowhere">x</a><p style="color: #aaa; width: 2000px">faint</p>
            <figure><svg role="img" width="50" height="20"><text x="40" y="10">cut off</text></svg></figure>
            <script>console.log("said"); undefinedFunction()</script></body></html>
            """
        );
        await OpenAsync(Phone);
        Assert.Contains(_requests, r => r.EndsWith("none.png", StringComparison.Ordinal));
        foreach (var complaint in new[] { "said", "undefinedFunction", "ERR_FILE_NOT_FOUND" })
            Assert.Contains(_complaints, c => c.Contains(complaint, StringComparison.Ordinal));
        Assert.Single((await AskAsync("deadLinks()")).AsArray());
        Assert.True((int)(await AskAsync("overhang()"))["by"]! > 0);
        Assert.Single((await AskAsync("faintTexts()"))["faint"]!.AsArray());
        Assert.Single((await AskAsync("crowdedDrawings()")).AsArray());
        Assert.Contains((await Shown.RunAxe()).Violations, v => v.Id == "image-alt");
    }

    private async Task<JsonNode> AskAsync(string question) =>
        JsonNode.Parse(await Shown.EvaluateAsync<string>($"JSON.stringify({Resource.Read("look.js").TrimEnd()}.{question})"))!;

    private Task WriteAsync(string name) =>
        File.WriteAllTextAsync(
            Page,
            DiffFixture.Names.Contains(name) ? HtmlReport.Write(DiffFixture.Result(name)) : HtmlReport.Write(ReportFixture.Report(name))
        );

    /// <summary>Opens the page on a screen of some width.</summary>
    private async Task OpenAsync(int width)
    {
        await CloseAsync();
        _requests.Clear();
        _complaints.Clear();
        _opened = await chromium.Browser.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = width, Height = 900 },
                IsMobile = width == Phone,
            }
        );
        Shown.SetDefaultTimeout(Chromium.Patience);
        Shown.Request += (_, request) => _requests.Add(request.Url);
        Shown.Console += (_, said) => _complaints.Add(said.Text);
        Shown.PageError += (_, raised) => _complaints.Add(raised);
        await Shown.GotoAsync(new Uri(Page).AbsoluteUri);
    }

    private async Task CloseAsync()
    {
        if (_opened is not null)
            await _opened.CloseAsync();
    }
}
