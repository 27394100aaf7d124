namespace Micrograd.Parity.Tools.NewOps;

/// <summary>A source file that is being changed. Several are written all or none.</summary>
internal sealed class SourceEdit
{
    private readonly string _relative;
    private readonly string _path;
    private readonly string _before;
    private string _after;

    internal SourceEdit(string path, string relative, string before) => (_path, _relative, _before, _after) = (path, relative, before, before);

    internal static SourceEdit Read(string root, string relative)
    {
        var path = Path.Combine(root, relative);
        return new SourceEdit(path, relative, File.ReadAllText(path));
    }

    /// <summary>Inserts before the first line that is exactly this one.</summary>
    internal void InsertBefore(string line, string text)
    {
        var place = _after.IndexOf($"\n{line}\n", StringComparison.Ordinal);
        if (place < 0)
            throw new InvalidOperationException($"{_relative} has no line '{line}' to write before.");
        _after = _after.Insert(place + 1, text);
    }

    internal void Append(string text) => _after = _after.TrimEnd('\n') + '\n' + text;

    /// <summary>Places of marked comments: file, line, and the text after the mark.</summary>
    internal IEnumerable<string> Places(string mark) =>
        _after
            .Split('\n')
            .Select((line, i) => (Line: line, Number: i + 1))
            .Where(l => l.Line.Contains(mark, StringComparison.Ordinal))
            .Select(l =>
                $"{_relative}:{l.Number}  {l.Line[(l.Line.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..].Replace("</summary>", "", StringComparison.Ordinal).Trim()}"
            );

    /// <summary>Writes all beside their places first; a move that fails puts back what was moved before it.</summary>
    internal static void WriteAll(IReadOnlyList<SourceEdit> edits)
    {
        var moved = new List<SourceEdit>();
        try
        {
            foreach (var edit in edits)
                File.WriteAllText(edit.Temporary, edit._after);
            foreach (var edit in edits)
            {
                File.Move(edit.Temporary, edit._path, overwrite: true);
                moved.Add(edit);
            }
        }
        catch
        {
            foreach (var edit in moved)
                File.WriteAllText(edit._path, edit._before);
            foreach (var edit in edits.Where(e => File.Exists(e.Temporary)))
                File.Delete(edit.Temporary);
            throw;
        }
    }

    private string Temporary => $"{_path}.{Environment.ProcessId}.tmp";
}
