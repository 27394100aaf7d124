using System.Buffers.Binary;
using System.Text;
using System.Xml.Linq;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines.Torch;

namespace Micrograd.Parity.Tests;

/// <summary>PyTorch's native files: found, repaired for an older C++ library, brought together in one folder.</summary>
public sealed class TorchFilesTests : IDisposable
{
    private const string Wanted = "_ZSt21ios_base_library_initv";
    private const string Constructor = "_ZNSt8ios_base4InitC1Ev";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parity-torch-");

    private static string TorchSharpFolder => Native("torchsharp", TorchFiles.TorchSharpVersion);

    private static string LibtorchFolder => Native("libtorch-cpu-linux-x64", TorchFiles.LibtorchVersion);

    private static string Library => Path.Combine(TorchSharpFolder, "libLibTorchSharp.so");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_pinned_version_is_the_one_that_the_build_names()
    {
        var root = Root();
        var pinned = XDocument.Load(Path.Combine(root, "Directory.Packages.props")).Descendants("TorchSharpVersion").Single().Value;
        Assert.Equal(Environment.GetEnvironmentVariable("TorchSharpVersion") ?? pinned, TorchLibrary.PinnedTorchSharp);
        Assert.Equal(
            $"PyTorch 2.10.0 (TorchSharp {pinned}, kernels AVX2, MKL 2024.2)",
            TorchLibrary.Describe("2.10.0", TorchLibrary.PinnedTorchSharp, "AVX2", "2024.2")
        );
        Assert.Equal(
            $"PyTorch 2.11.0 (TorchSharp 0.108.0, not the pinned {pinned}, kernels DEFAULT)",
            TorchLibrary.Describe("2.11.0", "0.108.0", "DEFAULT", null)
        );
    }

    [Fact]
    public void The_repair_changes_the_name_the_version_and_the_mark_and_nothing_else()
    {
        var before = File.ReadAllBytes(Library);
        var after = LibstdcxxRepair.Repair(before);
        Assert.Equal(before, File.ReadAllBytes(Library));
        Assert.Equal(before.Length, after.Length);

        // By other means than the repair's own: from the section headers.
        var sections = Sections(before);
        var name = IndexOf(before, Encoding.ASCII.GetBytes($"\0{Wanted}\0")) + 1;
        Assert.InRange(name, sections[".dynstr"].Offset, sections[".dynstr"].Offset + sections[".dynstr"].Size);
        var symbol = Enumerable
            .Range(0, sections[".dynsym"].Size / 24)
            .Single(i => BitConverter.ToInt32(before, sections[".dynsym"].Offset + (24 * i)) == name - sections[".dynstr"].Offset);
        var version = sections[".gnu.version"].Offset + (2 * symbol);
        var needed = Requirement(before, sections, "GLIBCXX_3.4.32");
        var old = Requirement(before, sections, "GLIBCXX_3.4");

        var expected = (byte[])before.Clone();
        Encoding.ASCII.GetBytes(Constructor.PadRight(Wanted.Length, '\0')).CopyTo(expected, name);
        BinaryPrimitives.WriteUInt16LittleEndian(expected.AsSpan(version), BitConverter.ToUInt16(before, old + 6));
        BinaryPrimitives.WriteUInt16LittleEndian(expected.AsSpan(needed + 4), (ushort)(BitConverter.ToUInt16(before, needed + 4) | 2));
        Assert.Equal(expected, after);
        Assert.Equal(BitConverter.ToUInt16(before, version), BitConverter.ToUInt16(before, needed + 6));
    }

    [Fact]
    public void What_is_repaired_loads_with_the_old_constructor()
    {
        if (!LibstdcxxRepair.IsNeeded)
            return;
        TorchLibrary.Load();
        var loaded = File.ReadLines("/proc/self/maps")
            .Select(l => l.Split(' ')[^1])
            .First(p => p.EndsWith("/libLibTorchSharp.so", StringComparison.Ordinal));
        Assert.Equal(LibstdcxxRepair.Repair(File.ReadAllBytes(Library)), File.ReadAllBytes(loaded));
        Assert.NotEqual(Library, loaded);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(1000)]
    [InlineData(200_000)]
    public void A_library_that_is_cut_off_is_refused(int length)
    {
        var whole = File.ReadAllBytes(Library);
        var e = Assert.Throws<NotSupportedException>(() => LibstdcxxRepair.Repair(whole.AsSpan(0, length)));
        Assert.StartsWith("TorchSharp's library ", e.Message, StringComparison.Ordinal);
        var file = At("libCut.so");
        File.WriteAllBytes(file, whole[..length]);
        Assert.False(ElfFile.IsWhole(file));
        Assert.True(ElfFile.IsWhole(Library));
    }

    [Fact]
    public void A_foreign_library_and_no_library_are_refused()
    {
        var foreign = File.ReadAllBytes(Path.Combine(LibtorchFolder, "libc10.so"));
        Assert.Contains($"it does not name {Wanted}", Refusal(foreign), StringComparison.Ordinal);
        Assert.Contains("no 64-bit ELF library", Refusal(Encoding.ASCII.GetBytes(new string('x', 4000))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_needs_no_repair_is_refused_and_says_so() =>
        Assert.Contains($"it does not name {Wanted}", Refusal(LibstdcxxRepair.Repair(File.ReadAllBytes(Library))), StringComparison.Ordinal);

    [Fact]
    public void The_folder_has_all_files_and_is_made_once()
    {
        var made = Make();
        Assert.Equal(
            Directory
                .GetFiles(LibtorchFolder)
                .Concat(Directory.GetFiles(TorchSharpFolder))
                .Select(Path.GetFileName)
                .Distinct()
                .Order(StringComparer.Ordinal),
            Directory.GetFiles(made).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        var time = Directory.GetLastWriteTimeUtc(made);
        Assert.Equal(made, Make());
        Assert.Equal(time, Directory.GetLastWriteTimeUtc(made));
        Assert.Equal([made], Directory.GetFileSystemEntries(_folder.FullName));
        Assert.Equal(Path.Combine(LibtorchFolder, "libtorch_cpu.so"), new FileInfo(Path.Combine(made, "libtorch_cpu.so")).LinkTarget);
    }

    [Fact]
    public void Many_at_once_make_one_folder()
    {
        var made = new string[16];
        using var start = new Barrier(made.Length);
        var threads = Enumerable
            .Range(0, made.Length)
            .Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                made[i] = Make();
            }))
            .ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.Single(made.Distinct());
        Assert.Equal([made[0]], Directory.GetFileSystemEntries(_folder.FullName));
    }

    [Theory]
    [InlineData("libtorch_cpu.so")]
    [InlineData("libc10.so")]
    [InlineData("libLibTorchSharp.so")]
    public void A_folder_that_has_lost_a_file_is_left_alone_and_another_one_made(string lost)
    {
        var first = Make();
        File.Delete(Path.Combine(first, lost));
        var second = Make();
        Assert.NotEqual(first, second);
        Assert.True(File.Exists(Path.Combine(second, lost)));
        Assert.False(File.Exists(Path.Combine(first, lost)));
        Assert.Equal(second, Make());
    }

    [Fact]
    public void A_half_written_copy_and_a_link_to_nothing_are_seen()
    {
        var first = Make();
        var copy = Path.Combine(first, "libLibTorchSharp.so");
        File.WriteAllBytes(copy, File.ReadAllBytes(copy)[..1000]);
        var second = Make();
        Assert.NotEqual(first, second);

        var link = Path.Combine(second, "libc10.so");
        File.Delete(link);
        File.CreateSymbolicLink(link, "/nowhere/libc10.so");
        Assert.NotEqual(second, Make());
    }

    [Fact]
    public void Where_nothing_can_be_written_is_an_error_that_names_the_place()
    {
        var e = Assert.ThrowsAny<IOException>(() => TorchFolder.MakeIn("/proc/nowhere", LibtorchFolder, TorchSharpFolder, repairs: true));
        Assert.Contains("/proc/nowhere", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_project_that_is_restored_names_this_platform_and_the_versions_of_the_build()
    {
        var packages = XDocument
            .Parse(TorchPackages.Project)
            .Descendants("PackageDownload")
            .Select(p => $"{p.Attribute("Include")!.Value} {p.Attribute("Version")!.Value}");
        Assert.Equal([$"TorchSharp [{TorchFiles.TorchSharpVersion}]", $"{TorchFiles.LibtorchPackage} [{TorchFiles.LibtorchVersion}]"], packages);
    }

    private string Make() => TorchFolder.MakeIn(_folder.FullName, LibtorchFolder, TorchSharpFolder, repairs: true);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private static string Refusal(byte[] library) => Assert.Throws<NotSupportedException>(() => LibstdcxxRepair.Repair(library)).Message;

    private static string Native(string package, string version) =>
        Path.Combine((string)AppContext.GetData("Micrograd.Parity.PackageFolder")!, package, version, "runtimes", "linux-x64", "native");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Micrograd.Parity.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }

    private static int IndexOf(byte[] bytes, byte[] part) => bytes.AsSpan().IndexOf(part);

    private static Dictionary<string, (int Offset, int Size)> Sections(byte[] elf)
    {
        var (start, count, names) = ((int)BitConverter.ToInt64(elf, 40), BitConverter.ToUInt16(elf, 60), BitConverter.ToUInt16(elf, 62));
        (int Name, int Offset, int Size) Header(int i)
        {
            var at = start + (64 * i);
            return (BitConverter.ToInt32(elf, at), (int)BitConverter.ToInt64(elf, at + 24), (int)BitConverter.ToInt64(elf, at + 32));
        }

        var text = Header(names).Offset;
        return Enumerable
            .Range(1, count - 1)
            .Select(Header)
            .DistinctBy(h => h.Name)
            .ToDictionary(h => TextAt(elf, text + h.Name), h => (h.Offset, h.Size));
    }

    /// <summary>The place of a version's entry among those that are required.</summary>
    private static int Requirement(byte[] elf, Dictionary<string, (int Offset, int Size)> sections, string version)
    {
        var file = sections[".gnu.version_r"].Offset;
        while (true)
        {
            var entry = file + BitConverter.ToInt32(elf, file + 8);
            for (var k = 0; k < BitConverter.ToUInt16(elf, file + 2); k++)
            {
                if (TextAt(elf, sections[".dynstr"].Offset + BitConverter.ToInt32(elf, entry + 8)) == version)
                    return entry;
                entry += BitConverter.ToInt32(elf, entry + 12);
            }

            var next = BitConverter.ToInt32(elf, file + 12);
            Assert.NotEqual(0, next);
            file += next;
        }
    }

    private static string TextAt(byte[] elf, int at) => Encoding.ASCII.GetString(elf, at, elf.AsSpan(at).IndexOf((byte)0));
}
