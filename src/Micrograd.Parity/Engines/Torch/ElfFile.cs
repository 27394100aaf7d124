using System.Buffers.Binary;
using System.Text;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>The parts of a 64-bit little-endian ELF library that say which symbols it wants, of which versions (System V gABI, ELF-64).</summary>
internal sealed class ElfFile
{
    internal const long StringTable = 5;
    internal const long StringTableSize = 10;
    internal const long SymbolTable = 6;
    internal const long SymbolVersions = 0x6ffffff0;
    private const long RequiredTable = 0x6ffffffe;
    private const long RequiredCount = 0x6fffffff;

    private const int SymbolSize = 24;
    private const uint Loaded = 1;
    private const uint Dynamic = 2;

    /// <summary>ELF, 64-bit, little-endian.</summary>
    private static readonly byte[] s_magic = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];

    private readonly List<(long Address, long Offset, long Size)> _segments = [];
    private readonly Dictionary<long, long> _dynamic = [];

    /// <summary>Reads the headers.</summary>
    /// <exception cref="NotSupportedException">It is no such library.</exception>
    /// <exception cref="ArgumentException">It ends too early.</exception>
    internal ElfFile(byte[] bytes)
    {
        Bytes = bytes;
        if (!bytes.AsSpan().StartsWith<byte>(s_magic))
            throw new NotSupportedException("it is no 64-bit ELF library");
        ReadHeaders();
    }

    /// <summary>False where a file is no such library, or ends before its segments do.</summary>
    internal static bool IsWhole(string path)
    {
        using var file = File.OpenRead(path);
        var header = new byte[64];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !header.AsSpan().StartsWith<byte>(s_magic))
            return false;
        var (start, size, count) = (Long(header, 32), Short(header, 54), Short(header, 56));
        var segments = new byte[size * count];
        file.Position = start;
        if (file.ReadAtLeast(segments, segments.Length, throwOnEndOfStream: false) < segments.Length)
            return false;
        return Enumerable.Range(0, count).All(i => Long(segments, (i * size) + 8) + Long(segments, (i * size) + 32) <= file.Length);
    }

    /// <summary>The file.</summary>
    internal byte[] Bytes { get; }

    /// <summary>The value of an entry of the dynamic section.</summary>
    internal long this[long tag] =>
        _dynamic.TryGetValue(tag, out var value) ? value : throw new NotSupportedException($"it has no dynamic entry {tag:x}");

    /// <summary>File offset that a dynamic entry points to.</summary>
    internal int Offset(long tag)
    {
        var address = this[tag];
        foreach (var segment in _segments)
        {
            if (address >= segment.Address && address < segment.Address + segment.Size)
                return checked((int)(address - segment.Address + segment.Offset));
        }

        throw new NotSupportedException($"dynamic entry {tag:x} points out of the file");
    }

    /// <summary>The indices of the symbols whose names begin in a part of the string table. Symbols end where the string table begins.</summary>
    internal List<int> SymbolsNamed(int from, int to)
    {
        var (start, end) = (Offset(SymbolTable), Offset(StringTable));
        return
        [
            .. Enumerable
                .Range(0, Math.Max(0, (end - start) / SymbolSize))
                .Where(i => Int(start + (i * SymbolSize)) is var name && name >= from && name < to),
        ];
    }

    /// <summary>The versions that are required of a library, by name: the number by which symbols refer to each, its flags and their place.</summary>
    internal Dictionary<string, (ushort Index, ushort Flags, int FlagsAt)> RequiredVersions(string library)
    {
        var versions = new Dictionary<string, (ushort, ushort, int)>(StringComparer.Ordinal);
        var need = Offset(RequiredTable);
        for (var n = 0; n < this[RequiredCount]; n++)
        {
            if (Text(Int(need + 4)) == library)
            {
                var entry = need + Int(need + 8);
                for (var k = 0; k < Short(need + 2); k++)
                {
                    versions[Text(Int(entry + 8))] = (Short(entry + 6), Short(entry + 4), entry + 4);
                    entry += Int(entry + 12);
                }
            }

            need += Int(need + 12);
        }

        return versions;
    }

    private void ReadHeaders()
    {
        var (start, size, count) = (checked((int)Long(32)), Short(54), Short(56));
        for (var i = 0; i < count; i++)
        {
            var header = start + (i * size);
            var kind = (uint)Int(header);
            if (kind == Loaded)
                _segments.Add((Long(header + 16), Long(header + 8), Long(header + 32)));
            else if (kind == Dynamic)
                ReadDynamic(checked((int)Long(header + 8)));
        }
    }

    private void ReadDynamic(int at)
    {
        for (; Long(at) != 0; at += 16)
            _dynamic[Long(at)] = Long(at + 8);
    }

    private string Text(int name)
    {
        var rest = Bytes.AsSpan(Offset(StringTable) + name);
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    private ushort Short(int at) => Short(Bytes, at);

    private int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(Bytes.AsSpan(at, 4));

    private long Long(int at) => Long(Bytes, at);

    private static ushort Short(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at, 2));

    private static long Long(byte[] bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at, 8));
}
