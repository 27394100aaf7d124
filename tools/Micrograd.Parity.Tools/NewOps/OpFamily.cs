namespace Micrograd.Parity.Tools.NewOps;

/// <summary>A family of ops: the two files that an op of it touches, below the repository's root.</summary>
/// <param name="Name">Its name.</param>
/// <param name="EngineFile">The engine's file with the rules.</param>
/// <param name="RowsFile">The catalogue's file with the rows.</param>
internal sealed record OpFamily(string Name, string EngineFile, string RowsFile)
{
    /// <summary>All families.</summary>
    public static IReadOnlyList<OpFamily> All { get; } =
    [
        Create("arithmetic", "Arithmetic", "Arithmetic"),
        Create("powers", "Powers", "Powers"),
        Create("exponentials", "Exponentials", "Exponentials"),
        Create("trigonometry", "Trigonometry", "Trigonometry"),
        Create("activations", "Activations", "Activations"),
        Create("piecewise", "Comparison", "Piecewise"),
    ];

    private static OpFamily Create(string name, string engine, string rows) =>
        new(name, $"src/Micrograd/Ops/{engine}.cs", $"comparisons/Ops/{rows}.cs");
}
