using Micrograd.Parity.Inputs;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>A folder of programs that once differed, a file each, run again before new ones are.</summary>
/// <param name="folder">The folder; it need not exist until something is kept.</param>
/// <param name="ops">The catalogue.</param>
internal sealed class Corpus(string folder, OpCatalogue ops)
{
    /// <summary>Its programs, in the order of their files' names.</summary>
    /// <exception cref="InputFileException">A file cannot be read.</exception>
    /// <exception cref="ProgramFormatException">A file is no program; the message names it.</exception>
    public IReadOnlyList<(string File, Program Program)> Read()
    {
        if (File.Exists(folder))
            throw new InputFileException($"{folder}: {InputFile.WhyNoFolder(folder)} The corpus is a folder.");
        if (!Directory.Exists(folder))
            return [];
        var files = Directory.GetFiles(folder, "*.json");
        Array.Sort(files, StringComparer.Ordinal);
        return [.. files.Select(file => (file, ReadFile(file)))];
    }

    /// <summary>Keeps a program, in a file of its name.</summary>
    public void Keep(Program program)
    {
        var name = string.Concat(program.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        var file = Path.Combine(folder, $"{name}.json");
        try
        {
            Directory.CreateDirectory(folder);
            WholeFile.Write(file, ProgramWriter.Write(program));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"cannot keep the program {program.Name} in {file}: {InputFile.Reason(e, file)}", e);
        }
    }

    private Program ReadFile(string file)
    {
        try
        {
            return ProgramReader.Read(InputFile.ReadText(file), ops);
        }
        catch (ProgramFormatException e)
        {
            throw new ProgramFormatException($"{file}: {e.Message}", e);
        }
    }
}
