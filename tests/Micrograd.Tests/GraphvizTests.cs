namespace Micrograd.Tests;

public class GraphvizTests
{
    [Fact]
    public void Draws_labels_data_gradients_and_ops()
    {
        var a = new Value(2, "a");
        var c = a * -3;
        c.Label = "c";
        c.Backward();
        var dot = Graphviz.Dot(c);
        Assert.Contains("rankdir=LR", dot, StringComparison.Ordinal);
        Assert.Contains("{ a | data 2.0000 | grad -3.0000 }", dot, StringComparison.Ordinal);
        Assert.Contains("{ data -3.0000 }", dot, StringComparison.Ordinal);
        Assert.Contains("[label=\"mul\"]", dot, StringComparison.Ordinal);
        Assert.Equal(3, dot.Split("->").Length - 1);
        Assert.Contains("rankdir=TB", Graphviz.Dot(c, GraphDirection.TopToBottom), StringComparison.Ordinal);
    }

    [Fact]
    public void A_shared_value_is_drawn_once()
    {
        var a = new Value(2, "a");
        var dot = Graphviz.Dot(a * a + a);
        Assert.Equal(2, dot.Split("{ a |").Length);
    }

    [Fact]
    public void Labels_cannot_break_the_drawing()
    {
        var dot = Graphviz.Dot(new Value(1, "a|b{c}\"d\"\n<e>\\"));
        Assert.Contains(@"a\|b\{c\}\""d\"" \<e\>\\", dot, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_formats_are_refused_by_name()
    {
        var error = Assert.Throws<ArgumentException>(() => Graphviz.Render(new Value(1), "graph.xyz"));
        Assert.Contains(".svg", error.Message, StringComparison.Ordinal);
    }
}
