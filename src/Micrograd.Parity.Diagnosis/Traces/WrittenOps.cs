using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Diagnosis.Traces;

/// <summary>A call of an op as a trace writes it.</summary>
/// <param name="Name">The op's name.</param>
/// <param name="Operands">Number of its operands.</param>
/// <param name="Settings">Its settings; null where none are written.</param>
/// <param name="Index">The index of an operand that a node of several outputs stands for, or a class; null where none is written.</param>
/// <param name="IsStraightThrough">True if its gradient is meant to pass as it is.</param>
internal sealed record WrittenOp(string Name, int Operands, double[]? Settings, int? Index, bool IsStraightThrough);

/// <summary>Finds the catalogue's ops by the names that engines use for them: <c>+</c>, <c>**-1.0</c>, <c>ReLU</c>, <c>rsub</c>.</summary>
/// <param name="ops">The catalogue.</param>
internal sealed class WrittenOps(OpCatalogue ops)
{
    /// <summary>The signs of a power, behind which its exponent may stand.</summary>
    internal static readonly string[] Powers = ["**", "^"];

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
        ["step"] = [0],
    };

    /// <summary>Ops of two operands, by the op of one operand and a number in the second one's place, and of a number in the first one's.</summary>
    private static readonly Dictionary<string, (string Second, string First)> s_withNumber = new(StringComparer.Ordinal)
    {
        ["add"] = ("add_number", "add_number"),
        ["sub"] = ("add_number", "number_sub"),
        ["mul"] = ("mul_number", "mul_number"),
        ["div"] = ("div_number", "number_div"),
        ["pow"] = ("pow_number", "number_pow"),
    };

    private readonly Dictionary<(string Name, int Operands), TraceCall> _plain = []; // calls of which nothing but the name is written
    private readonly Dictionary<string, Op> _byPlainName = ops.All.ToDictionary(op => OpNames.Plain(op.Name), StringComparer.Ordinal);

    /// <summary>Finds the op, its settings and the order of its operands.</summary>
    /// <param name="written">The call as written.</param>
    /// <param name="problem">The reason why it is not a valid call, in words; empty if it is.</param>
    internal TraceCall? Find(WrittenOp written, out string problem)
    {
        problem = "";
        var isPlain = written is { Settings: null, Index: null, IsStraightThrough: false };
        if (isPlain && _plain.TryGetValue((written.Name, written.Operands), out var known))
            return known;
        var call = Search(written, ref problem);
        if (isPlain && call is not null)
            _plain.Add((written.Name, written.Operands), call);
        return call;
    }

    private TraceCall? Search(WrittenOp written, ref string problem)
    {
        var (operands, settings) = (written.Operands, written.Settings);
        if (Named(written.Name, operands, ref settings, out var isReflected) is not { } op)
        {
            problem = $"unknown op '{written.Name}'{Suggestion(written.Name)} 'parity list op' shows the names.";
            return null;
        }

        if (written.Index is { } index)
        {
            if (!op.HasIndex || settings is not null)
            {
                problem = $"'{written.Name}' takes no \"index\"{(op.HasIndex ? " and settings at once" : "")}.";
                return null;
            }

            settings = [index];
        }

        settings ??= s_usualSettings.GetValueOrDefault(op.Name) ?? [];
        if (op.Arity == Op.Any ? operands == 0 : operands != op.Arity)
            problem =
                $"'{written.Name}' takes {(op.Arity == Op.Any ? "one parent or more" : Count(op.Arity, "parent"))}, but has {operands}.{RepeatedHint(op, operands)}";
        else if (op.HasIndex && (settings is not [var k] || k < 0 || k >= operands || !double.IsInteger(k)))
            problem =
                $"'{written.Name}' needs an \"index\" from 0 to {operands - 1}: "
                + (op.Name == "cross_entropy" ? "the class that is right." : "each of its outputs is a node of its own, with the same parents.");
        else if (settings.Length != op.Settings[0].Length)
            problem = $"'{written.Name}' takes {Count(op.Settings[0].Length, "setting")}, but has {settings.Length}. Write \"settings\": [...].";
        else if (op.Name == "dot" && operands % 2 != 0)
            problem = $"'{written.Name}' takes two lists of the same length, one after the other, but has {Count(operands, "parent")}.";
        else if (written.IsStraightThrough && op.Arity != 1)
            problem = $"'{written.Name}' cannot be straight-through: only an op of one parent passes its gradient on as it is.";
        if (problem.Length > 0)
            return null;
        return new TraceCall(written.IsStraightThrough ? Op.StraightThroughName(op.Name) : op.Name, written.Name, settings, isReflected);
    }

    private Op? Named(string written, int operands, ref double[]? settings, out bool isReflected)
    {
        isReflected = false;
        if (written == "-" && settings is null)
            return ops[operands == 1 ? "neg" : "sub"];
        if (
            operands == 1
            && Powers.FirstOrDefault(p => written.StartsWith(p, StringComparison.Ordinal)) is { } power
            && written.Length > power.Length
        )
        {
            var exponent = written[power.Length..].Trim(' ', '(', ')');
            if (
                settings is not null
                || !double.TryParse(exponent, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                || !double.IsFinite(number)
            )
                return null;
            settings = [number];
            return ops["pow_number"];
        }

        var plain = OpNames.Resolve(written, operands, out isReflected);
        if (operands == 1 && s_withNumber.TryGetValue(plain, out var names) && (settings is [_] || plain == "pow"))
        {
            if (plain == "sub" && !isReflected)
                settings = [-settings![0]];
            plain = OpNames.Plain(isReflected ? names.First : names.Second);
        }

        return _byPlainName.GetValueOrDefault(plain);
    }

    /// <summary>Advice on an unknown op, as the end of a sentence: its replacement, or the name that was mistyped.</summary>
    private string Suggestion(string written) =>
        OpNames.Advice(written) is { } advice ? $": {advice}"
        : Nearest.Ending(written, [.. ops.All.Select(o => o.Name).Where(n => !n.Contains(',', StringComparison.Ordinal)), .. OpNames.Known], 1)
            is { Length: > 1 } near
            ? near
        : ". Write the ops that it is made of, or its result as a leaf if it passes no gradient on.";

    private static string RepeatedHint(Op op, int operands) =>
        op.Arity == 2 && operands == 1
            ? " An operand that is used twice is written twice. A number in place of one is a leaf, or stands in \"settings\"."
            : "";

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";
}
