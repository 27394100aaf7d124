using System.Runtime.InteropServices;
using System.Text.Json;

namespace Micrograd.Parity.Recording;

/// <summary>The part of a tensor's numbers that a recording keeps.</summary>
internal sealed class Content : IDisposable
{
    private readonly HostNumbers? _numbers;
    private readonly Statistics _statistics;
    private readonly double[]? _sample;
    private readonly string? _hash;

    /// <param name="keep">The amount to keep.</param>
    /// <param name="numbers">The numbers; they are disposed, at once or with this.</param>
    internal Content(Keep keep, HostNumbers numbers)
    {
        if (keep == Keep.All)
        {
            _numbers = numbers;
            return;
        }

        using (numbers)
        {
            if (keep == Keep.Hashes)
                _hash = numbers.Hash();
            else
                (_statistics, _sample) = numbers.Summary();
        }
    }

    /// <summary>The key in the file of tensors, which is given when that is written.</summary>
    internal string? Key { get; set; }

    /// <summary>All numbers, where all are kept.</summary>
    internal HostNumbers? Numbers => _numbers;

    /// <summary>True if another tensor's numbers are the same, as far as both are kept.</summary>
    internal bool Equals(Content other)
    {
        if (_numbers is not null)
            return _numbers.HasBytesOf(other._numbers!);
        return _hash == other._hash && _statistics.Equals(other._statistics) && (_sample is null || _sample.AsSpan().SequenceEqual(other._sample));
    }

    public void Dispose() => _numbers?.Dispose();

    internal void Write(Utf8JsonWriter json)
    {
        if (Key is not null)
            json.WriteString("key", Key);
        if (_hash is not null)
            json.WriteString("hash", _hash);
        if (_sample is not null)
            WriteStatistics(json, _sample);
    }

    private void WriteStatistics(Utf8JsonWriter json, double[] sample)
    {
        json.WriteStartObject("statistics");
        var empty = _statistics.Min > _statistics.Max;
        JsonParts.Write(json, "sum", _statistics.Sum);
        JsonParts.Write(json, "norm", Math.Sqrt(_statistics.Squares));
        JsonParts.Write(json, "min", empty ? double.NaN : _statistics.Min);
        JsonParts.Write(json, "max", empty ? double.NaN : _statistics.Max);
        if (_statistics.NaNs > 0)
            json.WriteNumber("nan", _statistics.NaNs);
        json.WriteBase64String("sample", MemoryMarshal.AsBytes(sample.AsSpan()));
        json.WriteEndObject();
    }
}
