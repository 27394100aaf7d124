using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Micrograd.Parity.Diff;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Reports.Html.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Micrograd.Parity.Reports.Html;

/// <summary>A run, or a comparison of two recordings, as one HTML file that opens from disk: styles and drawings within, no script, nothing loaded.</summary>
internal static partial class HtmlReport
{
    /// <summary>The document's text.</summary>
    public static string Write(RunReport report) => Render<ReportPage>(nameof(ReportPage.Report), report).GetAwaiter().GetResult();

    /// <summary>The text of a document on two recordings.</summary>
    public static string Write(DiffResult result) => Render<DiffPage>(nameof(DiffPage.View), new DiffView(result)).GetAwaiter().GetResult();

    private static async Task<string> Render<TPage>(string parameter, object value)
        where TPage : IComponent
    {
        // Only markup is escaped, and what PlainText escapes: π stays π.
        await using var services = new ServiceCollection()
            .AddSingleton(Encoder())
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [parameter] = value, [nameof(ReportPage.Style)] = Style() });
        var body = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TPage>(parameters)).ToHtmlString());
        return $"<!DOCTYPE html>\n{Reference().Replace(body, Plain)}\n";
    }

    /// <summary>An encoder that writes control and format characters as references too.</summary>
    private static HtmlEncoder Encoder()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.All);
        settings.ForbidCharacters([
            .. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(c => char.GetUnicodeCategory(c) == UnicodeCategory.Format),
        ]);
        return HtmlEncoder.Create(settings);
    }

    /// <summary>The character of a reference as <see cref="PlainText"/> writes it; the reference itself where that is the character.</summary>
    private static string Plain(Match reference)
    {
        var character = int.Parse(reference.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (character is '\n' or '\r' or '\t')
            return reference.Value;
        var text = Rune.IsValid(character) ? new Rune(character).ToString() : ((char)character).ToString();
        var plain = PlainText.OneLine(text);
        return plain == text ? reference.Value : plain;
    }

    [GeneratedRegex("&#x([0-9A-F]+);")]
    private static partial Regex Reference();

    private static string Style()
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!;
        return new StreamReader(stream).ReadToEnd();
    }
}
