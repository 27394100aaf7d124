using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using TorchSharp;

namespace Micrograd.Parity.Diff.Tests.Recordings;

/// <summary>Recorders may write statistics in more than one form; whichever they choose, the same is found.</summary>
public sealed class StatisticsFormsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("statistics-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sample_may_be_a_list(bool withoutEnds) => DemandTheSame(withoutEnds, list: true);

    [Fact]
    public void The_least_and_greatest_may_be_missing() => DemandTheSame(withoutEnds: true, list: false);

    [Fact]
    public void A_transposed_weight_is_known_by_its_statistics()
    {
        var run = new SmallRun { Keep = Recording.Keep.Statistics, Steps = 1 };
        var (original, port) = (run.Record(At("original")), run.Record(At("port")));
        Rewrite(port, withoutEnds: true, list: false, Reverse);
        var result = Diffs.Of(original, port);
        Assert.Equal((DiffVerdict.Rounding, "fc1.weight is fc1.weight transposed."), (result.Verdict, Assert.Single(result.Matching)));
        Rewrite(port, withoutEnds: true, list: false, ChangeCorner);
        result = Diffs.Of(original, port);
        Assert.Equal((DiffVerdict.Parted, Stage.Initial), (result.Verdict, result.Findings[0].Stage));
        Assert.Empty(result.Matching);
    }

    private void DemandTheSame(bool withoutEnds, bool list)
    {
        var run = new SmallRun { Keep = Recording.Keep.Statistics };
        var original = run.Record(At("original"));
        var same = run.Record(At("same"));
        Rewrite(same, withoutEnds, list, _ => { });
        var result = Diffs.Of(original, same);
        Assert.Equal((DiffVerdict.Same, 3), (result.Verdict, result.Steps.Count));

        var faulty = (run with { Optimizer = p => torch.optim.Adam(p, lr: 0.01, eps: 1e-3) }).Record(At("faulty"));
        var expected = Diffs.Of(original, faulty).Findings;
        Rewrite(faulty, withoutEnds, list, _ => { });
        var found = Diffs.Of(original, faulty).Findings;
        Assert.Equal(expected.Select(Shown), found.Select(Shown));
        Assert.NotEmpty(found);
    }

    private static string Shown(Finding finding) =>
        $"{finding.Step} {finding.Stage} {finding.What} {string.Join(' ', finding.Causes.Select(c => c.Name))}";

    private string At(string name) => Path.Combine(_folder, name);

    private static void Rewrite(string folder, bool withoutEnds, bool list, Action<JsonObject> change)
    {
        var index = Path.Combine(folder, "index.jsonl");
        var lines = File.ReadAllLines(index).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        foreach (var tensor in lines.SelectMany(line => (line["tensors"] ?? line["parameters"])?.AsArray() ?? []).Select(node => node!.AsObject()))
        {
            change(tensor);
            if (tensor["statistics"] is not JsonObject statistics)
                continue;
            if (withoutEnds)
            {
                statistics.Remove("min");
                statistics.Remove("max");
            }

            if (list)
                statistics["sample"] = new JsonArray([.. Sample(statistics).Select(x => (JsonNode)x)]);
        }

        File.WriteAllLines(index, lines.Select(line => line.ToJsonString()));
    }

    private static double[] Sample(JsonObject statistics) =>
        MemoryMarshal.Cast<byte, double>(Convert.FromBase64String((string)statistics["sample"]!)).ToArray();

    /// <summary>Makes of the first weight what its transpose would have.</summary>
    private static void Reverse(JsonObject tensor)
    {
        if ((string?)(tensor["of"] ?? tensor["name"]) != "fc1.weight" || tensor["shape"]!.AsArray() is not [var rows, var columns])
            return;
        var (height, width) = ((int)rows!, (int)columns!);
        tensor["shape"] = new JsonArray(width, height);
        if (tensor["statistics"] is not JsonObject statistics)
            return;
        var sample = Sample(statistics);
        Write(statistics, [.. Enumerable.Range(0, sample.Length).Select(i => sample[(i % height * width) + (i / height)])]);
    }

    /// <summary>Another first element, with the same sums.</summary>
    private static void ChangeCorner(JsonObject tensor)
    {
        if ((string?)tensor["of"] != "fc1.weight" || tensor["statistics"] is not JsonObject statistics)
            return;
        var sample = Sample(statistics);
        sample[0] += 0.25;
        Write(statistics, sample);
    }

    private static void Write(JsonObject statistics, double[] sample) =>
        statistics["sample"] = Convert.ToBase64String(MemoryMarshal.AsBytes(sample.AsSpan()));
}
