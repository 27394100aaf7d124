using System.Text;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Diff.Recordings;

/// <summary>The lines of an index as JSON.</summary>
internal sealed class RecordingLines(string path) : IDisposable
{
    /// <summary>Number of bytes of the longest line that is read.</summary>
    private const int LongestLine = 256 << 20;

    /// <summary>Number of characters of the longest text, which is a sample; names are shown in sentences.</summary>
    private const int LongestText = 700;

    private readonly Stream _stream = InputFile.Open(path);
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>Number of the current line, from 1.</summary>
    internal int Number { get; private set; }

    /// <summary>True if the file ends within a line, which is then not read.</summary>
    internal bool IsCutShort { get; private set; }

    /// <summary>Reads the next line that is not blank; null at the end.</summary>
    /// <exception cref="InputFileException">The line is no JSON object.</exception>
    internal JsonPlace? Next()
    {
        while (Line() is { } line)
        {
            if (line.Length == 0 || line.AsSpan().TrimStart(" \t\r"u8).IsEmpty)
                continue;
            try
            {
                return JsonPlace.Parse(
                    new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(line),
                    firstLine: Number,
                    longestText: LongestText
                );
            }
            catch (InvalidDataException e)
            {
                throw Wrong(e);
            }
            catch (DecoderFallbackException e)
            {
                throw Wrong($"line {Number}: this is no text in UTF-8.", e);
            }
        }

        return null;
    }

    /// <summary>An error of a line, with the file's name.</summary>
    internal InputFileException Wrong(InvalidDataException e) => Wrong(e.Message, e);

    /// <summary>An error with the file's name.</summary>
    internal InputFileException Wrong(string reason, Exception? cause = null) =>
        cause is null ? new($"{path}: {reason}") : new($"{path}: {reason}", cause);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private byte[]? Line()
    {
        var line = new MemoryStream();
        while (true)
        {
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (at >= 0)
            {
                line.Write(_buffer, _start, at);
                _start += at + 1;
                Number++;
                return line.ToArray();
            }

            line.Write(_buffer, _start, _end - _start);
            if (line.Length > LongestLine)
                throw Wrong($"line {Number + 1} is longer than {LongestLine >> 20} MiB: a recording has a line per step.");
            (_start, _end) = (0, Read());
            if (_end == 0)
            {
                IsCutShort = line.Length > 0;
                return null;
            }
        }
    }

    private int Read()
    {
        try
        {
            return _stream.Read(_buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"the file cannot be read further: {InputFile.Reason(e, path)}", e);
        }
    }
}
