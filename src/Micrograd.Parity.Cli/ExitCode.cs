namespace Micrograd.Parity.Cli;

/// <summary>Exit statuses of the command.</summary>
internal static class ExitCode
{
    /// <summary>Both sides agree.</summary>
    internal const int Parity = 0;

    /// <summary>The sides differ somewhere, or a check failed.</summary>
    internal const int Mismatch = 1;

    /// <summary>The command line or an input is wrong, or an output cannot be written.</summary>
    internal const int BadUsage = 2;

    /// <summary>There is no PyTorch to compare with.</summary>
    internal const int NoTorch = 3;

    /// <summary>Ended by Ctrl-C, as shells number it.</summary>
    internal const int Interrupted = 130;
}
