using System.Globalization;
using System.Text;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>A program as a test in C#: a file for tests/Micrograd.Parity.Tests, whole as it is printed.</summary>
internal static class CSharpSource
{
    /// <summary>The file's text.</summary>
    public static string TestOf(Program program)
    {
        var text = new StringBuilder();
        text.Append(
            $$"""
            using Micrograd.Parity.Fuzzing;
            using Micrograd.Parity.Programs;

            namespace Micrograd.Parity.Tests.Fuzzing;

            public class {{ClassName(program)}}
            {
                [Fact]
                public void Agrees_with_PyTorch_bit_for_bit()
                {
                    var program = new Program(
                        {{Text(program.Name)}},
                        [

            """
        );
        for (var i = 0; i < program.Nodes.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"                {Source(program.Nodes[i])}, // {i}\n");
        text.Append($"            ],\n            [{string.Join(", ", program.Passes.Select(Source))}]);\n");
        text.Append(
            """
                    var check = ProgramCheck.Run(program, SuiteFixture.Context);
                    Assert.Null(check.Error);
                    Assert.Empty(check.Differences);
                }
            }

            """
        );
        return text.ToString();
    }

    /// <summary>The name of the test's class.</summary>
    public static string ClassName(Program program) =>
        string.Concat(program.Name.Select((c, i) => char.IsAsciiLetterOrDigit(c) ? (i == 0 ? char.ToUpperInvariant(c) : c) : '_')) + "_Tests";

    /// <summary>A number as C# writes it, with all its bits.</summary>
    public static string Number(double number)
    {
        if (double.IsNaN(number))
            return "double.NaN";
        if (double.IsInfinity(number))
            return number > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity";
        return number == 0 && double.IsNegative(number) ? "-0.0" : NumberText.Of(number);
    }

    private static string Source(Node node)
    {
        var label = node.Label is null ? "" : $", {Text(node.Label)}";
        if (node.Op is null)
            return $"Node.{(node.RequiresGrad ? "Leaf" : "Constant")}({Number(node.Number)}{label})";
        var settings =
            node.Settings.Count > 0 ? $", [{string.Join(", ", node.Settings.Select(Number))}]"
            : label.Length > 0 ? ", []"
            : "";
        return $"Node.Of(\"{node.Op}\", [{string.Join(", ", node.Operands)}]{settings}{label})";
    }

    private static string Source(Pass pass) => $"new Pass({pass.Root}, {Number(pass.Upstream)}{(pass.Clear ? ", true" : "")})";

    private static string Text(string text)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{PlainText.OneLine(escaped)}\"";
    }
}
