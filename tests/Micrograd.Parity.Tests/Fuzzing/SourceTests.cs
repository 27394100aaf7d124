using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Tools;

namespace Micrograd.Parity.Tests.Fuzzing;

/// <summary>Programs as C# tests and Python scripts.</summary>
public class SourceTests
{
    /// <summary>The program whose test lies beside this file, where it is compiled and run with all others.</summary>
    private static readonly Program s_sample = new(
        "fuzz sample",
        [
            Node.Leaf(-0.0),
            Node.Leaf(double.NaN, "x"),
            Node.Constant(double.NegativeInfinity),
            Node.Leaf(5e-324),
            Node.Of("div", [0, 3]),
            Node.Of("clamp", [4], [-1, 1], "bounded"),
            Node.Of("where", [2, 1, 5]),
            Node.Of("sum", [0, 0, 6, 3]),
        ],
        [new Pass(7, 1e20), new Pass(5, double.PositiveInfinity, Clear: true)]
    );

    [Fact]
    public void The_printed_test_is_the_one_beside_this_file() =>
        Assert.Equal(File.ReadAllText(Path.Combine(Folder(), $"{CSharpSource.ClassName(s_sample)}.cs")), CSharpSource.TestOf(s_sample));

    [Theory]
    [InlineData("tanh", "n0.tanh()")]
    [InlineData("add", "n0 + n1")]
    [InlineData("neg", "-n0")]
    [InlineData("number_sub", "3.0 - n0")]
    [InlineData("number_div", "number(3.0).div(n0)")]
    [InlineData("div_number", "n0.div(number(3.0))")]
    [InlineData("where", "torch.where(n0 > 0, n1, n2)")]
    [InlineData("sum", "torch.stack([n0, n1]).sum()")]
    [InlineData("hardtanh", "F.hardtanh(n0, -1.0, 1.0)")]
    [InlineData("atan2", "n0.atan2(n1)")]
    [InlineData("gelu_tanh", "F.gelu(n0, approximate='tanh')")]
    [InlineData("mish", "F.mish(n0)")]
    [InlineData("lerp", "n0.lerp(n1, n2)")]
    public void An_op_is_written_as_in_Python(string name, string expected)
    {
        var op = ParitySuite.Default.Ops[name];
        var operands = Enumerable.Range(0, op.Arity < 0 ? 2 : op.Arity).ToArray();
        Assert.Equal(expected, PythonSource.Call(Node.Of(name, operands, op.Settings[0]), op));
    }

    [Fact]
    public void Every_row_can_be_written_in_Python()
    {
        foreach (var op in ParitySuite.Default.Ops.All)
        {
            foreach (var settings in op.Settings)
            {
                var call = PythonSource.Call(Node.Of(op.Name, [.. Enumerable.Range(0, op.Arity < 0 ? 3 : op.Arity)], settings), op);
                Assert.DoesNotMatch(@"[?;<]\w|=>|Math|TorchScript|clone|[A-Z]{2}|float64|\bs\[|(?<![.\w])tensor", call);
                Assert.Contains("n0", call, StringComparison.Ordinal);
                Assert.All(op.TheirsParameters.Take(1), p => Assert.DoesNotMatch($@"(?<![.\w]){p}\b(?!\()", call));
            }
        }
    }

    [Fact]
    public void A_script_holds_the_whole_program()
    {
        var script = PythonSource.ScriptOf(s_sample, ParitySuite.Default.Ops, SuiteFixture.Context.Ours.Run(s_sample, s_sample.DefaultInput));
        Assert.All(
            [
                "n0 = number(-0.0, requires_grad=True)",
                "n1 = number(float('nan'), requires_grad=True)",
                "n2 = number(float('-inf'))",
                "n3 = number(5E-324, requires_grad=True)",
                "n5 = n4.clamp(-1.0, 1.0)",
                "n7.backward(number(1E+20), retain_graph=True)",
                "    n.grad = None",
                "ours = [(-0.0, ",
            ],
            line => Assert.Contains(line, script, StringComparison.Ordinal)
        );
    }

    private static string Folder()
    {
        return Path.Combine(Repository.Above(AppContext.BaseDirectory)!, "tests", "Micrograd.Parity.Tests", "Fuzzing");
    }
}
