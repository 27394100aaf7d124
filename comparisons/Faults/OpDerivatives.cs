namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Contribution to an operand's gradient, from upstream gradient, operands, result and attributes.</summary>
internal delegate double Vjp(double g, double[] x, double y, double[] s);

/// <summary>One op's derivatives, and formulas that people write in their place.</summary>
/// <param name="Op">The op.</param>
/// <param name="Derivatives">The derivative with respect to each operand, to read; the last one holds for the operands after it.</param>
internal sealed record OpDerivatives(string Op, string[] Derivatives)
{
    /// <summary>The derivative as usually programmed from the result, to read and as a function of result and settings.</summary>
    internal (string Text, Func<double, double[], double> Code)? FromOutput { get; private init; }

    /// <summary>Wrong formulas, each with the kind of fault and its operand.</summary>
    internal IReadOnlyList<(string Kind, int Operand, string Text, Vjp Code)> Wrong { get; private init; } = [];

    /// <summary>Wrong ways to split the gradient between two operands that tie.</summary>
    internal IReadOnlyList<(string Text, double First, double Second)> Ties { get; private init; } = [];

    /// <summary>The correct VJP of an operand, as text for a reader.</summary>
    internal string Right(int operand) => Times(Derivatives[Math.Min(operand, Derivatives.Length - 1)]);

    /// <summary>The upstream gradient times a derivative, to read.</summary>
    internal static string Times(string derivative) =>
        derivative switch
        {
            "1" => "g",
            "−1" => "−g",
            "0" => "0",
            _ when derivative.Contains(' ', StringComparison.Ordinal) || derivative[0] == '−' => $"g·({derivative})",
            _ => $"g·{derivative}",
        };

    internal OpDerivatives ByOutput(string text, Func<double, double[], double> code) => this with { FromOutput = (text, code) };

    internal OpDerivatives Missing(int operand, string text, Vjp code) => With("missing-factor", operand, text, code);

    internal OpDerivatives Part(int operand, string text, Vjp code) => With("upstream-on-part", operand, text, code);

    internal OpDerivatives Exponent(int operand, string text, Vjp code) => With("wrong-exponent", operand, text, code);

    internal OpDerivatives AtTie(string text, double first, double second) => this with { Ties = [.. Ties, (text, first, second)] };

    private OpDerivatives With(string kind, int operand, string text, Vjp code) => this with { Wrong = [.. Wrong, (kind, operand, text, code)] };
}
