using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>Runs the command on a terminal, which script(1) makes.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class Terminal
{
    /// <summary>What a terminal of some width receives; with errors, on both streams.</summary>
    internal static Cli.Outcome Run(string folder, string arguments, int width, string environment = "", bool errors = false)
    {
        var parity = Path.Combine(AppContext.BaseDirectory, "parity.dll");
        var command = $"stty cols {width} rows 50; {environment} TERM=xterm-256color dotnet '{parity}' {arguments} {(errors ? "" : "2>/dev/null")}";
        var outcome = Cli.StartIn(folder, "script", ["-qec", command, "/dev/null"], ("NO_COLOR", null), ("CI", null));
        return outcome with { Out = outcome.Out.Replace("\r", "", StringComparison.Ordinal) };
    }

    /// <summary>What stays of it: no colours, and no movements of the cursor.</summary>
    internal static string Plain(string received) => Escapes().Replace(received, "");

    [GeneratedRegex(@"\u001b[=>]|\u001b\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escapes();
}
