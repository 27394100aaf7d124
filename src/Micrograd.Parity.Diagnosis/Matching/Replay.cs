using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Numerics;

namespace Micrograd.Parity.Diagnosis.Matching;

/// <summary>Compares replays with a trace's recorded numbers, and with the same numbers without a planted fault.</summary>
internal sealed class Replays
{
    private readonly double?[] _recorded;
    private readonly double _greatest;
    private readonly bool[] _wrong;

    /// <param name="recorded">The trace's numbers; null where nothing was recorded.</param>
    /// <param name="right">The same numbers without a planted fault.</param>
    /// <param name="tolerance">Largest distance that still counts as reproduced; null derives it from these numbers.</param>
    internal Replays(double?[] recorded, double?[] right, double? tolerance = null)
    {
        _recorded = recorded;
        _greatest = Agreement.Greatest(recorded);
        var distances = Distances(right);
        Tolerance = tolerance ?? Agreement.Tolerance(recorded, distances.DefaultIfEmpty(0).Max());
        _wrong = Array.ConvertAll(distances, d => d > Tolerance);
        Wrong = _wrong.Count(w => w);
    }

    /// <summary>Largest distance that still counts as reproduced.</summary>
    internal double Tolerance { get; }

    /// <summary>Number of recorded numbers that are wrong.</summary>
    internal int Wrong { get; }

    /// <summary>Compares the numbers replayed with a planted fault with the recorded ones.</summary>
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

    /// <summary>True for each number that a replay reproduces.</summary>
    internal bool[] Reproduced(double?[] replayed) => Array.ConvertAll(Distances(replayed), d => d <= Tolerance);

    private double[] Distances(double?[] numbers)
    {
        var distances = new double[_recorded.Length];
        for (var i = 0; i < distances.Length; i++)
            distances[i] = Agreement.Distance(_recorded[i], i < numbers.Length ? numbers[i] : null, _greatest);
        return distances;
    }
}

/// <summary>Result of replaying a trace with a planted fault.</summary>
/// <param name="Fault">The planted fault.</param>
/// <param name="Compared">Number of recorded numbers.</param>
/// <param name="Wrong">Number of them that differ from the replay without a planted fault.</param>
/// <param name="Explained">Number of wrong numbers that the fault reproduces.</param>
/// <param name="Broken">Number of right numbers that the fault would change.</param>
/// <param name="SameBits">Number of numbers that it reproduces bit for bit.</param>
/// <param name="Digits">Number of digits to which all reproduced numbers agree.</param>
/// <param name="Numbers">The replayed numbers.</param>
internal sealed record Replay(Fault Fault, int Compared, int Wrong, int Explained, int Broken, int SameBits, int Digits, double?[] Numbers)
{
    /// <summary>Largest relative distance of numbers that differ only in the order of operations.</summary>
    private const double Rounding = 1e-12;

    /// <summary>Text after "recorded numbers" that names the replayed part of the trace; empty for the whole.</summary>
    internal string Among { get; init; } = "";

    /// <summary>Property of the fault found in the trace, such as a layer or a number; empty for a fault with nothing to find.</summary>
    internal string Says { get; init; } = "";

    /// <summary>The rules that were replayed.</summary>
    internal (ModelRules Model, LoopRules Loop) Rules { get; init; } = (ModelRules.Right, LoopRules.Right);

    /// <summary>True if the fault is named only where no other fits as well.</summary>
    internal bool IsGeneral => Fault is TrainingFault { IsGeneral: true };

    /// <summary>One-line description of the fault, with what was found for it.</summary>
    internal string Title => Says.Length == 0 ? Fault.Title : $"{Fault.Title} ({Says})";

    /// <summary>Wrong numbers reproduced, over all wrong ones and the right ones changed; 1 for a complete explanation.</summary>
    internal double Fit => Wrong == 0 ? 0 : (double)Explained / (Wrong + Broken);

    /// <summary>True if two faults cannot be told apart on the trace.</summary>
    internal bool IsLike(Replay other)
    {
        var greatest = Agreement.Greatest(Numbers);
        return Numbers.Length == other.Numbers.Length && !Numbers.Where((n, i) => Agreement.Distance(n, other.Numbers[i], greatest) > Rounding).Any();
    }
}
