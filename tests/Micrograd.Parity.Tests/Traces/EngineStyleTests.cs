using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>Right Python engines that keep less of their ops than micrograd does: the recorder finds the rest, or says what to name.</summary>
[Trait("Needs", "python")]
public sealed class EngineStyleTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    /// <summary>The nodes of the graph that engine_styles.py builds, by op; 0.5, 2 and 0.25 are constants where there are any.</summary>
    [Theory]
    [InlineData("no op", "add 3, exp 1, mul 4, pow_number 3, sub 1, tanh 1")]
    [InlineData("bare powers", "add 3, exp 1, mul 4, pow_number 3, sub 1, tanh 1")]
    [InlineData("labels", "add 3, exp 1, mul 4, pow_number 3, sub 1, tanh 1")]
    [InlineData("constants", "add 3, exp 1, mul 5, pow_number 4, sub 1, tanh 1")]
    [InlineData("numbers held", "add 3, exp 1, mul 2, mul_number 2, pow_number 3, sub 1, tanh 1")]
    [InlineData("composed", "add 3, exp 1, mul 4, pow_number 3, sub 1, tanh 1")]
    public void What_a_node_does_not_say_is_read_from_its_backward_function(string style, string ops)
    {
        PythonScript.Run("engine_styles.py", style, _file);
        using var reader = Checked.Open(File.ReadAllBytes(_file));
        GraphNode[] nodes = [.. reader.Graphs().Single().Nodes];
        Assert.Equal(ops, Counted(nodes));
        Assert.All(nodes.Where(n => n.Value is 0.5 or 2 or 0.25), n => Assert.Equal(style == "constants", n.Gradient is null));

        var report = Checked.OfFile(_file).Graphs.Single();
        Assert.Empty(report.Mistakes);
        Assert.All(report.Honest, h =>
            Assert.Contains(h.Class, new[] { DifferenceClass.SummationOrder, DifferenceClass.UlpsOfRounding, DifferenceClass.OtherComposition })
        );
    }

    [Theory]
    [InlineData("no parents", "does not say what it was computed from: name the attribute that holds its operands in Names(parents=...)")]
    [InlineData("methods", "'grad' of Node is a method: name an attribute in Names(grad=...), or Names(grad=lambda node: node.grad())")]
    [InlineData("no op, no function", "does not say by which op it was computed: name the attribute in Names(op=...)")]
    public void What_cannot_be_found_is_asked_for(string style, string request)
    {
        var error = Assert.Throws<InvalidOperationException>(() => PythonScript.Run("engine_styles.py", style, _file));
        Assert.Contains(request, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void That_no_input_requires_a_gradient_is_said()
    {
        PythonScript.Run("engine_styles.py", "nothing requires a gradient", _file);
        var report = Checked.OfFile(_file);
        Assert.Equal(0, Assert.Single(report.Graphs).Gradients);
        Assert.Contains(report.Remarks, r => r.StartsWith("Gradients were not checked", StringComparison.Ordinal));

        PythonScript.Run("engine_styles.py", "constants", _file);
        Assert.DoesNotContain(Checked.OfFile(_file).Remarks, r => r.StartsWith("Gradients were not checked", StringComparison.Ordinal));
    }

    [Fact]
    public void A_graph_that_cannot_be_recorded_leaves_no_line()
    {
        PythonScript.Run("engine_styles.py", "one graph fails", _file);
        Assert.Equal("right", Assert.Single(Checked.OfFile(_file).Graphs).Graph.Name);
    }

    private static string Counted(IEnumerable<GraphNode> nodes) =>
        string.Join(
            ", ",
            nodes.Select(n => n.Op).OfType<string>().CountBy(op => op).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key} {p.Value}")
        );
}
