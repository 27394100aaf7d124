using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>
/// Lets TorchSharp's Linux library run with the C++ library of GCC 12 and older (Debian 12, Ubuntu 22.04). Built with GCC 13, it asks for
/// one symbol that these lack, <c>std::ios_base_library_init()</c> of version GLIBCXX_3.4.32, which initializes the standard streams. In a
/// copy of the file the symbol becomes the constructor that programs called for that purpose before.
/// </summary>
/// <remarks>
/// Three changes in place: the symbol's name, the symbol's version (GLIBCXX_3.4, where the constructor is), and the mark "weak" on the
/// requirement of GLIBCXX_3.4.32, which nothing needs any more. A file that looks otherwise than expected is refused.
/// </remarks>
internal static class LibstdcxxRepair
{
    private const string Wanted = "_ZSt21ios_base_library_initv";
    private const string Constructor = "_ZNSt8ios_base4InitC1Ev";
    private const string WantedVersion = "GLIBCXX_3.4.32";
    private const string OldVersion = "GLIBCXX_3.4";
    private const ushort Weak = 2;

    private static readonly Lazy<bool> s_isNeeded = new(() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libstdc++.so.6", out var library) && !NativeLibrary.TryGetExport(library, Wanted, out _)
    );

    /// <summary>True if the machine's C++ library lacks the symbol.</summary>
    internal static bool IsNeeded => s_isNeeded.Value;

    /// <summary>A library's bytes, changed.</summary>
    /// <param name="library">A shared library for 64-bit Linux.</param>
    /// <exception cref="NotSupportedException">It does not ask for the symbol in the way that is known; the message says where it differs.</exception>
    internal static byte[] Repair(ReadOnlySpan<byte> library)
    {
        try
        {
            return Changed(new ElfFile([.. library]));
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException(
                $"TorchSharp's library needs the C++ library of GCC 13 or newer, and cannot be adapted to an older one: {e.Message}.",
                e
            );
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new NotSupportedException("TorchSharp's library is damaged: restore the package again.", e);
        }
    }

    private static byte[] Changed(ElfFile elf)
    {
        var names = elf.Offset(ElfFile.StringTable);
        var name = elf.Bytes.AsSpan(names, (int)elf[ElfFile.StringTableSize]).IndexOf(Encoding.ASCII.GetBytes($"\0{Wanted}\0")) + 1;
        if (name == 0)
            throw new NotSupportedException($"it does not name {Wanted}");
        var symbols = elf.SymbolsNamed(name, name + Wanted.Length);
        if (symbols is not [var symbol])
            throw new NotSupportedException($"{symbols.Count} symbols share the name {Wanted}, not one");
        var versions = elf.RequiredVersions("libstdc++.so.6");
        if (!versions.TryGetValue(WantedVersion, out var wanted) || !versions.TryGetValue(OldVersion, out var old))
            throw new NotSupportedException($"it does not ask libstdc++ for {WantedVersion} and {OldVersion}");

        var replaced = elf.Bytes.AsSpan(names + name, Wanted.Length);
        replaced.Clear();
        Encoding.ASCII.GetBytes(Constructor, replaced);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.Bytes.AsSpan(elf.Offset(ElfFile.SymbolVersions) + (2 * symbol)), old.Index);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.Bytes.AsSpan(wanted.FlagsAt), (ushort)(wanted.Flags | Weak));
        return elf.Bytes;
    }
}
