namespace Micrograd.Parity.Tools;

/// <summary>Finds the repository's root folder.</summary>
internal static class Repository
{
    /// <summary>The repository's root: the folder itself or the nearest above it that holds the solution; null where none does.</summary>
    /// <param name="folder">The folder to search from, upwards.</param>
    public static string? Above(string folder)
    {
        for (var place = new DirectoryInfo(folder); place is not null; place = place.Parent)
        {
            if (File.Exists(Path.Combine(place.FullName, "Micrograd.Parity.sln")))
                return place.FullName;
        }

        return null;
    }
}
