using System.Globalization;

namespace Micrograd;

/// <summary>
/// Reads samples from a text file of numbers separated by commas, one sample a line: first the inputs, then the targets. A first line in
/// which no field is a number is taken for a header; empty lines are passed over; numbers are written with a point, as <c>-1.5e-3</c>.
/// </summary>
public static class CsvData
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="targets">Number of target columns, the last ones; at least 1.</param>
    /// <param name="allowNonFinite">True to accept NaN and infinities.</param>
    /// <exception cref="InvalidDataException">The file holds anything else; the message names the line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Dataset Read(string path, int targets = 1, bool allowNonFinite = false)
    {
        using var reader = File.OpenText(path);
        try
        {
            return Read(reader, targets, allowNonFinite);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads from any text; see <see cref="Read(string, int, bool)"/>.</summary>
    /// <inheritdoc cref="Read(string, int, bool)"/>
    public static Dataset Read(TextReader reader, int targets = 1, bool allowNonFinite = false)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentOutOfRangeException.ThrowIfLessThan(targets, 1);
        List<double> inputs = [],
            outputs = [];
        int columns = 0,
            firstLine = 0,
            line = 0;
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
                continue;
            var fields = text.Split(',', StringSplitOptions.TrimEntries);
            if (columns == 0)
            {
                (columns, firstLine) = (fields.Length, line);
                if (columns <= targets)
                    throw new InvalidDataException($"line {line}: {columns} columns are too few for an input and {targets} targets.");
                if (!fields.Any(field => TryParse(field, out _)) && fields.All(field => field.Length > 0))
                    continue;
            }

            if (fields.Length != columns)
                throw new InvalidDataException($"line {line}: {fields.Length} columns, but line {firstLine} has {columns}.");
            for (var i = 0; i < columns; i++)
                (i < columns - targets ? inputs : outputs).Add(Parse(fields[i], line, i + 1, allowNonFinite));
        }

        return outputs.Count > 0
            ? new Dataset(columns - targets, [.. inputs], [.. outputs])
            : throw new InvalidDataException($"line {Math.Max(1, line)}: there are no samples.");
    }

    private static double Parse(string field, int line, int column, bool allowNonFinite)
    {
        if (field.Length == 0)
            throw new InvalidDataException($"line {line}, column {column}: the field is empty.");
        if (!TryParse(field, out var number))
            throw new InvalidDataException($"line {line}, column {column}: '{Short(field)}' is no number.");
        return allowNonFinite || double.IsFinite(number)
            ? number
            : throw new InvalidDataException($"line {line}, column {column}: '{Short(field)}' is not finite.");
    }

    private static string Short(string field) => field.Length <= 40 ? field : $"{field.AsSpan(0, 40)}…";

    private static bool TryParse(string field, out double number) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && !field.Contains('\0', StringComparison.Ordinal);
}
