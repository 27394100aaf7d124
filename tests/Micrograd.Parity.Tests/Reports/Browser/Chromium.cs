using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Micrograd.Parity.Tests.Reports.Browser;

/// <summary>A headless Chromium with one page, driven over its own debugging protocol. Where none is installed, whoever asks for one fails.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string HowToGetIt =
        "The report is looked at in Chromium, and none was found. Install it (Debian: apt-get install chromium), or name the program in CHROMIUM.";

    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    private static readonly string[] s_complaints = ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"];
    private static readonly string[] s_domains = ["Page", "Runtime", "Log", "Network"];
    private static readonly string[] s_options =
    [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--remote-debugging-port=0",
        "about:blank",
    ];

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _patience = new(s_patience);
    private readonly List<JsonObject> _events = [];
    private string? _session;
    private int _calls;

    private Chromium(Process process, DirectoryInfo profile) => (_process, _profile) = (process, profile);

    /// <summary>What the page asked for from anywhere.</summary>
    internal IEnumerable<string> Requests => Events("Network.requestWillBeSent").Select(e => (string)e["request"]!["url"]!);

    /// <summary>What the page said on the console, and what went wrong in it.</summary>
    internal IEnumerable<string> Complaints => s_complaints.SelectMany(Events).Select(e => e.ToJsonString());

    internal static async Task<Chromium> StartAsync()
    {
        var profile = Directory.CreateTempSubdirectory("chromium");
        var process = Process.Start(
            new ProcessStartInfo(Find(), [$"--user-data-dir={profile.FullName}", .. s_options])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var browser = new Chromium(process, profile);
        try
        {
            await browser.ConnectAsync();
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a page and waits until it is whole.</summary>
    internal async Task OpenAsync(string file)
    {
        _events.Clear();
        await CallAsync("Page.navigate", new() { ["url"] = new Uri(file).AbsoluteUri });
        while (Events("Page.loadEventFired").FirstOrDefault() is null)
            await ReceiveAsync();
    }

    /// <summary>Shows the page on a screen of some width, in light or dark, or as it is printed.</summary>
    internal async Task ShowAsync(int width, bool dark = false, bool print = false)
    {
        await CallAsync(
            "Emulation.setDeviceMetricsOverride",
            new()
            {
                ["width"] = width,
                ["height"] = 900,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = width < 600,
            }
        );
        await CallAsync(
            "Emulation.setEmulatedMedia",
            new()
            {
                ["media"] = print ? "print" : "screen",
                ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }),
            }
        );
    }

    /// <summary>What an expression in JavaScript comes to; a promise is waited for.</summary>
    internal async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await CallAsync(
            "Runtime.evaluate",
            new()
            {
                ["expression"] = expression,
                ["returnByValue"] = true,
                ["awaitPromise"] = true,
            }
        );
        return answer["exceptionDetails"] is { } wrong
            ? throw new InvalidOperationException(wrong.ToJsonString())
            : answer["result"]!["value"]?.DeepClone();
    }

    /// <summary>The page as it is printed, a PDF.</summary>
    internal async Task<byte[]> PrintAsync() =>
        Convert.FromBase64String((string)(await CallAsync("Page.printToPDF", new() { ["preferCSSPageSize"] = true }))["data"]!);

    /// <summary>A picture of the page's upper part, a PNG.</summary>
    internal async Task<byte[]> PictureAsync(int width, int height) =>
        Convert.FromBase64String(
            (string)
                (
                    await CallAsync(
                        "Page.captureScreenshot",
                        new()
                        {
                            ["captureBeyondViewport"] = true,
                            ["clip"] = new JsonObject
                            {
                                ["x"] = 0,
                                ["y"] = 0,
                                ["width"] = width,
                                ["height"] = height,
                                ["scale"] = 1,
                            },
                        }
                    )
                )["data"]!
        );

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _patience.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        for (var again = 0; _profile.Exists && again < 20; again++)
        {
            try
            {
                _profile.Delete(recursive: true);
                break;
            }
            catch (IOException)
            {
                await Task.Delay(50);
            }
        }
    }

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named)
            return named;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return s_names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(HowToGetIt);
    }

    private async Task ConnectAsync()
    {
        const string Mark = "DevTools listening on ";
        string? line;
        do line = await _process.StandardError.ReadLineAsync(_patience.Token);
        while (line is not null && !line.StartsWith(Mark, StringComparison.Ordinal));
        await _socket.ConnectAsync(new Uri((line ?? throw new InvalidOperationException("Chromium ended at once."))[Mark.Length..]), _patience.Token);
        _ = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var target = await CallAsync("Target.createTarget", new() { ["url"] = "about:blank" });
        _session = (string)
            (await CallAsync("Target.attachToTarget", new() { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true }))["sessionId"]!;
        foreach (var domain in s_domains)
            await CallAsync($"{domain}.enable", []);
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters)
    {
        var id = ++_calls;
        var call = new JsonObject
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters,
        };
        if (_session is not null)
            call["sessionId"] = _session;
        await _socket.SendAsync(Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, true, _patience.Token);
        while (true)
        {
            var message = await ReceiveAsync();
            if ((int?)message["id"] == id)
                return message["error"] is { } error ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}") : message["result"]!;
        }
    }

    private async Task<JsonObject> ReceiveAsync()
    {
        using var text = new MemoryStream();
        var buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, _patience.Token);
            text.Write(buffer, 0, part.Count);
        } while (!part.EndOfMessage);
        var message = JsonNode.Parse(text.ToArray())!.AsObject();
        if (message.ContainsKey("method"))
            _events.Add(message);
        return message;
    }

    private IEnumerable<JsonNode> Events(string method) => _events.Where(e => (string?)e["method"] == method).Select(e => e["params"]!);
}
