using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Diff.Tests;

public sealed class CriterionTests : IDisposable
{
    private const string CrossEntropy = "CrossEntropyLoss";

    private readonly string _folder = Directory.CreateTempSubdirectory("criterion-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(CrossEntropy, """{"reduction": "mean", "label_smoothing": 0.0, "ignore_index": -100, "weight": null}""")]
    [InlineData(CrossEntropy, """{"reduction": "sum", "label_smoothing": 0.0, "ignore_index": -100, "weight": null}""")]
    [InlineData(CrossEntropy, """{"reduction": "mean", "label_smoothing": 0.3, "ignore_index": 1, "weight": null}""")]
    [InlineData(CrossEntropy, """{"reduction": "mean", "label_smoothing": 0.0, "ignore_index": -100, "weight": [0.25, 3.0]}""")]
    public void The_same_loss_in_two_types_is_rounding(string type, string options)
    {
        var loss = Computing(options);
        var result = Compare(new(Classes(loss) with { Dtype = ScalarType.Float64 }, type, options), new(Classes(loss), type, options));
        Assert.Equal([], result.Findings);
    }

    [Theory]
    [InlineData("reduction", "\"sum\"")]
    [InlineData("label_smoothing", "0.1")]
    [InlineData("ignore_index", "1")]
    [InlineData("weight", "[1.0, 2.0]")]
    public void An_option_that_differs_is_a_setting(string option, string value)
    {
        const string Options = """{"reduction": "mean", "label_smoothing": 0.0, "ignore_index": -100, "weight": null}""";
        var node = JsonNode.Parse(Options)!;
        node[option] = JsonNode.Parse(value);
        var other = node.ToJsonString();
        var findings = Compare(new(Classes(Computing(Options)), CrossEntropy, Options), new(Classes(Computing(other)), CrossEntropy, other)).Findings;
        Assert.Equal((Stage.Settings, option.Replace('_', '-')), (findings[0].Stage, Assert.Single(findings[0].Causes).Name));
        Assert.DoesNotContain(findings, finding => finding.Stage == Stage.Loss);
    }

    [Theory]
    [InlineData("{\"reduction\": \"sum\"}", "reduction-sum")]
    [InlineData("{\"label_smoothing\": 0.1}", "label-smoothing")]
    [InlineData("{\"weight\": [1.0, 2.0]}", "")]
    public void A_side_that_does_not_compute_the_loss_that_it_states_is_wrong(string computed, string cause)
    {
        const string Stated = "{\"reduction\": \"mean\"}";
        var result = Compare(new(Classes(Computing(Stated)), CrossEntropy, Stated), new(Classes(Computing(computed)), CrossEntropy, Stated));
        var finding = result.Findings[0];
        Assert.Equal((Stage.Loss, 0, Side.Port), (finding.Stage, finding.Step, finding.WrongSides));
        Assert.Equal(cause, string.Join(", ", finding.Causes.Select(found => found.Name)));
    }

    [Fact]
    public void A_port_that_states_no_loss_is_held_against_that_of_the_original()
    {
        const string Stated = """{"reduction": "mean", "label_smoothing": 0.3}""";
        var right = Classes(Computing(Stated));
        Assert.Equal([], Compare(new(right with { Dtype = ScalarType.Float64 }, CrossEntropy, Stated), new(right, "", "")).Findings);
        var finding = Compare(new(right, CrossEntropy, Stated), new(Classes(Computing("{}")), "", "")).Findings[0];
        Assert.Equal((Stage.Loss, Side.Port), (finding.Stage, finding.WrongSides));
        Assert.Equal("label-smoothing", Assert.Single(finding.Causes).Name);
    }

    [Fact]
    public void Another_kind_of_loss_is_a_setting()
    {
        const string Options = "{\"reduction\": \"mean\"}";
        var finding = Compare(
            new(new SmallRun(), "MSELoss", Options),
            new(new SmallRun { Loss = (x, t) => F.l1_loss(x, t) }, "L1Loss", Options)
        ).Findings[0];
        Assert.Equal((Stage.Settings, "another-loss"), (finding.Stage, Assert.Single(finding.Causes).Name));
    }

    private static SmallRun Classes(Func<Tensor, Tensor, Tensor> loss) =>
        new()
        {
            Loss = loss,
            Targets = y => (y.select(1, 0) > 0).to(ScalarType.Int64),
            Prepare = SmallRun.Alike,
        };

    /// <summary>The loss with options as PyTorch has them.</summary>
    private static Func<Tensor, Tensor, Tensor> Computing(string options)
    {
        var given = JsonNode.Parse(options)!;
        var weights = given["weight"]?.AsArray().Select(number => number!.GetValue<double>()).ToArray();
        return (x, t) =>
            F.cross_entropy(
                x,
                t,
                weights is null ? null : tensor(weights).to(x.dtype),
                given["ignore_index"]?.GetValue<long>() ?? -100,
                given["reduction"]?.GetValue<string>() == "sum" ? nn.Reduction.Sum : nn.Reduction.Mean,
                given["label_smoothing"]?.GetValue<double>() ?? 0
            );
    }

    private DiffResult Compare(Stating original, Stating port) =>
        Diffs.Of(original.Record(Path.Combine(_folder, "original")), port.Record(Path.Combine(_folder, "port")));

    /// <summary>A run that states its loss as PyTorch's recorder does, if it states one.</summary>
    private sealed record Stating(SmallRun Run, string Type, string Options)
    {
        internal string Record(string folder)
        {
            Run.Record(folder);
            if (Type.Length == 0)
                return folder;
            var index = Path.Combine(folder, "index.jsonl");
            var lines = File.ReadAllLines(index).Select(line => JsonNode.Parse(line)!).ToList();
            lines.First(line => (string)line["kind"]! == "modules")["criterion"] = new JsonObject
            {
                ["type"] = Type,
                ["options"] = JsonNode.Parse(Options),
            };
            foreach (var step in lines.Where(line => (string)line["kind"]! == "step"))
            {
                var tensors = step["tensors"]!.AsArray().Select(tensor => tensor!).ToList();
                tensors.First(tensor => (string)tensor["quantity"]! == "loss")["inputs"] = new JsonArray(
                    tensors.FindLastIndex(tensor => (string)tensor["quantity"]! == "output" && (string)tensor["of"]! == ""),
                    tensors.FindIndex(tensor => (string)tensor["quantity"]! == "batch" && (string)tensor["of"]! == "targets")
                );
            }

            File.WriteAllLines(index, lines.Select(line => line.ToJsonString()));
            return folder;
        }
    }
}
