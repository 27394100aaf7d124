using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Matching;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>Engines that are not ours, recorded by the recorders: right ones pass, and each mistake is found at its node.</summary>
public sealed class RecorderTests : IDisposable
{
    private static readonly FaultDiagnosis s_diagnosis = new(ParitySuite.Default.Ops, FaultCatalogue.All, AnyMlp.Model);

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("right")]
    [InlineData("sets")]
    [InlineData("watched")]
    [Trait("Needs", "python")]
    public void A_right_Python_engine_passes(string kind)
    {
        var report = Python(kind);
        Assert.Empty(report.Mistakes);
        Assert.True(report.SameBits > 60);
        Assert.All(report.Honest, h => Assert.Contains(h.Class, new[] { DifferenceClass.SummationOrder, DifferenceClass.SignOfZero }));
    }

    [Theory]
    [InlineData("assigned", FactKind.OneShare)]
    [InlineData("no waiting", FactKind.OtherUpstream)]
    [InlineData("recursion", FactKind.OtherUpstream)]
    [InlineData("recursion and order", FactKind.TwiceShare)]
    [InlineData("visited twice", FactKind.OtherUpstream)]
    [InlineData("stale", FactKind.WholeMultiple)]
    [Trait("Needs", "python")]
    internal void A_Python_engine_that_gathers_gradients_wrongly_is_found_out(string mistake, FactKind fact)
    {
        var report = Python(mistake);
        var group = Assert.Single(report.Groups);
        Assert.Null(group.Op);
        Assert.Equal(Quantity.Gradient, group.First.Quantity);
        Assert.Contains(group.Facts, f => f.Kind == fact);

        // The first is the one nearest to the root: all after it follow, or are wrong by themselves.
        Assert.Equal(report.Mistakes.Max(m => m.Node), group.First.Node);
    }

    /// <summary>Every mistake in a graph but the one that is a matter of rounding.</summary>
    public static TheoryData<string> GraphMistakes => [.. GraphFaults.All.Select(f => f.Name).Where(name => name != "depth-first-order")];

    [Theory]
    [MemberData(nameof(GraphMistakes))]
    [Trait("Needs", "python")]
    public void A_mistake_of_a_Python_engine_in_how_it_goes_through_a_graph_is_named(string name)
    {
        Run("graph_faults.py", name);
        using var reader = Checked.Open(File.ReadAllBytes(_file));
        var named = s_diagnosis.Explain(reader.Graphs().Single(), Checked.OfFile(_file).Graphs.Single().Mistakes);
        Assert.Equal((name, 1.0), (named[0].Fault, named[0].Fit));
    }

    [Theory]
    [InlineData("assigned-for-added", "tanh-missing-factor")]
    [InlineData("visited-once-per-path", "tanh-sign")]
    [InlineData("backward-twice", "tanh-missing-factor")]
    [InlineData("listed-once-per-path", "tanh-sign")]
    [Trait("Needs", "python")]
    public void A_mistake_in_the_graph_and_one_in_an_op_are_both_named(string inGraph, string inOp)
    {
        Run("graph_faults.py", $"{inGraph}+{inOp}");
        using var reader = Checked.Open(File.ReadAllBytes(_file));
        var named = s_diagnosis.Explain(reader.Graphs().Single(), Checked.OfFile(_file).Graphs.Single().Mistakes);
        Assert.Equal([inOp, inGraph], named.Select(e => e.Fault));
        Assert.All(named, e => Assert.Equal(1, e.Fit));
    }

    [Theory]
    [InlineData("tanh sign", FactKind.OppositeSign)]
    [InlineData("tanh upstream", FactKind.OnlyWhereUpstreamIsNotOne)]
    [Trait("Needs", "python")]
    internal void A_wrong_rule_of_a_Python_engine_is_named_once(string mistake, FactKind fact)
    {
        var group = Assert.Single(Python(mistake).Groups);
        Assert.Equal(("tanh", 2, 2), (group.Op, group.Count, group.Of));
        Assert.Contains(group.Facts, f => f.Kind == fact);
    }

    [Fact]
    [Trait("Needs", "python")]
    public void A_value_that_was_changed_is_found()
    {
        var group = Assert.Single(Python("wrong sum").Groups);
        Assert.Equal(("add", Quantity.Value), (group.Op, group.First.Quantity));
    }

    [Fact]
    [Trait("Needs", "python")]
    public void A_Python_training_loop_is_recorded()
    {
        Run(
            "-c",
            """
            import sys
            sys.path.insert(0, sys.argv[2])
            import parity_trace
            training = {"sizes": [1, 1], "activations": "linear", "data": {"kind": "inline", "inputs": [[2]], "targets": [[1]]},
                        "loss": "mse_loss", "optimizer": {"kind": "sgd", "lr": 0.125}, "steps": 3}
            w, b = 0.5, 0.25
            with parity_trace.Training(sys.argv[1], training, parameters={"0.weight": [w], "0.bias": [b]}, engine="by hand") as trace:
                for step in range(3):
                    out = b + w * 2
                    gw, gb = 2 * (out - 1) * 2, 2 * (out - 1)
                    w, b = w - 0.125 * gw, b - 0.125 * gb
                    trace.step(step, loss=(out - 1) ** 2, outputs=[out], gradients={"0.weight": [gw], "0.bias": [gb]}, parameters={"0.weight": [w], "0.bias": [b]})
            """
        );
        var report = Checked.OfFile(_file);
        Assert.Equal("by hand", report.Engine);
        Assert.Empty(report.Training!.Mistakes);
        Assert.Equal((18, 18), (report.Training.Compared, report.Training.SameBits));
    }

    [Fact]
    [Trait("Needs", "python")]
    public void A_recording_that_fails_leaves_no_file()
    {
        File.Delete(_file);
        var error = Assert.Throws<InvalidOperationException>(() =>
            Run(
                "-c",
                """
                import sys
                sys.path.insert(0, sys.argv[2])
                import parity_trace
                class Node:
                    pass
                parity_trace.save(sys.argv[1], Node())
                """
            )
        );
        Assert.Contains("has no number in data or value", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_file)!, Path.GetFileName(_file) + "*"));
    }

    [Fact]
    [Trait("Needs", "python")]
    public void Two_operands_in_a_set_that_no_order_explains_are_told()
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            Run(
                "-c",
                """
                import sys
                sys.path.insert(0, sys.argv[2])
                import parity_trace
                class Node:
                    def __init__(self, data, children=(), op=""):
                        self.data, self._prev, self._op = data, set(children), op
                parity_trace.save(sys.argv[1], Node(7.0, (Node(5.0), Node(3.0)), "-"))
                """
            )
        );
        Assert.Contains("keep a tuple", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("set", "")]
    [InlineData("tuple", "")]
    [InlineData("set", "w")]
    [Trait("Needs", "python")]
    public void Gradients_that_are_never_cleared_are_found_in_all_graphs_of_a_training_loop(string operands, string label)
    {
        Run("-c", TrainingLoop(operands, label, clears: false));
        var graphs = Checked.OfFile(_file).Graphs;
        Assert.Equal(8, graphs.Count);
        Assert.Empty(graphs[0].Mistakes);
        Assert.All(graphs.Skip(1), g => Assert.True(g.KeepsEarlier));
        Assert.All(graphs.Skip(1), g => Assert.Equal(5, g.Mistakes.Count));
        Assert.All(graphs.Skip(1), g =>
            Assert.Equal(
                ("gradients-not-cleared", 1.0),
                s_diagnosis.Explain(g.Graph, g.Mistakes) is [var first, ..] ? (first.Fault, first.Fit) : default
            )
        );
    }

    [Fact]
    [Trait("Needs", "python")]
    public void A_training_loop_that_clears_its_gradients_passes()
    {
        Run("-c", TrainingLoop("set", "", clears: true));
        Assert.All(Checked.OfFile(_file).Graphs, g => Assert.Empty(g.Mistakes));
    }

    /// <summary>A training loop on an engine like micrograd, recorded as the recorder's documentation shows.</summary>
    private static string TrainingLoop(string operands, string label, bool clears) =>
        $$"""
            import math, random, sys
            sys.path.insert(0, sys.argv[2])
            import parity_trace

            class Value:
                def __init__(self, data, children=(), op="", label=""):
                    self.data, self.grad, self.back, self._prev, self._op, self.label = data, 0.0, lambda: None, {{operands}}(children), op, label
                def __add__(self, other):
                    out = Value(self.data + other.data, (self, other), "+")
                    def back():
                        self.grad += out.grad
                        other.grad += out.grad
                    out.back = back
                    return out
                def __mul__(self, other):
                    out = Value(self.data * other.data, (self, other), "*")
                    def back():
                        self.grad += other.data * out.grad
                        other.grad += self.data * out.grad
                    out.back = back
                    return out
                def tanh(self):
                    out = Value(math.tanh(self.data), (self,), "tanh")
                    def back():
                        self.grad += (1 - out.data ** 2) * out.grad
                    out.back = back
                    return out
                def backward(self):
                    order, seen = [], set()
                    def build(node):
                        if node not in seen:
                            seen.add(node)
                            for child in node._prev:
                                build(child)
                            order.append(node)
                    build(self)
                    self.grad = 1.0
                    for node in reversed(order):
                        node.back()

            rng = random.Random(4)
            parameters = [Value(rng.uniform(-1, 1), label="{{label}}" and f"{{label}}{i}") for i in range(5)]
            with parity_trace.Graphs(sys.argv[1]) as trace:
                for step in range(8):
                    loss = Value(0.0)
                    for x, y, t in ((1.5, -0.5, 1.0), (0.25, 2.0, -1.0)):
                        a, b, c, d, e = parameters
                        out = (a * Value(x) + b * Value(y) + c).tanh() * d + e + Value(-t)
                        loss = loss + out * out
                    if {{(clears ? "True" : "False")}}:
                        for p in parameters:
                            p.grad = 0.0
                    loss.backward()
                    trace.add(loss, name=f"step {step}")
                    for p in parameters:
                        p.data -= 0.05 * p.grad
            """;

    [Fact]
    [Trait("Needs", "python")]
    public void A_leaf_has_one_id_in_all_graphs_of_a_Python_engine()
    {
        Run(
            "-c",
            """
            import sys
            sys.path.insert(0, sys.argv[2])
            import parity_trace
            class Node:
                def __init__(self, data, children=(), op=""):
                    self.data, self.grad, self._prev, self._op = float(data), 0.0, set(children), op
            w, b = Node(2), Node(0.5)
            with parity_trace.Graphs(sys.argv[1]) as trace:
                for step in range(20):
                    x = Node(step)
                    product = Node(w.data * x.data, (w, x), "*")
                    trace.add(Node(product.data + b.data, (product, b), "+"))
            """
        );
        using var reader = Checked.Open(File.ReadAllBytes(_file));
        var leaves = reader.Graphs().Select(g => g.Nodes.Where(n => n.Op is null).ToList()).ToList();
        Assert.All(leaves, l => Assert.Equal(leaves[0].Single(n => n.Value == 0.5).Id, l.Single(n => n.Value == 0.5).Id));
        Assert.All(leaves[3..], l => Assert.Equal(leaves[0].First(n => n.Value == 2).Id, l.First(n => n.Value == 2).Id));
        var own = leaves.ConvertAll(l => l.Where(n => n.Value is not (0.5 or 2)).Select(n => n.Id).FirstOrDefault());
        Assert.Equal(19, own.OfType<string>().Distinct().Count());
    }

    [Fact]
    public void A_leaf_has_one_id_in_all_graphs_of_a_NET_engine()
    {
        var weight = new Scalar(2);
        var recorder = new GraphRecorder<Scalar>(v => v.Data, v => v.Grad, v => v.Op, v => v.Parents);
        TraceWriter.Graphs(_file, "mine", trace =>
        {
            for (var step = 0; step < 3; step++)
            {
                var x = new Scalar(step + 3);
                var product = new Scalar(weight.Data * x.Data, "*", step == 1 ? [weight, x] : [x, weight]);
                recorder.Record(trace, $"{step}", product);
            }
        });
        using var reader = Checked.Open(File.ReadAllBytes(_file));
        Assert.Single(reader.Graphs().Select(g => g.Nodes.First(n => n.Value == 2).Id).Distinct());
    }

    [Fact]
    public void A_NET_engine_is_recorded()
    {
        var (a, b) = (new Scalar(0.5), new Scalar(-1.5));
        var product = new Scalar(a.Data * b.Data, "*", a, b) { Grad = 1 };
        var square = new Scalar(a.Data * a.Data, "*", a, a) { Grad = 1 };
        var sum = new Scalar(product.Data + square.Data, "+", product, square) { Grad = 1 };
        (a.Grad, b.Grad) = (b.Data + a.Data + a.Data, a.Data);
        var recorder = new GraphRecorder<Scalar>(v => v.Data, v => v.Grad, v => v.Op, v => v.Parents) { Created = v => v.Number };
        TraceWriter.Graphs(_file, "mine", trace => recorder.Record(trace, "one", sum));
        var report = Checked.OfFile(_file).Graphs.Single();
        Assert.Equal((5, 3L, 5L, 8L), (report.Nodes, report.Values, report.Gradients, report.SameBits));
    }

    private GraphReport Python(string mistake)
    {
        Run("engines.py", mistake);
        return Checked.OfFile(_file).Graphs.Single();
    }

    private void Run(string script, string argument)
    {
        if (script == "-c")
            PythonScript.RunCode(argument, _file);
        else
            PythonScript.Run(script, argument, _file);
    }

    private sealed class Scalar(double data, string? op = null, params Scalar[] parents)
    {
        private static int s_made;

        public double Data => data;

        public double Grad { get; set; }

        public string? Op => op;

        public IReadOnlyList<Scalar> Parents => parents;

        public int Number { get; } = s_made++;
    }
}
