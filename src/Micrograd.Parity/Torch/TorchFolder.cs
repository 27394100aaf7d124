using System.Security.Cryptography;
using System.Text;

namespace Micrograd.Parity.Torch;

/// <summary>One folder with the native files of two packages: links, and TorchSharp's library repaired where that is needed.</summary>
internal static class TorchFolder
{
    /// <summary>Makes the folder, or finds it made.</summary>
    /// <param name="libtorch">The folder of libtorch's files.</param>
    /// <param name="torchSharp">The folder of TorchSharp's.</param>
    /// <exception cref="IOException">It can be written neither in the user's cache nor in the folder for temporary files.</exception>
    internal static string Make(string libtorch, string torchSharp)
    {
        try
        {
            return MakeIn(CacheFolder(), libtorch, torchSharp);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return MakeIn(Path.Combine(Path.GetTempPath(), $"micrograd-parity-{Environment.UserName}"), libtorch, torchSharp);
        }
    }

    private static string MakeIn(string parent, string libtorch, string torchSharp)
    {
        var repairs = LibstdcxxRepair.IsNeeded;
        var folder = Path.Combine(parent, $"torch-{Mark(libtorch, torchSharp, repairs)}");
        if (IsWhole(folder))
            return folder;
        Directory.CreateDirectory(parent);
        var unfinished = Path.Combine(parent, $".{Guid.NewGuid():N}");
        Directory.CreateDirectory(unfinished);
        try
        {
            foreach (var file in Directory.EnumerateFiles(libtorch).Concat(Directory.EnumerateFiles(torchSharp)).DistinctBy(Path.GetFileName))
            {
                if (repairs && Path.GetFileName(file) == TorchFiles.File("LibTorchSharp"))
                    File.WriteAllBytes(Path.Combine(unfinished, Path.GetFileName(file)), LibstdcxxRepair.Repair(File.ReadAllBytes(file)));
                else
                    Link(file, unfinished);
            }

            if (Directory.Exists(folder) && !IsWhole(folder))
                Directory.Delete(folder, recursive: true);
            Directory.Move(unfinished, folder);
        }
        catch (IOException) when (IsWhole(folder))
        {
            // Another process was faster.
        }
        finally
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
        }

        return folder;
    }

    /// <summary>True if the folder is there and what it links to still is.</summary>
    private static bool IsWhole(string folder) =>
        File.Exists(Path.Combine(folder, TorchFiles.File("torch_cpu"))) && File.Exists(Path.Combine(folder, TorchFiles.File("LibTorchSharp")));

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

    /// <summary>The user's folder for what can be made anew.</summary>
    private static string CacheFolder()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var caches = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } named ? named
            : Path.Combine(home, ".cache");
        return Path.IsPathRooted(caches) ? Path.Combine(caches, "micrograd-parity") : throw new IOException("There is no folder for the user's caches.");
    }

    private static string Mark(string libtorch, string torchSharp, bool repairs)
    {
        var library = new FileInfo(Path.Combine(torchSharp, TorchFiles.File("LibTorchSharp")));
        var text = $"{libtorch}\n{torchSharp}\n{repairs}\n{library.Length}\n{library.LastWriteTimeUtc.Ticks}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }
}
