using System.Text;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;
using static TorchSharp.torch;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>Ops that this engine has not, but others: nodes of many operands, of several outputs, and straight-through estimators.</summary>
public class ListOpTests
{
    private static readonly OpCatalogue s_ops = ParitySuite.TraceOps;

    private static IEnumerable<Op> Composed => s_ops.All.Where(op => op.IsComposed);

    private static readonly string[] s_names =
    [
        "softmax",
        "log_softmax",
        "cross_entropy",
        "logsumexp",
        "amax",
        "amin",
        "prod",
        "norm",
        "dot",
        "identity",
        "step",
    ];

    [Fact]
    public void There_is_each_of_them_and_an_estimator_of_every_op_of_one_operand() =>
        Assert.Equal(
            s_names.Concat(
                s_ops.All.Where(op => op.Arity == 1 && !op.Name.Contains(',', StringComparison.Ordinal)).Select(op => $"{op.Name}, straight-through")
            ),
            Composed.Select(op => op.Name)
        );

    [Fact]
    public void What_PyTorch_computes_has_the_bits_and_other_compositions_are_right() => Assert.All(Programs(), program =>
        {
            var theirs = Checked.Of(Text(program, new TorchBackend(s_ops))).Graphs.Single();
            Assert.Equal(theirs.Values + theirs.Gradients, theirs.SameBits);
            var ours = Checked.Of(Text(program, new MicrogradBackend(s_ops))).Graphs.Single();
            Assert.True(ours.Mistakes.Count == 0, $"{program.Name}: {string.Join('\n', ours.Mistakes)}");
        });

    [Fact]
    public void A_gradient_that_is_wrong_in_the_eighth_digit_is_a_mistake() =>
        Assert.All(Programs().GroupBy(p => p.Nodes.First(n => n.Op is not null).Op!), ofOp =>
        {
            var rules = new ModelRules { Op = new OpRule(ofOp.Key) { Share = (_, _, _, right) => right == 0 ? 1e-8 : right * (1 + 1e-8) } };
            Assert.All(ofOp, program => Assert.NotEmpty(Checked.Of(Text(program, new ModelBackend(s_ops, rules))).Graphs.Single().Mistakes));
        });

    /// <summary>PyTorch computes all outputs at once, and their gradients together.</summary>
    [Fact]
    public void All_outputs_of_one_call_of_PyTorch_are_right()
    {
        var numbers = new[] { 0.3, -1.25, 2.5, 0.875 };
        using var x = tensor(numbers, float64, requires_grad: true);
        using var y = x.softmax(0);
        double[] upstreams = [0.5, -2, 1.5, 3];
        y.backward([tensor(upstreams)]);
        string[] lines =
        [
            .. numbers.Select((n, i) => $$"""{"id": "x{{i}}", "value": {{n}}, "gradient": {{JsonNumberOf(x.grad![i])}}}"""),
            .. numbers.Select(
                (_, i) =>
                    $$"""{"id": "y{{i}}", "op": "softmax", "parents": ["x0", "x1", "x2", "x3"], "index": {{i}}, "value": {{JsonNumberOf(y[i])}}, "gradient": {{upstreams[i]}}}"""
            ),
            .. upstreams.Select((u, i) => $$"""{"id": "u{{i}}", "value": {{u}}}"""),
            $$"""{"id": "end", "op": "dot", "parents": ["y0", "y1", "y2", "y3", "u0", "u1", "u2", "u3"], "value": {{JsonNumberOf(y.dot(tensor(upstreams)))}}}""",
        ];
        var report = Checked.Of(Checked.Graph(lines)).Graphs.Single();
        Assert.Empty(report.Mistakes);
        var crossed = $$"""{"id": "x0", "value": {{numbers[0]}}, "gradient": 0.125}""";
        Assert.NotEmpty(Checked.Of(Checked.Graph([crossed, .. lines[1..]])).Graphs.Single().Mistakes);

        static string JsonNumberOf(Tensor x) => NumberText.Of(x.item<double>());
    }

    [Theory]
    [InlineData("round", 1, true)]
    [InlineData("round", 0, false)]
    [InlineData("sign", 1, true)]
    [InlineData("step", 1, true)]
    public void A_straight_through_estimator_is_right_where_it_is_marked(string op, double gradient, bool isMarked)
    {
        var mark = isMarked ? ", \"straight_through\": true" : "";
        var lines = new[]
        {
            $$"""{"id": 0, "value": 1.25, "gradient": {{gradient * 2}}}""",
            $$"""{"id": 1, "op": "{{op}}", "parents": [0], "value": 1, "gradient": 2{{mark}}}""",
            """{"id": 2, "op": "+", "parents": [1, 1], "value": 2, "gradient": 1}""",
        };
        Assert.Empty(Checked.Of(Checked.Graph(lines)).Graphs.Single().Mistakes);
        lines[0] = $$"""{"id": 0, "value": 1.25, "gradient": {{(1 - gradient) * 2}}}""";
        Assert.NotEmpty(Checked.Of(Checked.Graph(lines)).Graphs.Single().Mistakes);
    }

    [Theory]
    [InlineData("""{"id": 9, "op": "softmax", "parents": [0, 1], "value": 1}""", "needs an \"index\" from 0 to 1: each of its outputs is a node")]
    [InlineData("""{"id": 9, "op": "softmax", "parents": [0, 1], "index": 2, "value": 1}""", "needs an \"index\" from 0 to 1")]
    [InlineData("""{"id": 9, "op": "add", "parents": [0, 1], "index": 1, "value": 1}""", "'add' takes no \"index\"")]
    [InlineData("""{"id": 9, "op": "dot", "parents": [0, 1, 0], "value": 1}""", "two lists of the same length")]
    [InlineData("""{"id": 9, "op": "add", "parents": [0, 1], "straight_through": true, "value": 1}""", "cannot be straight-through")]
    public void A_call_that_says_too_little_is_refused(string line, string message)
    {
        var text = Checked.Graph("""{"id": 0, "value": 1}""", """{"id": 1, "value": 2}""", line);
        Assert.Contains(message, Assert.Throws<TraceFormatException>(() => Checked.Of(text)).Message, StringComparison.Ordinal);
    }

    /// <summary>Each op on lists of numbers, some of them equal, of zeros and of both signs, and an op after it.</summary>
    private static IEnumerable<Program> Programs()
    {
        var random = new SeededRandom(7);
        foreach (var op in Composed)
        {
            foreach (var count in op.Arity == Op.Any ? [1, 2, 3, 6] : new[] { 1 })
            {
                for (var draw = 0; draw < 5; draw++)
                {
                    var length = op.Name == "dot" ? 2 * count : count;
                    var settings =
                        op.HasIndex ? [random.Next(count)]
                        : op.Name.StartsWith("step", StringComparison.Ordinal) ? [0.5]
                        : op.Settings[0];
                    var of = op.Domains[0];
                    yield return ProgramBuilder.Define($"{op.Name} of {length}, {draw}", p =>
                    {
                        var leaves = Enumerable
                            .Range(0, length)
                            .Select(i => p.Leaf($"x{i}", (random.Next(-40, 41) / 16.0) + (op.IsComposed && op.Arity == 1 ? 3.03125 : 0)));
                        return p.Apply(op.Name, [.. leaves.ToList()], settings) * 1.75;
                    });
                }
            }
        }
    }

    private static string Text(Program program, IBackend backend)
    {
        using var stream = new MemoryStream();
        TraceWriter.Graphs(stream, "", trace => OwnTraces.Record(trace, program, backend));
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
