using System.Diagnostics;
using System.Globalization;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>Runs the corpus, then random programs, on both sides; shrinks those that differ and keeps them in the corpus, each when it is found.</summary>
/// <param name="options">The random programs to run, and for how long.</param>
/// <param name="ops">The catalogue.</param>
/// <param name="context">The two sides; its seed is not used.</param>
/// <param name="corpus">Programs to run first; null for none.</param>
internal sealed class FuzzCampaign(FuzzOptions options, OpCatalogue ops, RunContext context, Corpus? corpus = null)
{
    /// <summary>Number of programs run between two checks of the clock.</summary>
    private const int BatchSize = 256;

    private readonly ProgramGenerator _generator = new(ops, options.Ops.Count == 0 ? ops.All : [.. options.Ops.Select(name => ops[name])]);

    /// <summary>Runs the campaign.</summary>
    /// <param name="progress">Receives the running totals after each batch.</param>
    /// <param name="cancellation">Ends the run after a batch; failures found until then are shrunk and returned.</param>
    /// <exception cref="ProgramFormatException">A file of the corpus is no program.</exception>
    public FuzzResult Run(IProgress<FuzzTally>? progress = null, CancellationToken cancellation = default)
    {
        var tally = new FuzzTally();
        var failures = new List<FuzzFailure>();
        var replayed = Replay(tally, failures);
        var shrunk = new SortedDictionary<long, FuzzFailure>();
        var finished = RunPrograms(tally, shrunk, progress, cancellation);
        failures.AddRange(tally.First.Select(index => shrunk[index]));
        return new FuzzResult(options, tally, replayed, failures, finished);
    }

    private int Replay(FuzzTally tally, List<FuzzFailure> failures)
    {
        var files = corpus?.Read() ?? [];
        var replayed = 0;
        for (var i = 0; i < files.Count; i++)
        {
            if (!options.Shard.Has(i))
                continue;
            replayed++;
            var (file, program) = files[i];
            var check = ProgramCheck.Run(program, context);
            tally.AddReplay(program, check);
            if (!check.Differs)
                continue;
            var again = $"./parity fuzz --programs 0 --corpus {ShellWord.Of(Path.GetDirectoryName(file)!)}";
            failures.Add(Failure(Path.GetFileName(file), "corpus", i, program, program.Nodes.Count, check, again));
        }

        return replayed;
    }

    /// <returns>False if the run was cancelled before its end.</returns>
    private bool RunPrograms(
        FuzzTally tally,
        SortedDictionary<long, FuzzFailure> shrunk,
        IProgress<FuzzTally>? progress,
        CancellationToken cancellation
    )
    {
        if (options.Only is { } only)
        {
            RunBatch([only], tally, shrunk);
            return true;
        }

        var clock = Stopwatch.StartNew();
        long next = options.Shard.Number - 1;
        var end = options.Programs ?? long.MaxValue;
        while (next < end)
        {
            if (cancellation.IsCancellationRequested)
                return false;
            if (clock.Elapsed >= options.Time || (options.StopAtFirst && tally.Differing > 0))
                return true;
            var batch = new List<long>(BatchSize);
            for (; batch.Count < BatchSize && next < end; next += options.Shard.Count)
                batch.Add(next);
            RunBatch(batch, tally, shrunk);
            progress?.Report(tally);
        }

        return true;
    }

    private void RunBatch(List<long> batch, FuzzTally tally, SortedDictionary<long, FuzzFailure> shrunk)
    {
        Parallel.For(
            0,
            batch.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            () => new FuzzTally(),
            (i, _, part) =>
            {
                var program = _generator.Make(options.Seed, batch[i]);
                part.Add(batch[i], program, ProgramCheck.Run(program, context));
                return part;
            },
            part =>
            {
                lock (tally)
                    tally.Add(part);
            }
        );
        foreach (var index in tally.First.Where(index => !shrunk.ContainsKey(index)))
        {
            shrunk[index] = Shrunk(index);
            corpus?.Keep(shrunk[index].Program);
        }
    }

    private FuzzFailure Shrunk(long index)
    {
        var program = _generator.Make(options.Seed, index);
        var small = new Shrinker(ops, context).Shrink(program) with
        {
            Note = string.Create(CultureInfo.InvariantCulture, $"Found by {options.Again(index)} in a program of {program.Nodes.Count} nodes."),
        };
        return Failure(program.Name, "fuzz", index, small, program.Nodes.Count, ProgramCheck.Run(small, context), options.Again(index));
    }

    private FuzzFailure Failure(string name, string kind, long index, Program program, int foundIn, ProgramCheck check, string again)
    {
        var ours = check.Error is null ? context.Ours.Run(program, program.DefaultInput) : null;
        return new FuzzFailure(name, kind, index, program, foundIn, check, ours, again);
    }
}
