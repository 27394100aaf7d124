using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Micrograd;

/// <summary>The direction in which a graph is drawn.</summary>
public enum GraphDirection
{
    /// <summary>Operands left of results, as in the micrograd lecture.</summary>
    LeftToRight,

    /// <summary>Operands above results.</summary>
    TopToBottom,
}

/// <summary>Draws the graph behind a value: each value with its label, data and gradient, each op as a circle.</summary>
public static class Graphviz
{
    /// <summary>The graph in Graphviz' DOT language.</summary>
    /// <param name="root">The value whose operands are followed.</param>
    /// <param name="direction">Left to right or top to bottom.</param>
    public static string Dot(Value root, GraphDirection direction = GraphDirection.LeftToRight)
    {
        var text = new StringBuilder();
        text.AppendLine("digraph {");
        text.AppendLine(CultureInfo.InvariantCulture, $"  rankdir={(direction == GraphDirection.LeftToRight ? "LR" : "TB")};");
        var seen = new HashSet<Value> { root };
        var open = new Stack<Value>([root]);
        while (open.TryPop(out var value))
        {
            Append(text, value);
            foreach (var operand in value.Operands)
            {
                if (seen.Add(operand))
                    open.Push(operand);
            }
        }

        return text.AppendLine("}").ToString();
    }

    /// <summary>Draws to an SVG, PNG or PDF file, by the extension, with the program <c>dot</c>. The file is written whole or not at all.</summary>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    /// <exception cref="InvalidOperationException"><c>dot</c> is not installed, or failed.</exception>
    public static void Render(Value root, string path, GraphDirection direction = GraphDirection.LeftToRight)
    {
        var format = Path.GetExtension(path).TrimStart('.').ToLowerInvariant();
        if (format is not ("svg" or "png" or "pdf"))
            throw new ArgumentException($"The file's name must end in .svg, .png or .pdf, not '{Path.GetExtension(path)}'.", nameof(path));
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            RunDot(Dot(root, direction), format, temporary);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void RunDot(string graph, string format, string path)
    {
        var start = new ProcessStartInfo("dot") { RedirectStandardInput = true, RedirectStandardError = true };
        start.ArgumentList.Add($"-T{format}");
        start.ArgumentList.Add($"-o{path}");
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException(
                "the program 'dot' is not installed. Debian, Ubuntu: apt-get install graphviz. macOS: brew install graphviz. "
                    + "Without it the DOT text can be drawn elsewhere.",
                e
            );
        }

        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(graph);
            process.StandardInput.Close();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"dot failed: {error.Result.Trim()}");
        }
    }

    private static void Append(StringBuilder text, Value value)
    {
        var name = Name(value);
        var label = value.Label is { } given ? $"{Escape(given)} | " : "";
        var gradient = value.RequiresGrad ? $" | grad {Show(value.Grad)}" : "";
        text.AppendLine(CultureInfo.InvariantCulture, $"  {name} [shape=record, label=\"{{ {label}data {Show(value.Data)}{gradient} }}\"];");
        if (value.Op is not { } op)
            return;
        text.AppendLine(CultureInfo.InvariantCulture, $"  {name}op [label=\"{Escape(op)}\"];");
        text.AppendLine(CultureInfo.InvariantCulture, $"  {name}op -> {name};");
        foreach (var operand in value.Operands)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {Name(operand)} -> {name}op;");
    }

    private static string Name(Value value) => value.Offset >= 0 ? $"v{value.Offset}" : $"c{-value.Offset}";

    private static string Show(double x) => x.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>Backslashes, quotation marks and the characters that divide a record are escaped.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            if (c is '\\' or '"' or '{' or '}' or '|' or '<' or '>')
                escaped.Append('\\');
            escaped.Append(c is '\n' or '\r' ? ' ' : c);
        }

        return escaped.ToString();
    }
}
