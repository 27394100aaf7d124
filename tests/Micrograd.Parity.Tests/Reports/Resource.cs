namespace Micrograd.Parity.Tests.Reports;

/// <summary>A file that is built into the tests.</summary>
internal static class Resource
{
    internal static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Resource).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
