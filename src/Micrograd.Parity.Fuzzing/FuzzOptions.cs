using System.Globalization;
using Micrograd.Parity.Inputs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>Options of a fuzzing campaign: the random programs to run, and for how long.</summary>
internal sealed record FuzzOptions
{
    /// <summary>The seed of all programs.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Number of programs over all shards; null for as many as the time allows.</summary>
    public long? Programs { get; init; }

    /// <summary>The time after which no more programs are begun; null for none.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>The part of the programs to run.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>The ops the programs are made of, by name; empty for all.</summary>
    public IReadOnlyList<string> Ops { get; init; } = [];

    /// <summary>The one program to run, by its index; null for all of the shard.</summary>
    public long? Only { get; init; }

    /// <summary>True to stop once a program differs.</summary>
    public bool StopAtFirst { get; init; }

    /// <summary>The command that runs one of these programs again.</summary>
    public string Again(long index) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"./parity fuzz --seed {Seed} --only {index}{(Ops.Count > 0 ? $" --ops {string.Join(',', Ops)}" : "")}"
        );
}

/// <summary>A part of a campaign: programs whose index leaves <c>Number − 1</c> when divided by <c>Count</c>.</summary>
/// <param name="Number">The shard's number, from 1.</param>
/// <param name="Count">Number of shards.</param>
internal readonly record struct Shard(int Number, int Count)
{
    /// <summary>The whole campaign.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Reads <c>2/4</c>.</summary>
    /// <exception cref="FormatException">It is not of this form, or there is no such part.</exception>
    public static Shard Parse(string text)
    {
        var parts = text.Split('/');
        return
            parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && number >= 1
            && number <= count
            ? new Shard(number, count)
            : throw new FormatException($"'{PlainText.Short(text)}' is no shard. The second of four is written 2/4.");
    }

    /// <summary>True if the program of this index belongs to the shard.</summary>
    public bool Has(long index) => index % Count == Number - 1;

    /// <summary>The shard in the form that <see cref="Parse"/> reads: <c>2/4</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");
}
