using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>What was recorded is compared with what was meant: right engines agree, and an operator that is wired as another is named.</summary>
public sealed class WiringTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    [Trait("Needs", "python")]
    public void A_right_Python_engine_builds_what_was_meant()
    {
        PythonScript.Run("wiring.py", "none", _file);
        var report = Checked.OfFile(_file);
        Assert.False(report.HasMistakes);
        Assert.Equal(17, report.Graphs.Single().Wiring!.Ops);
        Assert.Contains(report.Remarks, line => line.StartsWith("Wiring was checked", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("difference is reflected", "sub")]
    [InlineData("quotient is reflected", "div")]
    [InlineData("square is forgotten", "pow_number")]
    [InlineData("minus is forgotten", "sub", "neg")]
    [InlineData("operand is copied", "mul", "div", "tanh")]
    [InlineData("number is dropped", "add", "tanh")]
    [Trait("Needs", "python")]
    public void An_operator_of_a_Python_engine_that_is_wired_as_another_is_named(string mistake, params string[] ops)
    {
        PythonScript.Run("wiring.py", mistake, _file);
        var graph = Checked.OfFile(_file).Graphs.Single();
        Assert.Empty(graph.Mistakes);
        Assert.Equal(ops.Order(StringComparer.Ordinal), graph.Wiring!.Groups.Select(g => g.Op).Order(StringComparer.Ordinal));
        Assert.Equal(mistake.EndsWith("reflected", StringComparison.Ordinal), graph.Wiring.Groups[0].First.IsExchanged);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_operator_of_a_NET_engine_that_is_wired_as_another_is_named(bool isReflected)
    {
        var recorder = new GraphRecorder<Scalar>(v => v.Data, v => v.Grad, v => v.Op, v => v.Parents);
        Scalar Make(double x) => new(x) { IsReflected = isReflected };
        TraceWriter.Graphs(_file, "mine", trace =>
        {
            recorder.Compare(trace, "two", (a, b) => (5 - a) * b.Square() - a * 2, [0.75, -2.5], Make, root => root.Backward());
            recorder.Compare(trace, "many", x => x[0] * (x[1] + 1.5), [0.75, -2.5], Make, root => root.Backward());
        });
        var report = Checked.OfFile(_file);
        Assert.All(report.Graphs, g => Assert.Empty(g.Mistakes));
        Assert.Equal([5, 2], report.Graphs.Select(g => g.Wiring!.Ops));
        Assert.Equal(isReflected ? ["sub"] : [], report.Graphs.SelectMany(g => g.Wiring!.Groups).Select(g => g.Op));
        if (isReflected)
        {
            var finding = report.Graphs[0].Wiring!.Groups[0].First;
            Assert.Equal((-4.25, 4.25, true), (finding.Number, finding.Right, finding.IsExchanged));
        }
    }

    [Fact]
    public void A_trace_that_does_not_say_what_was_meant_is_told_that_wiring_was_not_checked()
    {
        var report = Checked.Of(
            Checked.Graph(
                """{"id": 0, "value": 3, "gradient": 1}""",
                """{"id": 1, "value": -5, "gradient": 1}""",
                """{"id": 2, "op": "+", "parents": [0, 1], "value": -2, "gradient": 1}"""
            )
        );
        Assert.False(report.HasMistakes);
        Assert.Contains(report.Remarks, line => line.StartsWith("Wiring was not checked", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_rule_that_met_no_upstream_gradient_but_1_is_untested(double upstream, bool isUntested)
    {
        var neuron = ProgramBuilder.Define("neuron", p => (p.Leaf("w", 0.5) * p.Leaf("x", 2) + p.Leaf("b", 0.25)).Apply("tanh"));
        var report = Checked.Of(Checked.Recorded(neuron with { Passes = [new Pass(neuron.Passes[0].Root, upstream)] }));
        Assert.Equal(isUntested ? ["tanh"] : [], report.Untested);
        Assert.Equal(isUntested, report.Remarks.Any(line => line.StartsWith("Untested, not right", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_the_engine_records_is_what_its_program_means() =>
        Assert.All(ParitySuite.Default.Programs, program => Assert.All(Against(program, program).Graphs, g => Assert.Empty(g.Wiring!.Groups)));

    [Fact]
    public void Random_programs_raise_no_alarm()
    {
        var generator = new ProgramGenerator(ParitySuite.Default.Ops, ParitySuite.Default.Ops.All);
        for (var i = 0; i < 200; i++)
        {
            var program = generator.Make(17, i);
            Assert.All(Against(program, program).Graphs, g => Assert.Empty(g.Wiring!.Groups));
        }
    }

    [Theory]
    [InlineData("sub", true)]
    [InlineData("div", true)]
    [InlineData("pow", true)]
    [InlineData("add", false)]
    [InlineData("mul", false)]
    public void Exchanged_operands_of_a_program_are_found_where_they_matter(string op, bool matters)
    {
        var meant = Make((a, b) => a.Apply(op, b));
        var report = Against(Make((a, b) => b.Apply(op, a)), meant).Graphs.Single();
        Assert.Equal(matters ? [op] : [], report.Wiring!.Groups.Select(g => g.Op));

        static Program Make(Func<Expression, Expression, Expression> op) => ProgramBuilder.Define("p", p =>
            {
                var (a, b) = (p.Leaf("a", 1.75), p.Leaf("b", 0.625));
                return (op(a * b, b + 3).Apply("tanh") * a + op(b, a)).Apply("exp");
            });
    }

    [Fact]
    public void A_square_that_was_forgotten_is_found_from_a_program()
    {
        static Program Make(Func<Expression, Expression> end) =>
            ProgramBuilder.Define("p", p => end(p.Leaf("a", 1.75) - p.Leaf("b", 0.625)) + p.Constant(1));
        var group = Assert.Single(Against(Make(x => x), Make(x => x.Pow(2))).Graphs.Single().Wiring!.Groups);
        Assert.Equal("pow_number", group.Op);
        Assert.Equal(1.265625, group.First.Right);
    }

    [Theory]
    [InlineData("""{"id": 0, "value": 1, "means": 3}""", "no node of what was meant")]
    [InlineData("""{"id": 0, "value": 1, "gradient": 1}|{"graph": "f", "meant": true}|{"id": 0, "value": 1}""", "after what was meant")]
    public void What_is_meant_must_come_before_what_was_recorded(string lines, string message)
    {
        var text = Checked.Graph(["""{"graph": "f", "meant": true}""", """{"id": 0, "value": 1}""", """{"graph": "f"}""", .. lines.Split('|')]);
        Assert.Contains(message, Assert.Throws<TraceFormatException>(() => Checked.Of(text)).Message, StringComparison.Ordinal);
    }

    private static TraceReport Against(Program recorded, Program meant)
    {
        using var reader = Checked.Open(System.Text.Encoding.UTF8.GetBytes(Checked.Recorded(recorded)));
        return TraceReport.Read(reader, "trace.jsonl", SuiteFixture.Context.Torch, ParitySuite.TraceOps, meant);
    }

    private sealed class Scalar(double data, string? op = null, params (Scalar Of, double Slope)[] parents)
    {
        public bool IsReflected { get; init; } = parents.Any(p => p.Of.IsReflected);

        public double Data => data;

        public double Grad { get; private set; }

        public string? Op => op;

        public IEnumerable<Scalar> Parents => parents.Select(p => p.Of);

        public static implicit operator Scalar(double x) => new(x);

        public static Scalar operator +(Scalar a, Scalar b) => new(a.Data + b.Data, "+", (a, 1), (b, 1));

        public static Scalar operator *(Scalar a, Scalar b) => new(a.Data * b.Data, "*", (a, b.Data), (b, a.Data));

        public static Scalar operator -(Scalar a, Scalar b) => b.IsReflected && a.Op is null ? b + (a * -1) : a + (b * -1);

        public Scalar Square() => this * this;

        public void Backward(double upstream = 1)
        {
            Grad += upstream;
            foreach (var (of, slope) in parents)
                of.Backward(upstream * slope);
        }
    }
}
