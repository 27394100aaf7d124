using System.Text.Json.Nodes;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Tests.Reports;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>docs/trace.schema.json says what a line is, and docs/trace-format.md shows lines that are read and right.</summary>
public class TraceSchemaTests
{
    private static readonly string[] s_sorts = ["header", "graph", "node", "step", "end"];

    private static readonly JsonObject s_kinds = JsonNode.Parse(Resource.Read("trace.schema.json"))!["$defs"]!.AsObject();

    private static readonly Dictionary<string, Schema> s_schemas = s_sorts.ToDictionary(
        kind => kind,
        kind => new Schema(new JsonObject { ["$ref"] = $"#/$defs/{kind}", ["$defs"] = s_kinds.DeepClone() }.ToJsonString())
    );

    private static readonly string s_document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "trace-format.md"));

    [Fact]
    public void Every_line_that_is_written_is_of_its_kind()
    {
        var training =
            """{"sizes": [2, 1], "activations": "linear", "data": "xor", "loss": "mse_loss", "optimizer": "adam", "clip": {"kind": "value", "limit": 1}, "steps": 2}""";
        var file = Path.GetTempFileName();
        OwnTraces.Record(file, training, AnyMlp.Run(TrainingFile.Parse(training, AllParts.Default)));
        var lines = File.ReadAllLines(file).Concat(ParitySuite.Default.Programs.Take(20).SelectMany(p => Checked.Recorded(p).TrimEnd().Split('\n')));
        Assert.All(lines, line =>
        {
            var kind = JsonNode.Parse(line)!.AsObject().First().Key switch
            {
                "format" => "header",
                "graph" => "graph",
                "id" => "node",
                "step" => "step",
                _ => "end",
            };
            Assert.Empty(s_schemas[kind].Faults(line));
        });
        File.Delete(file);
    }

    [Theory]
    [InlineData("""{"id": "", "value": 1}""", "/id: ")]
    [InlineData("""{"id": "a"}""", ": ")]
    [InlineData("""{"id": "a", "value": "nan"}""", "/value: ")]
    [InlineData("""{"id": "a", "value": 1, "parents": [1.5]}""", "/parents/0: ")]
    public void A_node_of_another_form_does_not_satisfy_it(string line, string place) =>
        Assert.Contains(s_schemas["node"].Faults(line), fault => fault.StartsWith(place, StringComparison.Ordinal));

    [Fact]
    public void The_document_has_every_key_of_the_schema()
    {
        var keys = s_sorts.SelectMany(k => s_kinds[k]!["properties"]!.AsObject().Select(p => p.Key));
        Assert.All(keys, key => Assert.Contains(key == "end" ? "{\"end\": N}" : $"`{key}`", s_document, StringComparison.Ordinal));
    }

    [Fact]
    public void The_traces_in_the_document_are_right()
    {
        var examples = s_document
            .Split("```json\n")
            .Skip(1)
            .Select(part => part.Split("```")[0])
            .Where(text => text.Contains("\"format\"", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(2, examples.Count);
        var meant = s_document.Split("```json\n").Single(part => part.Contains("\"means\": 2", StringComparison.Ordinal)).Split("```")[0];
        Assert.Equal(["sub"], Checked.Of(Checked.Graph(meant.TrimEnd().Split('\n'))).Graphs.Single().Wiring!.Groups.Select(g => g.Op));
        Assert.All(examples, text =>
        {
            var report = Checked.Of(text);
            Assert.Empty(report.Graphs.SelectMany(g => g.Mistakes));
            Assert.Empty(report.Training?.Mistakes ?? []);
        });
    }
}
