using System.Text.Json;
using System.Text.Unicode;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>A file's lines as bytes, one at a time, in one buffer that grows to the longest.</summary>
internal sealed class TraceLines(Stream stream, string file)
{
    private static readonly byte[] s_byteOrderMark = [0xEF, 0xBB, 0xBF];

    private const int BetweenLooks = 1024;
    private const int LongestWord = 64;

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _words = new HashSet<string>(StringComparer.Ordinal).GetAlternateLookup<
        ReadOnlySpan<char>
    >();

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _isAtEnd;
    private Action<double>? _progress;
    private CancellationToken _cancellation;

    /// <summary>The current line's number, counted from 1.</summary>
    internal int Number { get; private set; }

    /// <summary>Number of lines read that are not blank.</summary>
    internal int Records { get; private set; }

    /// <summary>True if the current line is the last and has no line end: it may be cut off.</summary>
    internal bool IsCutOff { get; private set; }

    /// <summary>Sets the callback for the fraction of the file read (0 to 1), called from time to time, and the cancellation.</summary>
    internal void Watch(Action<double>? progress, CancellationToken cancellation) => (_progress, _cancellation) = (progress, cancellation);

    /// <summary>The next line that is not blank, without its end; false at the end of the file.</summary>
    internal bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (TryReadAny(out line))
        {
            if (Number % BetweenLooks == 0)
                Look();
            if (Number == 1 && line.StartsWith(s_byteOrderMark))
                line = line[s_byteOrderMark.Length..];
            if (line.ContainsAnyExcept(" \t\r"u8))
            {
                Records++;
                return true;
            }
        }

        return false;
    }

    /// <summary>An error at a line; the current one where none is named.</summary>
    internal TraceFormatException Wrong(string reason, int? line = null, Exception? cause = null) =>
        new($"{file}:{Math.Max(1, line ?? Number)}: {reason}", cause);

    /// <summary>The text at which a reader stands, the same object for the same text; null if it is none.</summary>
    internal string? Word(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            return null;
        if (reader.ValueSpan.Length > LongestWord)
            return reader.GetString();
        Span<char> buffer = stackalloc char[LongestWord];
        var word = buffer[..reader.CopyString(buffer)];
        _words.Add(word);
        return _words.TryGetValue(word, out var kept) ? kept : null;
    }

    private void Look()
    {
        _cancellation.ThrowIfCancellationRequested();
        if (_progress is not null && stream.CanSeek)
            _progress((double)stream.Position / stream.Length);
    }

    private bool TryReadAny(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                length += searched;
                line = _buffer.AsSpan(_start, length);
                _start += length + 1;
                Number++;
                return Checked(line);
            }

            searched = _end - _start;
            if (_isAtEnd)
            {
                line = _buffer.AsSpan(_start, searched);
                _start = _end;
                IsCutOff = searched > 0;
                if (!IsCutOff)
                    return false;
                Number++;
                return Checked(line);
            }

            if (searched > TraceFormat.LongestLine)
                throw TooLong(Number + 1);
            Fill();
        }
    }

    private bool Checked(ReadOnlySpan<byte> line)
    {
        if (line.Length > TraceFormat.LongestLine)
            throw TooLong(Number);
        return Utf8.IsValid(line) ? true : throw Wrong("the line is not UTF-8. A trace is a text in UTF-8.");
    }

    private TraceFormatException TooLong(int line) =>
        Wrong($"the line is longer than {TraceFormat.LongestLine >> 20} MiB. A trace has a line per node or step: end each with a line feed.", line);

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        try
        {
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _isAtEnd = read == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"the file cannot be read further: {e.Message}", Number + 1, e);
        }
    }
}
