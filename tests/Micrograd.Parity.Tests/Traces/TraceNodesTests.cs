using System.Text;
using Micrograd.Parity.Diagnosis.Traces;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>Graphs are kept in columns, with ids as numbers where they are numbers: any ids, and graphs of many parts, are read as they are written.</summary>
public class TraceNodesTests
{
    private const int Many = 300_000;

    [Fact]
    public void Ids_are_texts_and_whole_numbers_in_any_order()
    {
        var text = Checked.Graph(
            """{"id": 10, "value": 2}""",
            """{"id": "b", "value": 3}""",
            """{"id": 3, "op": "*", "parents": ["10", "b"], "value": 6}""",
            """{"id": "03", "op": "-", "parents": [3, 10], "value": 4}""",
            """{"id": -4, "op": "/", "parents": ["03", "3"], "value": 0.6666666666666666}""",
            """{"id": 12345678901, "op": "+", "parents": ["-4", 10], "value": 2.6666666666666665}"""
        );
        using var reader = Checked.Open(Encoding.UTF8.GetBytes(text));
        Assert.Equal(["10", "b", "3", "03", "-4", "12345678901"], reader.Graphs().Single().Nodes.Select(n => n.Id));
        Assert.Equal(4, Checked.Of(text).Graphs.Single().SameBits);
    }

    [Theory]
    [InlineData("1", "\"1\"")]
    [InlineData("\"-4\"", "-4")]
    [InlineData("\"a\"", "\"a\"")]
    [InlineData("12345678901", "\"12345678901\"")]
    public void An_id_is_given_once(string first, string again)
    {
        foreach (var between in new[] { "0", "7", "\"x\"" })
        {
            var text = Checked.Graph(Leaf(first), Leaf(between), Leaf(again));
            var error = Assert.Throws<TraceFormatException>(() => Checked.Of(text));
            Assert.StartsWith($"trace.jsonl:4: the id {first.Trim('"')} was given before, in line 2.", error.Message, StringComparison.Ordinal);
        }

        static string Leaf(string id) => $$"""{"id": {{id}}, "value": 1}""";
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_large_graph_is_read_whole(int direction)
    {
        using var reader = Checked.Open(Ladder(direction));
        var nodes = reader.Graphs().Single().Nodes;
        Assert.Equal(Many, nodes.Count);
        for (var i = 1; i < Many; i += 997)
        {
            Assert.Equal([i - 1, i / 2], nodes[i].Operands);
            Assert.Equal(($"{Id(i, direction)}", i + 2, (double)i, 2.0 * i), (nodes[i].Id, nodes[i].Line, nodes[i].Value, nodes[i].Gradient));
        }
    }

    [Fact]
    public void A_node_takes_at_most_80_bytes() => Assert.InRange(int.Parse(OwnProcess.Run(WriteBytesOfNode).Output), 40, 80);

    internal static void WriteBytesOfNode()
    {
        using var reader = Checked.Open(Ladder(1));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var graph = reader.Graphs().Single();
        Console.WriteLine((GC.GetTotalMemory(forceFullCollection: true) - before) / Many);
        GC.KeepAlive(graph);
    }

    /// <summary>A graph in which every node but the first is the sum of two before it.</summary>
    private static byte[] Ladder(int direction) =>
        Encoding.UTF8.GetBytes(
            Checked.Graph([
                .. Enumerable
                    .Range(0, Many)
                    .Select(i =>
                        i == 0
                            ? $$"""{"id": {{Id(0, direction)}}, "value": 0, "gradient": 0}"""
                            : $$"""{"id": {{Id(i, direction)}}, "op": "+", "parents": [{{Id(i - 1, direction)}}, {{Id(i / 2, direction)}}], "value": {{i}}, "gradient": {{2 * i}}}"""
                    ),
            ])
        );

    private static int Id(int node, int direction) => Many + (direction * node);
}
