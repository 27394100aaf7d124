using System.Text.Json;
using Micrograd.Parity.Diff.Tests.Pairs;
using Micrograd.Parity.Recording;

namespace Micrograd.Parity.Diff.Tests;

/// <summary>Pairs are what they are called: honest ports compute the original's numbers, and planted mistakes change what is recorded.</summary>
public sealed class PairTests : IDisposable
{
    private static readonly string[] s_quantities = ["batch", "loss", "gradient", "clipped_gradient", "parameter", "buffer", "state"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parity-pairs-");

    public static TheoryData<string> Honest => [.. PairList.All.SelectMany(p => p.Honest.Select(variant => $"{p.Name}/{variant.Name}"))];

    public static TheoryData<string> Faults => [.. PairList.All.SelectMany(p => p.Faults.Select(fault => $"{p.Name}/{fault.Name}"))];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void There_are_as_many_as_a_campaign_needs()
    {
        Assert.Equal(6, PairList.All.Count);
        Assert.True(Honest.Count >= 50, $"{Honest.Count} honest ports");
        Assert.True(Faults.Count >= 60, $"{Faults.Count} planted mistakes");
    }

    [Theory]
    [MemberData(nameof(Honest))]
    public void An_honest_port_has_the_losses_of_the_original(string name)
    {
        var (original, port) = Record(name);
        Assert.Equal(Losses(original).Count, Losses(port).Count);
        Assert.All(Losses(original).Zip(Losses(port)), pair =>
            Assert.True(Math.Abs(pair.First - pair.Second) <= 1e-3 * Math.Abs(pair.First), $"{pair}")
        );
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_mistake_can_be_seen(string name)
    {
        var (original, port) = Record(name);
        Assert.True(
            Settings(original) != Settings(port)
                || Sums(original).Zip(Sums(port)).Any(pair => Math.Abs(pair.First - pair.Second) > 1e-5 * Math.Abs(pair.First)),
            "Neither settings nor numbers differ."
        );
    }

    private (IReadOnlyList<JsonElement> Original, IReadOnlyList<JsonElement> Port) Record(string name)
    {
        var (pair, variant) = PairList.Find(name);
        var (original, port) = (Path.Combine(_folder.FullName, "original"), Path.Combine(_folder.FullName, "port"));
        pair.Record(original, port, variant, Keep.Statistics);
        return (Lines(original), Lines(port));
    }

    private static List<JsonElement> Lines(string folder) =>
        [.. File.ReadLines(Path.Combine(folder, "index.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    private static IEnumerable<JsonElement> Steps(IEnumerable<JsonElement> lines) => lines.Where(line => line.TryGetProperty("step", out _));

    private static List<double> Losses(IEnumerable<JsonElement> lines) =>
        [
            .. Steps(lines)
                .SelectMany(step => step.GetProperty("tensors").EnumerateArray())
                .Where(t => t.GetProperty("quantity").GetString() == "loss")
                .Select(t => t.GetProperty("statistics").GetProperty("sum").GetDouble()),
        ];

    /// <summary>What is written of modules, parameters and the optimizer but for names.</summary>
    private static string Settings(IEnumerable<JsonElement> lines) =>
        string.Join(
            '\n',
            lines
                .Where(line => line.GetProperty("kind").GetString() is "modules" or "parameters" or "optimizer")
                .SelectMany(line => line.EnumerateObject())
                .Where(property => property.Value.ValueKind == JsonValueKind.Array)
                .SelectMany(property => property.Value.EnumerateArray())
                .SelectMany(item => item.EnumerateObject())
                .Where(property => property.Name is "options" or "shape" or "requires_grad" or "same_as")
                .Select(property => property.Value.GetRawText())
                .Where(text => text != "{}")
        );

    /// <summary>For each step and quantity a sum over all tensors, in which each number has a weight of its own place.</summary>
    private static IEnumerable<double> Sums(IEnumerable<JsonElement> lines) =>
        from step in lines
        where step.TryGetProperty("tensors", out _)
        from quantity in s_quantities
        select step.GetProperty("tensors").EnumerateArray().Where(t => t.GetProperty("quantity").GetString() == quantity).Sum(Weighted);

    private static double Weighted(JsonElement tensor) =>
        tensor.TryGetProperty("statistics", out var statistics)
            ? statistics.GetProperty("sample").EnumerateArray().Select((number, i) => (i + 1) * number.GetDouble()).Sum()
            : 0;
}
