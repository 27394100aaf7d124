using System.Reflection;
using System.Runtime.Loader;

namespace Micrograd.Tests;

/// <summary>
/// The engine loaded once more, with statics of its own: what a process settles once can be tried again. The tests' assembly is loaded
/// beside it, so that a test method runs on that engine.
/// </summary>
internal sealed class FreshEngine : AssemblyLoadContext
{
    /// <summary>Runs a static method on an engine that has computed nothing yet.</summary>
    internal static void Run(Action test)
    {
        var engine = new FreshEngine();
        engine
            .LoadFromAssemblyName(test.Method.DeclaringType!.Assembly.GetName())
            .GetType(test.Method.DeclaringType.FullName!, throwOnError: true)!
            .GetMethod(test.Method.Name, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name is "Micrograd" or "Micrograd.Tests"
            ? LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, $"{assemblyName.Name}.dll"))
            : null;
}
