using System.CommandLine;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Cli.Commands;

/// <summary><c>parity draw</c>.</summary>
internal static class DrawCommand
{
    internal static Command Create()
    {
        var name = new Argument<string>("PROGRAM") { Description = "The program's name; 'parity list program' shows them." };
        var output = new Option<FileInfo?>("--out", "-o") { Description = "A .dot, .svg or .png file; without it DOT is printed." };
        var topDown = new Option<bool>("--top-down") { Description = "From top to bottom in place of left to right." };
        var command = new Command(
            "draw",
            """
            Draws a program's graph with values and gradients. SVG and PNG need Graphviz' dot. Needs no PyTorch.

            Examples:
              parity draw neuron
              parity draw "README of micrograd" -o readme.svg
            """
        )
        {
            name,
            output,
            topDown,
        };
        command.SetAction(parsed =>
        {
            var selected = Session.Select(parsed.GetValue(name), ItemKind.Program, out _);
            if (selected.Count > 1)
                throw new UsageException(
                    $"'{parsed.GetValue(name)}' names {selected.Count} programs: {string.Join("; ", selected.Select(s => s.Name))}."
                );
            var program = ((ProgramComparison)selected[0]).Program;
            using var step = Tape.Current.BeginStep();
            var nodes = new MicrogradBackend(ParitySuite.Default.Ops).RunRecorded(program, program.DefaultInput);
            var direction = parsed.GetValue(topDown) ? GraphDirection.TopToBottom : GraphDirection.LeftToRight;
            Draw(nodes[program.Passes[0].Root], direction, parsed.GetValue(output));
            return ExitCode.Parity;
        });
        return command;
    }

    private static void Draw(Value root, GraphDirection direction, FileInfo? file)
    {
        if (file is null)
        {
            Screen.Lines(Graphviz.Dot(root, direction));
            return;
        }

        try
        {
            if (file.Extension.Equals(".dot", StringComparison.OrdinalIgnoreCase))
                WholeFile.Write(file.FullName, Graphviz.Dot(root, direction));
            else
                Graphviz.Render(root, file.FullName, direction);
            Screen.Line($"wrote {Path.GetRelativePath(Environment.CurrentDirectory, file.FullName)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException)
        {
            throw new UsageException($"cannot draw {file.FullName}: {InputFile.Reason(e, file.FullName)}", e);
        }
    }
}
