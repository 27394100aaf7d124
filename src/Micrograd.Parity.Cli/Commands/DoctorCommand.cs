using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Numerics;
using Spectre.Console;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity doctor</c>.</summary>
internal static class DoctorCommand
{
    internal static Command Create()
    {
        var command = new Command(
            "doctor",
            """
            Shows the .NET SDK, the PyTorch in use and its place, its kernels, the processor, the C library, MPFR and Graphviz, and how to get
            what is missing.

            Example:
              parity doctor
            """
        );
        command.SetAction(_ =>
        {
            Say("runtime", RuntimeInformation.FrameworkDescription);
            Say("SDK", FirstLine("dotnet", "--version") ?? "not found: https://dotnet.microsoft.com/download (10.0)");
            Say("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");
            Say("C library", FirstLine("ldd", "--version") ?? "the platform's own");
            Say("MPFR", MpfrVersion());
            Say("Graphviz", FirstLine("dot", "-V") ?? "not found (only needed for parity draw to SVG and PNG): apt-get install graphviz");
            try
            {
                var torch = TorchLibrary.Load();
                Say("PyTorch", torch.Version);
                Say(
                    "TorchSharp",
                    torch.TorchSharp == TorchLibrary.PinnedTorchSharp
                        ? torch.TorchSharp
                        : $"{torch.TorchSharp}, not the pinned {TorchLibrary.PinnedTorchSharp}"
                );
                Say("library", torch.Path);
                Say("kernels", torch.Kernels);
                Say("MKL", torch.Mkl ?? "none, or not told");
                Say("processor", torch.Processor);
                Say("functions", Sources(torch.Functions));
                return ExitCode.Parity;
            }
            catch (TorchUnavailableException e)
            {
                Say("PyTorch", "none");
                Screen.Line("");
                Screen.Prose(e.Message);
                Screen.Lines(TorchUnavailableException.HowToGetIt + "\n");
                return ExitCode.NoTorch;
            }
        });
        return command;
    }

    /// <summary>The elementary functions by where PyTorch's are taken from.</summary>
    private static string Sources(TorchFunctions functions) =>
        string.Join("; ", functions.Sources.GroupBy(s => s.Value).Select(g => $"{string.Join(", ", g.Select(s => s.Key))} {Place(g.Key)}"));

    private static string Place(FunctionSource source) =>
        source switch
        {
            FunctionSource.Mkl => "from MKL",
            FunctionSource.CLibrary => "from the C library",
            _ => "by PyTorch's op",
        };

    private static string MpfrVersion()
    {
        try
        {
            return PreciseArithmetic.LibraryVersion;
        }
        catch (DllNotFoundException)
        {
            return "not found (needed for exact values: parity bounds, parity opinions, and the errors of functions in parity run): apt-get install libmpfr6";
        }
    }

    private static void Say(string what, string found) => Screen.Line($"{what, -10} {found}");

    /// <summary>The first line a program prints; null where there is no such program.</summary>
    private static string? FirstLine(string program, string argument)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, argument) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (output + error.Result).Split('\n')[0].Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
