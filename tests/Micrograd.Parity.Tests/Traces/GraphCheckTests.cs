using System.Globalization;
using System.Text;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Matching;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Tests.Reports;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>What is right passes; what is wrong is found where it arises, and once.</summary>
public class GraphCheckTests
{
    private static readonly OpCatalogue s_ops = ParitySuite.Default.Ops;

    /// <summary>Ops that IEEE 754 leaves no choice: at the test's operands they select a number, or round one operation correctly.</summary>
    private static readonly HashSet<string> s_sameEverywhere = new(
        (
            "add sub mul div neg add_number number_sub mul_number div_number number_div fmod remainder relu relu6 leaky_relu prelu elu selu celu "
            + "hardtanh hardshrink softshrink threshold abs sign maximum minimum fmax fmin clamp where floor ceil round trunc frac"
        ).Split(' '),
        StringComparer.Ordinal
    );

    [Fact]
    public void What_the_engine_records_of_every_program_has_the_bits_throughout() => Assert.All(ParitySuite.Default.Programs, program =>
        {
            // PyTorch's own quirk with shared views concerns several passes; a trace has one pass a graph.
            var report = Checked.Of(Checked.Recorded(program));
            Assert.False(report.HasMistakes);
            Assert.All(report.Graphs, g => Assert.Equal(g.Values + g.Gradients, g.SameBits));
        });

    [Fact]
    public void Random_programs_raise_no_alarm()
    {
        var generator = new ProgramGenerator(s_ops, s_ops.All);
        for (var i = 0; i < 300; i++)
        {
            var program = generator.Make(11, i);
            var report = Checked.Of(Checked.Recorded(program));
            Assert.All(report.Graphs, g => Assert.True(g.Values + g.Gradients == g.SameBits, $"{program.Name}: {g.Mistakes.Count} mistakes"));
        }
    }

    [Fact]
    public void What_PyTorch_records_raises_no_alarm_either()
    {
        var generator = new ProgramGenerator(s_ops, s_ops.All);
        for (var i = 0; i < 50; i++)
        {
            var report = Of(generator.Make(12, i), new TorchBackend(s_ops));
            Assert.All(report.Graphs, g =>
                Assert.True(
                    g.Values + g.Gradients == g.SameBits,
                    string.Join('\n', g.Groups.Concat(g.Honest).Select(h => $"{h.Class} {h.Op} {h.First} {g.Graph.Nodes[h.First.Node]}"))
                )
            );
        }
    }

    [Fact]
    public void A_wrong_gradient_of_any_op_is_named() => Assert.All(s_ops.All, op =>
        {
            var mistakes = OfModel(op, Probe.NudgedGradient(op.Name)).Graphs.SelectMany(g => g.Groups).ToList();
            Assert.NotEmpty(mistakes);
            Assert.All(mistakes, m => Assert.Equal((op.Name, Quantity.Gradient), (m.Op, m.First.Quantity)));
        });

    [Fact]
    public void What_is_written_as_JSON_satisfies_the_schema()
    {
        var schema = Schema.Of("check.schema.json");
        var text = CheckJson.Write(OfModel(s_ops["tanh"], Probe.NudgedGradient("tanh")), new FaultDiagnosis(s_ops, FaultCatalogue.All, AnyMlp.Model));
        Assert.Empty(schema.Faults(text));
        Assert.NotEmpty(schema.Faults(text.Replace("\"facts\"", "\"hints\"", StringComparison.Ordinal)));
        Assert.Empty(schema.Faults(CheckJson.Write(OfModel(s_ops["exp"], Probe.NudgedValue("exp")))));
    }

    [Fact]
    public void A_value_one_float_off_is_a_mistake_of_an_exact_op_and_ulps_of_rounding_of_another() => Assert.All(s_ops.All, op =>
        {
            var report = OfModel(op, Probe.NudgedValue(op.Name)).Graphs.Single();
            if (s_sameEverywhere.Contains(op.Name))
            {
                var group = Assert.Single(report.Groups);
                Assert.Equal((op.Name, Quantity.Value), (group.Op, group.First.Quantity));
            }
            else
            {
                Assert.Empty(report.Mistakes);
                var honest = Assert.Single(report.Honest, h => h.First.Quantity == Quantity.Value);
                var right =
                    op.Arity == Op.Any ? DifferenceClass.SummationOrder
                    : Compositions.Values(op.Name, Operands(op), [.. op.Settings[0]]).Contains(honest.First.Recorded)
                        ? DifferenceClass.OtherComposition
                    : DifferenceClass.UlpsOfRounding;
                Assert.Equal((op.Name, right), (honest.Op, honest.Class));
            }
        });

    [Fact]
    public void Assigned_gradients_are_named_where_shares_are_missing()
    {
        var program = ProgramBuilder.Define("shared", p =>
        {
            var (a, b) = (p.Leaf("a", 0.5), p.Leaf("b", -1.25));
            var t = (a * b).Tanh();
            return (t * t * 3) + (a * t) + b.Exp();
        });
        var report = Of(program, new ModelBackend(s_ops, FaultCatalogue.Find("assigned-for-added").Model)).Graphs.Single();
        var group = Assert.Single(report.Groups);
        Assert.Null(group.Op);
        Assert.Contains(group.Facts, f => f.Kind == FactKind.OneShare);
        Assert.All(report.Mistakes, m => Assert.True(program.Nodes.Sum(n => n.Operands.Count(o => o == m.Node)) > 1));
    }

    [Fact]
    public void Independent_mistakes_are_all_named()
    {
        var program = ProgramBuilder.Define("two mistakes", p =>
        {
            var (a, b) = (p.Leaf("a", 0.5), p.Leaf("b", -1.25));
            return (a.Tanh() * 2) + (b.Exp() * 3) + (a * b);
        });
        var report = Of(program, new ModelBackend(s_ops, FaultCatalogue.Find("assigned-for-added").Model with { Op = Probe.NudgedValue("mul").Op }))
            .Graphs.Single();
        Assert.Contains(report.Groups, g => g.Op == "mul" && g.First.Quantity == Quantity.Value);
        Assert.Contains(report.Groups, g => g is { Op: null, First.Quantity: Quantity.Gradient } && g.Facts.Any(f => f.Kind == FactKind.OneShare));
    }

    [Fact]
    public void Depth_first_order_is_no_mistake_but_another_order_of_summation()
    {
        var seen = 0;
        for (var k = 1; k <= 20; k++)
        {
            var program = ProgramBuilder.Define("shared", p =>
            {
                var a = p.Leaf("a", 0.1 * k);
                var (first, second, third, fourth) = (a * 0.1, a * 0.7, a.Exp(), a.Tanh());
                return third * (first + (fourth + second));
            });
            var report = Of(program, new ModelBackend(s_ops, FaultCatalogue.Find("depth-first-order").Model)).Graphs.Single();
            Assert.Empty(report.Mistakes);
            Assert.All(report.Honest, h => Assert.Equal(DifferenceClass.SummationOrder, h.Class));
            seen += report.Honest.Count;
        }

        Assert.True(seen > 0);
    }

    [Theory]
    [InlineData("tanh")]
    [InlineData("mul")]
    [InlineData("add")]
    public void A_wrong_sign_is_told_by_its_ratio(string op)
    {
        var program = ProgramBuilder.Define("sign", p => (p.Leaf("a", 0.5).Tanh() * p.Leaf("b", 0.75)) + p.Leaf("c", 2));
        var text = Checked.Recorded(program);
        using var reader = Checked.Open(Encoding.UTF8.GetBytes(text));
        var graph = reader.Graphs().Single();
        var consumer = graph.Nodes.ToList().FindIndex(n => n.Op == op);
        var operand = graph.Nodes[consumer].Operands[0];
        var wrong = graph with { Nodes = graph.Nodes.With(gradient: n => n.Index <= operand ? -n.Gradient : n.Gradient) };
        var check = new GraphCheck(s_ops, isFloat32: false);
        var report = check.Check(wrong);
        var first = report.Groups.Single(g => g.First.Node == operand);
        Assert.Equal(op, first.Op);
        Assert.Contains(first.Facts, f => f.Kind == FactKind.OppositeSign);
    }

    [Fact]
    public void An_engine_in_float32_passes_and_its_mistakes_are_found()
    {
        Assert.Equal(DifferenceClass.Float32Rounding, Assert.Single(FloatEngine(factor: 1).Honest.Select(h => h.Class).Distinct()));
        Assert.Empty(FloatEngine(factor: 1).Mistakes);
        var wrong = FloatEngine(factor: 1.0001f);
        Assert.Equal("tanh", Assert.Single(wrong.Groups).Op);
    }

    [Fact]
    public void Division_by_a_power_is_another_composition()
    {
        var (a, b) = (49.0, 49.0);
        var report = Checked
            .Of(Checked.Graph(Leaf(0, a), Leaf(1, b), $$"""{"id": 2, "op": "/", "parents": [0, 1], "value": {{Shown(a * Math.Pow(b, -1))}}}"""))
            .Graphs.Single();
        Assert.Empty(report.Mistakes);
        var honest = Assert.Single(report.Honest);
        Assert.Equal(DifferenceClass.OtherComposition, honest.Class);
        Assert.Contains("power −1", honest.Facts[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_composition_is_of_an_op_and_near_it() => Assert.All(Compositions.Ops, name =>
        {
            var op = s_ops[name];
            double[] x = [.. Enumerable.Range(0, op.Arity == Op.Any ? 3 : op.Arity).Select(k => 0.7 + (0.2 * k))];
            double[] settings = name == "pow_number" ? [2.5] : [.. op.Settings[0]];
            var right = new MicrogradBackend(s_ops)
                .Run(Program.OfOp(name, name, x.Length, settings) with { Passes = [] }, new ProgramInput(x, []))
                .Values[^1];
            Assert.All(Compositions.Values(name, x, settings), number => Assert.Equal(right, number, 14));
        });

    [Fact]
    public void What_is_left_out_is_not_compared_and_does_not_hinder()
    {
        var text = Checked.Graph(
            Leaf(0, 2),
            Leaf(1, 3),
            """{"id": 2, "op": "*", "parents": [0, 1], "value": 6}""",
            """{"id": 3, "op": "**2", "parents": [2], "value": 36}""",
            """{"id": 4, "op": "+", "parents": [3, 0], "value": 38}"""
        );
        var report = Checked.Of(text).Graphs.Single();
        Assert.Equal((3, 0, 3), (report.Values, report.Gradients, report.SameBits));
        var withOne = Checked.Of(text.Replace("\"value\": 3}", "\"value\": 3, \"gradient\": 24}", StringComparison.Ordinal)).Graphs.Single();
        Assert.Equal((1, 0), (withOne.Gradients, withOne.Mistakes.Count));
        var wrong = Checked.Of(text.Replace("\"value\": 3}", "\"value\": 3, \"gradient\": 25}", StringComparison.Ordinal)).Graphs.Single();
        Assert.Equal((25, 24), (wrong.Groups.Single().First.Recorded, wrong.Groups.Single().First.Right));
    }

    [Fact]
    public void A_node_that_the_root_does_not_reach_has_no_gradient()
    {
        string Text(string stray) =>
            Checked.Graph(
                """{"graph": "g", "root": 1, "upstream": 2}""",
                """{"id": 0, "value": 3, "gradient": -2}""",
                """{"id": 1, "op": "neg", "parents": [0], "value": -3, "gradient": 2}""",
                $$"""{"id": 2, "op": "exp", "parents": [1], "value": {{Shown(Math.Exp(-3))}}, "gradient": {{stray}}}"""
            );
        Assert.False(Checked.Of(Text("0")).HasMistakes);
        Assert.Equal(2, Assert.Single(Checked.Of(Text("0.5")).Graphs.Single().Mistakes).Node);
    }

    [Fact]
    public void Gradients_that_were_not_cleared_show_what_the_graph_before_left()
    {
        var report = Checked.Of(
            Checked.Graph(
                """{"graph": "step 0"}""",
                """{"id": 0, "value": 3, "gradient": 6, "label": "w"}""",
                """{"id": 1, "op": "*", "parents": [0, 0], "value": 9, "gradient": 1}""",
                """{"graph": "step 1"}""",
                """{"id": 0, "value": 2, "gradient": 10, "label": "w"}""",
                """{"id": 1, "op": "*", "parents": [0, 0], "value": 4, "gradient": 1}"""
            )
        );
        Assert.Empty(report.Graphs[0].Mistakes);
        var group = Assert.Single(report.Graphs[1].Groups);
        Assert.Contains(group.Facts, f => f.Kind == FactKind.AddsEarlier && f.Number == 6);
    }

    [Fact]
    public void A_hundred_thousand_nodes_are_read_as_a_stream_and_checked()
    {
        const int Nodes = 100_000;
        var text = new StringBuilder(Checked.Header).Append('\n').Append(Leaf(0, 0.5)).Append('\n');
        var value = 0.5;
        for (var i = 1; i < Nodes; i++)
        {
            value = i % 2 == 0 ? Math.Tanh(value) : value + value;
            text.Append(
                    CultureInfo.InvariantCulture,
                    $$"""{"id": {{i}}, "op": "{{(i % 2 == 0 ? "tanh" : "+")}}", "parents": [{{(i % 2 == 0 ? $"{i - 1}" : $"{i - 1}, {i - 1}")}}], "value": {{Shown(value)}}"""
                )
                .Append(i == Nodes - 1 ? ", \"gradient\": 1}\n" : "}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{{\"end\": {Nodes + 1}}}\n");
        var report = Checked.Of(text.ToString()).Graphs.Single();
        Assert.Equal((Nodes - 1L, 1L, (long)Nodes), (report.Values, report.Gradients, report.SameBits));
    }

    private static string Shown(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Leaf(int id, double value) => $$"""{"id": {{id}}, "value": {{Shown(value)}}}""";

    private static TraceReport Of(Program program, IBackend backend)
    {
        using var stream = new MemoryStream();
        TraceWriter.Graphs(stream, "", trace => OwnTraces.Record(trace, program, backend));
        return Checked.Of(stream.ToArray());
    }

    private static double[] Operands(Op op) =>
        [.. new[] { op.Name == "acosh" ? 1.37 : 0.37, 0.81, 0.59, 0.23 }.Take(op.Arity == Op.Any ? 4 : op.Arity)];

    private static TraceReport OfModel(Op op, ModelRules fault)
    {
        var x = Operands(op);
        var operands = x.Length;
        var nodes = Enumerable
            .Range(0, operands)
            .Select(k => Node.Leaf(x[k]))
            .Append(Node.Of(op.Name, [.. Enumerable.Range(0, operands)], op.Settings[0]));
        return Of(new Program(op.Name, [.. nodes], [new Pass(operands, 1.7)]), new ModelBackend(s_ops, fault));
    }

    /// <summary>tanh(a·b + c)·a in float32, whose tanh passes on a gradient that is right for a factor of 1.</summary>
    private static GraphReport FloatEngine(float factor)
    {
        float a = 0.3f,
            b = -1.7f,
            c = 0.9f;
        float product = a * b,
            sum = product + c,
            t = MathF.Tanh(sum),
            y = t * a;
        float gradientT = a,
            gradientSum = factor * ((1 - (t * t)) * gradientT),
            gradientA = t + (b * gradientSum);
        string Number(float x) => Shown(x);
        return Checked
            .Of(
                Checked.Graph(
                    $$"""{"id": "a", "value": {{Number(a)}}, "gradient": {{Number(gradientA)}}}""",
                    $$"""{"id": "b", "value": {{Number(b)}}, "gradient": {{Number(a * gradientSum)}}}""",
                    $$"""{"id": "c", "value": {{Number(c)}}, "gradient": {{Number(gradientSum)}}}""",
                    $$"""{"id": "ab", "op": "*", "parents": ["a", "b"], "value": {{Number(product)}}, "gradient": {{Number(gradientSum)}}}""",
                    $$"""{"id": "s", "op": "+", "parents": ["ab", "c"], "value": {{Number(sum)}}, "gradient": {{Number(gradientSum)}}}""",
                    $$"""{"id": "t", "op": "tanh", "parents": ["s"], "value": {{Number(t)}}, "gradient": {{Number(gradientT)}}}""",
                    $$"""{"id": "y", "op": "*", "parents": ["t", "a"], "value": {{Number(y)}}, "gradient": 1}"""
                )
            )
            .Graphs.Single();
    }
}
