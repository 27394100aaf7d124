using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>What a trace is compared with: its recorded numbers, and the same numbers without a mistake.</summary>
internal sealed class Replays
{
    private readonly double?[] _recorded;
    private readonly double _greatest;
    private readonly bool[] _wrong;

    /// <param name="recorded">The trace's numbers; null where nothing was recorded.</param>
    /// <param name="right">The same numbers without a mistake.</param>
    /// <param name="tolerance">From which distance on a number is not reproduced; null for what these numbers themselves tell.</param>
    internal Replays(double?[] recorded, double?[] right, double? tolerance = null)
    {
        _recorded = recorded;
        _greatest = Agreement.Greatest(recorded);
        var distances = Distances(right);
        Tolerance = tolerance ?? Agreement.Tolerance(recorded, distances.DefaultIfEmpty(0).Max());
        _wrong = Array.ConvertAll(distances, d => d > Tolerance);
        Wrong = _wrong.Count(w => w);
    }

    /// <summary>From which distance on a number is not reproduced.</summary>
    internal double Tolerance { get; }

    /// <summary>How many numbers a mistake has changed.</summary>
    internal int Wrong { get; }

    /// <summary>What a mistake makes of the numbers, beside the recorded ones.</summary>
    internal Replay Of(Fault fault, double?[] replayed)
    {
        var distances = Distances(replayed);
        var (explained, broken, bits) = (0, 0, 0);
        var worst = 0.0;
        for (var i = 0; i < distances.Length; i++)
        {
            if (_recorded[i] is null)
                continue;
            var reproduced = distances[i] <= Tolerance;
            explained += reproduced && _wrong[i] ? 1 : 0;
            broken += !reproduced && !_wrong[i] ? 1 : 0;
            bits += replayed[i] is { } number && Ulps.Same(number, _recorded[i]!.Value) ? 1 : 0;
            worst = reproduced ? Math.Max(worst, distances[i]) : worst;
        }

        return new Replay(fault, _recorded.Count(r => r is not null), Wrong, explained, broken, bits, Agreement.Digits(worst), replayed);
    }

    private double[] Distances(double?[] numbers)
    {
        var distances = new double[_recorded.Length];
        for (var i = 0; i < distances.Length; i++)
            distances[i] = Agreement.Distance(_recorded[i], i < numbers.Length ? numbers[i] : null, _greatest);
        return distances;
    }
}

/// <summary>What a mistake makes of a trace's numbers.</summary>
/// <param name="Fault">The mistake.</param>
/// <param name="Compared">How many numbers were recorded.</param>
/// <param name="Wrong">How many of them are not what they are without a mistake.</param>
/// <param name="Explained">How many of these the mistake reproduces.</param>
/// <param name="Broken">How many right numbers it would have changed.</param>
/// <param name="SameBits">How many numbers it reproduces to the last bit.</param>
/// <param name="Digits">To how many digits it reproduces the others.</param>
/// <param name="Numbers">The replayed numbers.</param>
internal sealed record Replay(Fault Fault, int Compared, int Wrong, int Explained, int Broken, int SameBits, int Digits, double?[] Numbers)
{
    /// <summary>Numbers as near as this are the same but for the order of operations.</summary>
    private const double Rounding = 1e-12;

    /// <summary>What part of a trace was made again, to add to "recorded numbers"; empty for all of it.</summary>
    internal string Among { get; init; } = "";

    /// <summary>1 where every wrong number is reproduced and no right one changed.</summary>
    internal double Fit => Wrong == 0 ? 0 : (double)Explained / (Wrong + Broken);

    /// <summary>Whether two mistakes cannot be told apart on the trace.</summary>
    internal bool IsLike(Replay other)
    {
        var greatest = Agreement.Greatest(Numbers);
        return Numbers.Length == other.Numbers.Length && !Numbers.Where((n, i) => Agreement.Distance(n, other.Numbers[i], greatest) > Rounding).Any();
    }
}
