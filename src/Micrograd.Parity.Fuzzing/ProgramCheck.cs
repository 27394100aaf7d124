using Micrograd.Parity.Comparing;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>One program run on both sides, on its own numbers, and compared at every node.</summary>
/// <param name="Counts">Number of compared values and gradients by verdict.</param>
/// <param name="Differences">Each number that differs, the first divergence first.</param>
/// <param name="Error">Exception that one side threw, in words; null if both ran.</param>
/// <param name="Theirs">PyTorch's trace; null where a side threw.</param>
internal sealed record ProgramCheck(Counts Counts, IReadOnlyList<Difference> Differences, string? Error, Trace? Theirs)
{
    /// <summary>True if the two sides differ, or if one of them cannot run the program.</summary>
    public bool Differs => Error is not null || Differences.Count > 0;

    /// <summary>Runs a program on both sides and compares.</summary>
    public static ProgramCheck Run(Program program, RunContext context)
    {
        var input = program.DefaultInput;
        if (!TryRun(context.Ours, program, input, out var ours, out var error) || !TryRun(context.Theirs, program, input, out var theirs, out error))
        {
            return new ProgramCheck(Counts.None.With(Verdict.Mismatch), [], error, null);
        }

        var differences = new List<Difference>();
        var counts = TraceComparer.Compare(program, input, ours!, theirs!, (_, _, _, _) => (Verdict.Mismatch, ""), differences);
        return new ProgramCheck(counts, differences, null, theirs);
    }

    private static bool TryRun(IBackend backend, Program program, ProgramInput input, out Trace? trace, out string? error)
    {
        try
        {
            (trace, error) = (backend.Run(program, input), null);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            (trace, error) = (null, $"{backend.Name}: {e.GetType().Name}: {e.Message}");
            return false;
        }
    }
}
