using System.CommandLine;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Diagnosis.Faults;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity prove</c>.</summary>
internal static class ProveCommand
{
    internal static Command Create()
    {
        var seed = RunCommand.Seed;
        var kernels = RunCommand.Kernels;
        var command = new Command(
            "prove",
            """
            Proves that the comparison can fail: plants mistakes in a model of the engine, one at a time, and checks that each turns the run
            red. Exit code 1 if one is not caught.

            Example:
              parity prove
            """
        )
        {
            seed,
            kernels,
        };
        command.Runs(
            (parsed, cancellation) =>
            {
                var proofs = Screen.WithProgress("planting", 5, step =>
                    Sensitivity.Run(
                        ParitySuite.Default,
                        Session.Context(parsed.GetValue(seed), parsed.GetValue(kernels)),
                        FaultCatalogue.InPrograms,
                        step,
                        cancellation
                    )
                );
                foreach (var proof in proofs.Where(p => !p.Holds || !Screen.IsQuiet))
                {
                    var seen = proof.Planted - proof.Unseen.Count;
                    var where = proof.SeenIn.Length > 0 ? $", seen in {proof.SeenIn}" : "";
                    Screen.Line($"{(proof.Holds ? "proved" : "FAILED")}  {proof.Mistake}: {seen} of {proof.Planted}{where}");
                    foreach (var unseen in proof.Unseen)
                        Screen.Line($"        not as it should be: {unseen}");
                }

                if (Screen.IsQuiet)
                    Screen.Line(proofs.All(p => p.Holds) ? "proved" : "FAILED");
                return proofs.All(p => p.Holds) ? ExitCode.Parity : ExitCode.Mismatch;
            }
        );
        return command.WithVerbosity();
    }
}
