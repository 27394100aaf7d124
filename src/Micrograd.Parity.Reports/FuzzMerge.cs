using System.Text.Json.Nodes;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Reports;

/// <summary>Adds up the documents of a campaign's shards: the whole that a single run would have written, apart from its time.</summary>
internal static class FuzzMerge
{
    private static readonly string[] s_sameEnvironment = ["torch", "torch_sharp", "kernels", "mkl", "processor", "seed"];
    private static readonly string[] s_sameCampaign = ["programs", "only", "ops"];

    /// <summary>Adds up documents.</summary>
    /// <param name="documents">Each document's name, for messages, and text.</param>
    /// <returns>The document of all of them.</returns>
    /// <exception cref="FormatException">One is no such document, or they do not belong together; the message says which and why.</exception>
    public static string Merge(IReadOnlyList<(string Name, string Text)> documents)
    {
        ArgumentOutOfRangeException.ThrowIfZero(documents.Count);
        var parsed = documents.Select(d => (d.Name, Root: Parse(d.Name, d.Text))).ToList();
        var merged = parsed[0].Root.DeepClone().AsObject();
        var shards = Shards(parsed[0].Root).ToList();
        try
        {
            foreach (var (name, root) in parsed.Skip(1))
            {
                DemandSame(parsed[0], (name, root), "environment", s_sameEnvironment);
                DemandSame(parsed[0], (name, root), "campaign", s_sameCampaign);
                foreach (var shard in Shards(root))
                    shards.Add(shards.Contains(shard) ? throw new FormatException($"{name} has shard {shard}, which was added already.") : shard);
                Add(merged["summary"]!.AsObject(), root["summary"]!.AsObject());
                AddEnvironment(merged["environment"]!.AsObject(), root["environment"]!.AsObject());
                merged["campaign"]!["finished"] = (bool)merged["campaign"]!["finished"]! && (bool)root["campaign"]!["finished"]!;
                foreach (var item in root["items"]!.AsArray())
                    merged["items"]!.AsArray().Add(item!.DeepClone());
            }

            merged["campaign"]!["shards"] = new JsonArray([.. Joined(shards).Select(s => JsonValue.Create(s.ToString()))]);
            merged["summary"]!["ops"] = Sorted(merged["summary"]!["ops"]!.AsObject());
            merged["items"] = Items(merged["items"]!.AsArray());
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException(
                $"{string.Join(", ", documents.Select(d => d.Name))}, line 1: a part of a campaign's document is missing, or is another in its place.",
                e
            );
        }

        return JsonReport.Text(merged);
    }

    private static JsonObject Parse(string name, string text)
    {
        try
        {
            var document = JsonPlace.Parse(text);
            if (document.Find("format")?.AsText() != FuzzJson.Format)
                throw document.Wrong("this is no result of parity fuzz --json.");
            FuzzSummary.Read(document);
            foreach (var shard in document["campaign"]["shards"].AsList())
                Check(shard);
            foreach (var item in document["items"].AsList())
                item["index"].AsWhole();
            return JsonNode.Parse(text)!.AsObject();
        }
        catch (InvalidDataException e)
        {
            throw new FormatException($"{name}, {e.Message}", e);
        }
    }

    private static void Check(JsonPlace shard)
    {
        try
        {
            Shard.Parse(shard.AsText());
        }
        catch (FormatException e)
        {
            throw shard.Wrong(e.Message);
        }
    }

    private static void DemandSame((string Name, JsonObject Root) first, (string Name, JsonObject Root) other, string part, string[] keys)
    {
        foreach (var key in keys)
        {
            if (!JsonNode.DeepEquals(first.Root[part]![key], other.Root[part]![key]))
            {
                throw new FormatException(
                    $"{first.Name} and {other.Name} are not of one campaign: "
                        + $"{key} is {Show(first.Root)} in one and {Show(other.Root)} in the other."
                );
            }

            string Show(JsonObject root) => root[part]![key]?.ToJsonString() ?? "not given";
        }
    }

    private static IEnumerable<Shard> Shards(JsonObject root) => root["campaign"]!["shards"]!.AsArray().Select(s => Shard.Parse((string)s!));

    /// <summary>The shards in order; all of them together are the whole.</summary>
    private static IEnumerable<Shard> Joined(List<Shard> shards) =>
        shards.Count == shards[0].Count && shards.TrueForAll(s => s.Count == shards[0].Count)
            ? [Shard.Whole]
            : shards.OrderBy(s => s.Count).ThenBy(s => s.Number);

    private static void Add(JsonObject sum, JsonObject other)
    {
        foreach (var (key, value) in other)
        {
            if (value is JsonObject inner)
            {
                if (sum[key] is not JsonObject)
                    sum[key] = new JsonObject();
                Add(sum[key]!.AsObject(), inner);
            }
            else
            {
                sum[key] = (sum[key] is { } earlier ? (long)earlier : 0) + (long)value!;
            }
        }
    }

    /// <summary>The numbers of nodes in the order of the ops' names, in which one run writes them.</summary>
    private static JsonObject Sorted(JsonObject ops) =>
        new(ops.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => KeyValuePair.Create(o.Key, o.Value?.DeepClone())));

    private static void AddEnvironment(JsonObject sum, JsonObject other)
    {
        sum["seconds"] = JsonNumber.Write(Math.Round((double)sum["seconds"]! + (double)other["seconds"]!, 2));
        if (other["time"] is { } time && (sum["time"] is not { } earlier || (DateTimeOffset)time < (DateTimeOffset)earlier))
            sum["time"] = time.DeepClone();
        foreach (var key in new[] { "runtime", "system", "commit" })
        {
            if (other[key] is { } value && (string?)value is { Length: > 0 } text && !((string?)sum[key] ?? "").Split("; ").Contains(text))
                sum[key] = (string?)sum[key] is { Length: > 0 } known ? $"{known}; {text}" : text;
        }
    }

    /// <summary>The corpus' failures, then the first of the random programs', by index: as many as one run keeps.</summary>
    private static JsonArray Items(JsonArray items)
    {
        var byKind = items.Select(i => i!.DeepClone()).OrderBy(i => (long)i["index"]!).ToLookup(i => (string?)i["kind"] == "corpus");
        return new JsonArray([.. byKind[true], .. byKind[false].Take(FuzzTally.Remembered)]);
    }
}
