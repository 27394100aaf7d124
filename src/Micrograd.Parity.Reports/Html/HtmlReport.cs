using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Micrograd.Parity.Reports.Html.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Micrograd.Parity.Reports.Html;

/// <summary>A run as one HTML file that opens from disk: styles and drawings within, no script, nothing loaded.</summary>
internal static partial class HtmlReport
{
    /// <summary>The document's text.</summary>
    public static string Write(RunReport report) => WriteAsync(report).GetAwaiter().GetResult();

    private static async Task<string> WriteAsync(RunReport report)
    {
        // Only markup is escaped: π stays π.
        await using var services = new ServiceCollection()
            .AddSingleton(HtmlEncoder.Create(UnicodeRanges.All))
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        var parameters = ParameterView.FromDictionary(
            new Dictionary<string, object?> { [nameof(ReportPage.Report)] = report, [nameof(ReportPage.Style)] = Style() }
        );
        var body = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<ReportPage>(parameters)).ToHtmlString());
        return $"<!DOCTYPE html>\n{Unprintable().Replace(body, "\uFFFD")}\n";
    }

    /// <summary>Control characters, which a page cannot hold, as the encoder writes them.</summary>
    [GeneratedRegex("&#x([0-8BCEF]|1[0-9A-F]|FFF[EF]);")]
    private static partial Regex Unprintable();

    private static string Style()
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!;
        return new StreamReader(stream).ReadToEnd();
    }
}
