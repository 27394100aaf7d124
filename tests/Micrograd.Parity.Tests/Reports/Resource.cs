using System.Reflection;

namespace Micrograd.Parity.Tests.Reports;

/// <summary>A file that is built into the tests, or into a library.</summary>
internal static class Resource
{
    internal static string Read(string name) => Read(typeof(Resource).Assembly, name);

    internal static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
