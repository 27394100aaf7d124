namespace Micrograd.Parity.Tools;

/// <summary>Where the sources lie.</summary>
internal static class Repository
{
    /// <summary>The repository's root: the folder itself or the nearest above it that holds the solution; null where none does.</summary>
    /// <param name="folder">Where to begin.</param>
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
