using Microsoft.Playwright;

namespace Micrograd.Parity.Tests.Reports.Browser;

/// <summary>The installed Chromium, started once for all tests of a class. Where there is none, they fail.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string HowToGetIt =
        "The report is looked at in Chromium, and none was found. Install it (Debian: apt-get install chromium), or name the program in CHROMIUM.";

    /// <summary>Milliseconds that an answer may take, on a machine with much else to do.</summary>
    internal const int Patience = 300_000;

    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

    private IPlaywright _playwright = null!;

    internal IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Find(),
                Args = ["--no-sandbox", "--disable-dev-shm-usage"],
                Timeout = Patience,
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named)
            return named;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return s_names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(HowToGetIt);
    }
}
