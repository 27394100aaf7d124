namespace Micrograd.Parity.Tests;

/// <summary>Started by tests for what ends the process that does it, and for what needs a process in which nothing else happens.</summary>
internal static class OwnProcess
{
    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case [TorchSharpFactsTests.UnusedInput]:
                TorchSharpFactsTests.AskForUnusedInput();
                return 0;
            case [TorchSharpFactsTests.Counts]:
                TorchSharpFactsTests.WriteCounts();
                return 0;
            default:
                return 2;
        }
    }
}
