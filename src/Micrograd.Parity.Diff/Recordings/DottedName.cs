namespace Micrograd.Parity.Diff.Recordings;

/// <summary>Names in a model's tree: those of modules, parameters and classes, with dots between their parts.</summary>
internal static class DottedName
{
    /// <summary>The name of the module that a module or parameter is in; empty for the root.</summary>
    internal static string Parent(string name) => name[..Math.Max(0, name.LastIndexOf('.'))];

    /// <summary>The name within that module.</summary>
    internal static string Last(string name) => name[(name.LastIndexOf('.') + 1)..];
}
