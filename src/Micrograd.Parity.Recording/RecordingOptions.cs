namespace Micrograd.Parity.Recording;

/// <summary>Settings of a recording.</summary>
public sealed record RecordingOptions
{
    /// <summary>The run's name in reports; the folder's name unless given.</summary>
    public string? Name { get; init; }

    /// <summary>Amount that is kept of each tensor; every number unless given.</summary>
    public Keep Keep { get; init; } = Keep.All;

    /// <summary>Distance between recorded steps: steps 0, N, 2N, … are recorded.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Number of steps to record, after which the loop goes on without being recorded; all unless given.</summary>
    public int? Steps { get; init; }

    /// <summary>The seed that the run was started with; it is written down, not set.</summary>
    public long? Seed { get; init; }

    /// <summary>True if a recording that is in the folder already may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>True of a step that is recorded.</summary>
    internal bool Records(int step) => step % Every == 0 && (Steps is null || step / Every < Steps);
}
