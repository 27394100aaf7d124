using System.Diagnostics;
using System.Runtime.InteropServices;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Tools.Timing;

/// <summary>
/// Times the engine against its peers. All results are compared before anything is timed; then every peer is warmed and all take turns,
/// so that what disturbs the machine disturbs each of them. Ratios hold within one run only.
/// </summary>
/// <param name="programs">The engine's and the peers' drivers.</param>
/// <param name="missing">Peers that are not there, and what brings them.</param>
/// <param name="parity">The built command, whose own run is timed.</param>
/// <param name="quick">True to take few and short samples.</param>
internal sealed class Bench(IReadOnlyList<PeerProgram> programs, IReadOnlyList<string> missing, string parity, bool quick)
{
    // Short, so that some of many fall between what disturbs the machine.
    private const double SampleMilliseconds = 5;

    // The first repetition of a sample finds nothing of the work in the caches.
    private const int FewestRepetitions = 8;

    // A sample in which a driver waited for its core for a larger share of the time is taken again, so many times at most.
    private const double MostLost = 0.01;
    private const int MostRetakes = 4;

    // Times still fall as long as one is below so much of all before; what is compiled anew is faster by more.
    private const double Falling = 0.9;

    // A peer that takes so long for one repetition is a hundred times slower than the engine; a few samples say it.
    private const double SlowNanoseconds = 3e7;
    private const int RoundsOfTheSlow = 3;

    /// <summary>Works whose peers take turns; a variant is the same work done in another way, and is compared with the same peers.</summary>
    private static readonly string[][] s_warmWorks =
    [
        ["W1"],
        ["W7", "W7-again"],
        ["W2"],
        ["W3", "W3-mlp", "W3-replay", "W3-0dim"],
        ["W8", "W8-again"],
        ["W5"],
        ["W6"],
    ];
    private static readonly int[] s_sizes = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

    /// <summary>Operations on scalars that one repetition of a work records; as many are passed back.</summary>
    private static readonly Dictionary<string, long> s_operations = new()
    {
        ["W1"] = 100_000,
        ["W2"] = 24,
        ["W3"] = 72_000,
        ["W4"] = 10_000_000,
        ["W5"] = 72_000,
        ["W6"] = 26_000_000,
        ["W7"] = 100_000,
        ["W8"] = 72_000,
    };

    private readonly double _warmSeconds = quick ? 0.2 : 1;
    private readonly int _rounds = quick ? 3 : 99;
    private readonly int _coldRounds = quick ? 1 : 5;
    private int _retaken;

    /// <summary>Runs everything. A driver is ended as soon as it is not needed any more.</summary>
    /// <param name="progress">Receives the name of each work before it begins.</param>
    public BenchReport Run(IProgress<string> progress)
    {
        var rows = new List<BenchRow>();
        var errors = new List<string>();
        var about = new Dictionary<string, string>();
        var growth = new List<GrowthPoint>();
        var peers = new List<Peer>();
        try
        {
            foreach (var program in programs)
            {
                peers.Add(Peer.Start(program));
                about.Add(program.Name, peers[^1].About);
            }

            foreach (var variants in s_warmWorks)
            {
                progress.Report(variants[0]);
                rows.AddRange(Warm(Agreeing(variants, peers, errors)));
            }

            progress.Report("growth");
            growth.AddRange(Growth(peers.Single(p => p.Program.Name == BenchReport.Engine)));
        }
        finally
        {
            peers.ForEach(p => p.Dispose());
        }

        progress.Report("W4");
        rows.AddRange(Cold("W4", errors));
        progress.Report("harness");
        return new BenchReport(Machine(), about, missing, rows, growth, MeasureHarness(), errors) { Retaken = _retaken };
    }

    /// <summary>
    /// True if two programs have done the same work. Equal bits cannot be required: peers sum in other orders, and take tanh from other libraries.
    /// A result may be off by one ulp for every operation of the work on either side, forward and backward, in every repetition: no operation
    /// of these works changes a result by more than its own rounding, and numbers that cancel are of size 1.
    /// </summary>
    /// <param name="work">The work; of a variant, too.</param>
    /// <param name="repetitions">Number of repetitions in a row, each from the last one's parameters.</param>
    /// <param name="ours">Results of the one; a driver may state fewer than another, or zeros after its last.</param>
    /// <param name="theirs">Results of the other.</param>
    public static bool Agree(string work, int repetitions, IReadOnlyList<double> ours, IReadOnlyList<double> theirs)
    {
        ArgumentNullException.ThrowIfNull(work);
        var tolerance = 2 * 2 * repetitions * s_operations[work.Split('-')[0]] * (Math.BitIncrement(1) - 1);
        return ours.Zip(theirs).All(pair => Math.Abs(pair.First - pair.Second) <= tolerance * Math.Max(1, Math.Abs(pair.First)));
    }

    /// <summary>Selects peers to time: those that have one of the variants and compute what the first of them computes.</summary>
    private static List<Entry> Agreeing(string[] variants, List<Peer> peers, List<string> errors)
    {
        const int repetitions = 2;
        var agreeing = new List<Entry>();
        double[]? results = null;
        foreach (var (work, peer) in variants.SelectMany(_ => peers, (work, peer) => (work, peer)))
        {
            if (peer.Run(work, repetitions) is not { } sample)
                continue;
            results ??= sample.Results;
            if (Agree(work, repetitions, results, sample.Results))
                agreeing.Add(new Entry(work, peer));
            else
                errors.Add(Disagreement(work, peer.Program.Name, results, sample.Results));
        }

        return agreeing;
    }

    private static string Disagreement(string work, string peer, double[] ours, double[] theirs) =>
        $"{work}: {peer} computes {string.Join(", ", theirs.Select(NumberText.Of))} where the first computes {string.Join(", ", ours.Select(NumberText.Of))}";

    private static string Machine()
    {
        const string Information = "/proc/cpuinfo";
        var processor = File.Exists(Information)
            ? File.ReadLines(Information).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        return $"{processor ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores, "
            + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }

    /// <summary>The median of three runs; the first of them warms the machine's caches.</summary>
    private HarnessTime MeasureHarness() =>
        quick ? TimeOf("run", "tanh", "--quiet") : Enumerable.Range(0, 3).Select(_ => TimeOf("run", "--quiet")).OrderBy(t => t.Seconds).ElementAt(1);

    /// <summary>Times a run of the command, from its process's start to its end.</summary>
    /// <exception cref="InvalidOperationException">The run did not end in parity.</exception>
    private HarnessTime TimeOf(params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        var start = new ProcessStartInfo(Environment.ProcessPath ?? "dotnet", [parity, .. arguments]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var seconds = clock.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? new HarnessTime(string.Join(' ', arguments), seconds, Environment.ProcessorCount)
            : throw new InvalidOperationException(
                $"'parity {string.Join(' ', arguments)}' ended with code {process.ExitCode}, which leaves nothing to time."
            );
    }

    private List<BenchRow> Warm(List<Entry> entries)
    {
        var repetitions = entries.ConvertAll(entry => WarmUp(entry.Peer, entry.Work));
        var times = entries.ConvertAll(_ => new List<double>());
        for (var round = 0; round < _rounds; round++)
        {
            for (var i = 0; i < entries.Count; i++)
            {
                if (round < RoundsOfTheSlow || times[i][0] < SlowNanoseconds)
                    times[i].Add(Take(entries[i].Peer, entries[i].Work, repetitions[i]));
            }
        }

        return [.. entries.Select((entry, i) => new BenchRow(entry.Work, entry.Peer.Program.Name, times[i], PeakMemory: null))];
    }

    /// <summary>Time of a sample. One that lost the core is taken again; if all did, the one that lost least counts.</summary>
    private double Take(Peer peer, string work, int repetitions)
    {
        var best = peer.Run(work, repetitions)!;
        for (var retakes = 0; best.Lost > MostLost && best.Nanoseconds < SlowNanoseconds && retakes < MostRetakes; retakes++)
        {
            _retaken++;
            var sample = peer.Run(work, repetitions)!;
            if (sample.Lost < best.Lost)
                best = sample;
        }

        return best.Nanoseconds;
    }

    /// <summary>
    /// Runs a work until its times have not fallen for some seconds of processor time, and returns the number of repetitions per sample.
    /// </summary>
    private int WarmUp(Peer peer, string work)
    {
        var repetitions = 1;
        var least = double.PositiveInfinity;
        var end = TimeSpan.Zero;
        do
        {
            var sample = peer.Run(work, repetitions)!;
            repetitions = (int)
                Math.Clamp(SampleMilliseconds * 1e6 / sample.Nanoseconds, sample.Nanoseconds < SlowNanoseconds ? FewestRepetitions : 1, 100_000);
            if (sample.Nanoseconds < Falling * least)
                end = peer.ProcessorTime + TimeSpan.FromSeconds(_warmSeconds);
            least = Math.Min(least, sample.Nanoseconds);
        } while (peer.ProcessorTime < end);
        return repetitions;
    }

    private IEnumerable<GrowthPoint> Growth(Peer engine)
    {
        foreach (var size in s_sizes)
        {
            var work = FormattableString.Invariant($"chain-{size}");
            var repetitions = WarmUp(engine, work);
            var times = Enumerable.Range(0, _rounds).Select(_ => Take(engine, work, repetitions));
            yield return new GrowthPoint(size, times.Order().ElementAt(_rounds / 2) / size);
        }
    }

    /// <summary>
    /// Every round in a process of its own, so that it touches its memory for the first time and the peak is the work's. Another process has
    /// done the same work just before: a virtual machine's host takes free memory back, and to get it again costs many times what a cold program
    /// costs.
    /// </summary>
    private List<BenchRow> Cold(string work, List<string> errors)
    {
        var times = programs.ToDictionary(p => p.Name, _ => new List<double>());
        var memory = programs.ToDictionary(p => p.Name, _ => 0L);
        double[]? results = null;
        for (var round = 0; round < _coldRounds; round++)
        {
            foreach (var program in programs)
            {
                if (!quick)
                {
                    using var before = Peer.Start(program);
                    before.Run(work, 1);
                }

                using var peer = Peer.Start(program);
                if (peer.Run(work, 1) is not { } sample)
                    continue;
                results ??= sample.Results;
                if (!Agree(work, 1, results, sample.Results))
                {
                    errors.Add(Disagreement(work, program.Name, results, sample.Results));
                    continue;
                }

                times[program.Name].Add(sample.Nanoseconds);
                memory[program.Name] = Math.Max(memory[program.Name], peer.PeakMemory);
            }
        }

        return [.. programs.Where(p => times[p.Name].Count > 0).Select(p => new BenchRow(work, p.Name, times[p.Name], memory[p.Name]))];
    }

    /// <summary>A peer's turn at a work.</summary>
    private sealed record Entry(string Work, Peer Peer);
}
