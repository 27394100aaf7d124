using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>Names that engines use for the catalogue's ops: <c>+</c>, <c>**-1.0</c>, <c>ReLU</c>.</summary>
/// <param name="ops">The catalogue.</param>
internal sealed class WrittenOps(OpCatalogue ops)
{
    private const string Power = "**";

    /// <summary>Other names, as <see cref="Plain"/> leaves them.</summary>
    private static readonly Dictionary<string, string> s_synonyms = new(StringComparer.Ordinal)
    {
        ["+"] = "add",
        ["*"] = "mul",
        ["/"] = "div",
        ["%"] = "remainder",
        ["max"] = "maximum",
        ["min"] = "minimum",
        ["swish"] = "silu",
        ["logistic"] = "sigmoid",
        ["inv"] = "reciprocal",
        ["negative"] = "neg",
        ["truediv"] = "div",
        ["subtract"] = "sub",
        ["multiply"] = "mul",
        ["divide"] = "div",
    };

    /// <summary>PyTorch's settings where none are written.</summary>
    private static readonly Dictionary<string, double[]> s_usualSettings = new(StringComparer.Ordinal)
    {
        ["leaky_relu"] = [0.01],
        ["elu"] = [1],
        ["celu"] = [1],
        ["softplus"] = [1, 20],
        ["hardtanh"] = [-1, 1],
        ["hardshrink"] = [0.5],
        ["softshrink"] = [0.5],
    };

    private readonly Dictionary<string, Op> _byPlainName = ops.All.ToDictionary(op => Plain(op.Name), StringComparer.Ordinal);

    /// <summary>Finds the op and its settings.</summary>
    /// <param name="written">The op as written.</param>
    /// <param name="operands">Number of operands it was given.</param>
    /// <param name="settings">Its settings as written; null where none are.</param>
    /// <param name="problem">The reason why it is not a valid op, in words; empty if it is.</param>
    internal Op? Find(string written, int operands, ref double[]? settings, out string problem)
    {
        problem = "";
        if (Find(written, operands, ref settings) is not { } op)
        {
            problem =
                $"unknown op '{written}'{Nearest.Ending(written, [.. ops.All.Select(o => o.Name), .. s_synonyms.Keys])} "
                + "'parity list op' shows the names.";
            return null;
        }

        settings ??= s_usualSettings.GetValueOrDefault(op.Name) ?? [];
        if (op.Arity == Op.Any ? operands == 0 : operands != op.Arity)
            problem =
                $"'{written}' takes {(op.Arity == Op.Any ? "one parent or more" : Count(op.Arity, "parent"))}, but has {operands}.{RepeatedHint(op, operands)}";
        else if (settings.Length != op.Settings[0].Length)
            problem = $"'{written}' takes {Count(op.Settings[0].Length, "setting")}, but has {settings.Length}. Write \"settings\": [...].";
        return problem.Length == 0 ? op : null;
    }

    private Op? Find(string written, int operands, ref double[]? settings)
    {
        if (written == "-")
            return ops[operands == 1 ? "neg" : "sub"];
        if (written.StartsWith(Power, StringComparison.Ordinal) && operands == 1)
        {
            var exponent = written[Power.Length..].Trim(' ', '(', ')');
            if (exponent.Length > 0)
            {
                if (
                    settings is not null
                    || !double.TryParse(exponent, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    || !double.IsFinite(number)
                )
                    return null;
                settings = [number];
            }

            return ops["pow_number"];
        }

        if (written == Power || (written == "pow" && operands == 2))
            return ops["pow"];
        if (written == "pow" && operands == 1)
            return ops["pow_number"];
        var plain = Plain(written);
        return _byPlainName.GetValueOrDefault(s_synonyms.GetValueOrDefault(plain, plain));
    }

    private static string RepeatedHint(Op op, int operands) =>
        op.Arity == 2 && operands == 1 ? " An operand that is used twice is written twice." : "";

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
}
