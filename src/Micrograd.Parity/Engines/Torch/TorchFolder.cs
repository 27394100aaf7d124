using System.Security.Cryptography;
using System.Text;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>One folder with the native files of two packages: links, and TorchSharp's library repaired where that is needed.</summary>
internal static class TorchFolder
{
    /// <summary>Makes the folder, or finds it made.</summary>
    /// <param name="libtorch">The folder of libtorch's files.</param>
    /// <param name="torchSharp">The folder of TorchSharp's.</param>
    /// <exception cref="IOException">It can be written neither in the user's cache nor among temporary files.</exception>
    internal static string Make(string libtorch, string torchSharp)
    {
        try
        {
            return MakeIn(CacheFolder(), libtorch, torchSharp, LibstdcxxRepair.IsNeeded);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return MakeForProcess(libtorch, torchSharp);
        }
    }

    /// <summary>
    /// Makes the folder below another one. It comes into being whole or not at all, so that processes may do this at the same time; one that has lost files,
    /// or whose links lead nowhere, is left alone, since another process may be loading from it, and another one made beside it.
    /// </summary>
    internal static string MakeIn(string parent, string libtorch, string torchSharp, bool repairs)
    {
        var name = Path.Combine(parent, $"torch-{Mark(libtorch, torchSharp, repairs)}");
        for (var k = 0; ; k++)
        {
            var folder = k == 0 ? name : $"{name}-{k}";
            var isNew = !Directory.Exists(folder);
            if (isNew)
                Place(folder, libtorch, torchSharp, repairs);
            if (IsWhole(folder, libtorch, torchSharp))
                return folder;
            if (isNew)
                throw new IOException($"{folder} does not keep what is put into it.");
        }
    }

    /// <summary>
    /// A folder that nobody else can have prepared, and that goes when the process does: in a shared place for temporary files a folder of a known name might
    /// hold another user's libraries.
    /// </summary>
    private static string MakeForProcess(string libtorch, string torchSharp)
    {
        var folder = Directory.CreateTempSubdirectory("micrograd-parity-");
        Fill(folder.FullName, libtorch, torchSharp, LibstdcxxRepair.IsNeeded);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            try
            {
                folder.Delete(recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Windows keeps the files of loaded libraries.
            }
        };
        return folder.FullName;
    }

    private static void Place(string folder, string libtorch, string torchSharp, bool repairs)
    {
        var unfinished = Path.Combine(Path.GetDirectoryName(folder)!, $".{Guid.NewGuid():N}");
        Directory.CreateDirectory(unfinished);
        try
        {
            Fill(unfinished, libtorch, torchSharp, repairs);
            Directory.Move(unfinished, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another process was faster.
        }
        finally
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
        }
    }

    private static void Fill(string folder, string libtorch, string torchSharp, bool repairs)
    {
        foreach (var file in Files(libtorch, torchSharp))
        {
            if (repairs && Path.GetFileName(file) == TorchFiles.File("LibTorchSharp"))
                File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(file)), LibstdcxxRepair.Repair(File.ReadAllBytes(file)));
            else
                Link(file, folder);
        }
    }

    private static IEnumerable<string> Files(string libtorch, string torchSharp) =>
        Directory.EnumerateFiles(libtorch).Concat(Directory.EnumerateFiles(torchSharp)).DistinctBy(Path.GetFileName);

    /// <summary>True if all files are there, links lead to them, and the repaired copy, whose changes are in place, is as long as its original.</summary>
    private static bool IsWhole(string folder, string libtorch, string torchSharp) =>
        Files(libtorch, torchSharp)
            .All(file =>
                new FileInfo(Path.Combine(folder, Path.GetFileName(file))) is { Exists: true } copy
                && (
                    copy.LinkTarget is null
                        ? copy.Length == new FileInfo(file).Length
                        : File.Exists(copy.ResolveLinkTarget(returnFinalTarget: true)?.FullName)
                )
            );

    private static void Link(string file, string folder)
    {
        var link = Path.Combine(folder, Path.GetFileName(file));
        try
        {
            File.CreateSymbolicLink(link, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && OperatingSystem.IsWindows())
        {
            // Windows lets only developers make links.
            File.Copy(file, link);
        }
    }

    /// <summary>The user's cache folder.</summary>
    private static string CacheFolder()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var caches =
            OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } named ? named
            : Path.Combine(home, ".cache");
        return Path.IsPathRooted(caches)
            ? Path.Combine(caches, "micrograd-parity")
            : throw new IOException("There is no folder for the user's caches.");
    }

    private static string Mark(string libtorch, string torchSharp, bool repairs)
    {
        var library = new FileInfo(Path.Combine(torchSharp, TorchFiles.File("LibTorchSharp")));
        var text = $"{libtorch}\n{torchSharp}\n{repairs}\n{library.Length}\n{library.LastWriteTimeUtc.Ticks}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }
}
