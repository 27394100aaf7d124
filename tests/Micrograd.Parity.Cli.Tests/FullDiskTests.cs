using System.Runtime.Versioning;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>
/// Files written to a disk without room and to one that is read-only: a memory file system of a few kilobytes, mounted for the command alone. Where
/// this may not be mounted, the full device and a folder in which the system lets nobody write take their places.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class FullDiskTests : IDisposable
{
    private const string Full = "No space left on device";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parity-disk-");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string> Writers =>
        [
            "run neuron --json FILE",
            "train TRAINING --steps 2 --json FILE",
            "train TRAINING --steps 2 --save FILE",
            "fuzz --programs 3 --json FILE",
            "record --program neuron --out FILE",
            "check TRACE --json FILE",
            "faults tanh-sign* --json FILE",
            "draw neuron -o FILE",
        ];

    [Theory]
    [MemberData(nameof(Writers))]
    public void On_a_full_disk_the_old_file_stays_and_nothing_is_half_written(string command)
    {
        var (error, left) = On("size=16k", "head -c 12288 /dev/zero > ballast", "/dev/full", command);
        Assert.Matches($"(^|\n)parity: cannot (write|draw) /[^ ]*: {Full}\\n$", error);
        if (left is not null)
            Assert.Equal("./ballast\n./out.dot\nold\n", left);
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void On_a_read_only_disk_the_old_file_stays_and_nothing_is_half_written(string command)
    {
        var (error, left) = On("size=64k", "mount -o remount,ro .", "/sys/out.dot", command);
        Assert.Matches("(^|\n)parity: cannot (write|draw) /[^ ]*: (Read-only file system|Access to the path is denied\\.)\\n$", error);
        if (left is not null)
            Assert.Equal("./out.dot\nold\n", left);
    }

    /// <summary>Of a report's formats none is half written, and those that had no room are not there.</summary>
    [Fact]
    public void Of_a_report_on_a_full_disk_nothing_is_half_written()
    {
        var (error, left) = On("size=16k", "head -c 12288 /dev/zero > ballast", "/dev/full/report", "report neuron --format html --out FOLDER");
        Assert.Matches("(^|\\n)parity: cannot write /[^ ]*: [A-Z][a-z ]*[.]?\\n$", error);
        if (left is not null)
            Assert.Equal("./ballast\n./out.dot\nold\n", left);
    }

    /// <summary>
    /// What the command says on its error output, and what files there are then and what is in that that was there before; null where nothing could be
    /// mounted.
    /// </summary>
    private (string Error, string? Left) On(string options, string preparation, string otherwise, string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A disk of its own is made of Linux' tmpfs.");
        var disk = Path.Combine(_folder.FullName, "disk");
        Directory.CreateDirectory(disk);
        var ran = command
            .Replace("TRAINING", Path.Combine(Cli.Root, "comparisons/Training/examples/xor.json"), StringComparison.Ordinal)
            .Replace("TRACE", Path.Combine(Cli.Root, "tests/Micrograd.Parity.Cli.Tests/Snapshots/overwritten.jsonl"), StringComparison.Ordinal);
        var mount = $"mount -t tmpfs -o {options} tmpfs '{disk}' && cd '{disk}'";
        string[] apart = Cli.Start("id", ["-u"]).Out == "0\n" ? ["--mount"] : ["--user", "--map-root-user", "--mount"];
        if (Cli.Start("unshare", [.. apart, "sh", "-c", mount]).Status == 0)
        {
            var parity = $"dotnet \"$0\" {At(ran, "out.dot", "report")} > /dev/null";
            var script = $"{mount} && echo old > out.dot && {preparation} && {parity}; echo $?; find . -type f | sort; cat out.dot";
            var outcome = Cli.Start("unshare", [.. apart, "sh", "-c", script, Parity]);
            Assert.StartsWith("2\n", outcome.Out, StringComparison.Ordinal);
            return (outcome.Error, outcome.Out[2..]);
        }

        Assert.SkipWhen(command.StartsWith("draw", StringComparison.Ordinal), "Nothing may be mounted, and a drawing's file must end in .dot.");
        var elsewhere = Cli.Start("sh", ["-c", $"dotnet \"$0\" {At(ran, otherwise, otherwise)} > /dev/null", Parity]);
        Assert.Equal(2, elsewhere.Status);
        return (elsewhere.Error, null);
    }

    private static string At(string command, string file, string folder) =>
        command.Replace("FILE", file, StringComparison.Ordinal).Replace("FOLDER", folder, StringComparison.Ordinal);

    private static string Parity { get; } = Path.Combine(AppContext.BaseDirectory, "parity.dll");
}
