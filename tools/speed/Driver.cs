using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Micrograd;
using Micrograd.Comparisons.Speed;

// The C# side of peer.h's line protocol: the same questions and answers as the C++ drivers, so that one program times them all.
var engine = args is [var name] ? name : "";
Dictionary<string, Job> jobs = engine switch
{
    "micrograd" => new()
    {
        ["W1"] = new(Ours.StartChain, () => Ours.Chain(10_000)),
        ["W2"] = new(Tape.Current.Clear, Ours.Expressions),
        ["W3"] = new(Ours.StartStep, Ours.Step<TanhActivation>),
        ["W3-mlp"] = new(Ours.StartMlp, Ours.MlpStep),
        ["W3-replay"] = new(Ours.StartReplay, Ours.ReplayStep),
        ["W4"] = new(Ours.StartChain, () => Ours.Chain(1_000_000)),
        ["W5"] = new(Ours.StartStep, Ours.Step<ReluActivation>),
        ["W6"] = new(Ours.StartDigits, Ours.DigitsStep),
        ["W7"] = new(() => { }, Ours.Pass, Ours.RecordChain),
        ["W7-again"] = new(() => { }, Ours.PassAgain, () => Ours.PassOver(Ours.RecordChain)),
        ["W8"] = new(() => { }, Ours.Pass, Ours.RecordStep),
        ["W8-again"] = new(() => { }, Ours.PassAgain, () => Ours.PassOver(Ours.RecordStep)),
        ["chain-1000"] = new(Ours.StartChain, () => Ours.Chain(100)),
        ["chain-10000"] = new(Ours.StartChain, () => Ours.Chain(1_000)),
        ["chain-100000"] = new(Ours.StartChain, () => Ours.Chain(10_000)),
        ["chain-1000000"] = new(Ours.StartChain, () => Ours.Chain(100_000)),
        ["chain-10000000"] = new(Ours.StartChain, () => Ours.Chain(1_000_000)),
    },
    "class-per-node" => new()
    {
        ["W1"] = new(() => { }, () => ClassPerNode.Chain(10_000)),
        ["W2"] = new(() => { }, ClassPerNode.Expressions),
        ["W3"] = new(ClassPerNode.Start, ClassPerNode.Step),
    },
    "micrograd-torch" => new() { ["W3-replay"] = new(Ours.StartReplay, Ours.ReplayStep) },
    "hand-written" => new() { ["W3"] = new(HandWritten.Start, HandWritten.Step) },
    "torchsharp" => new()
    {
        ["W1"] = new(() => { }, () => Torch.Chain(10_000)),
        ["W2"] = new(() => { }, Torch.Expressions),
        ["W3"] = new(() => Torch.StartLayers(2, 16, 16, 1), () => Torch.LayersStep(x => x.tanh())),
        ["W3-0dim"] = new(Torch.StartStep, Torch.Step),
        ["W5"] = new(() => Torch.StartLayers(2, 16, 16, 1), () => Torch.LayersStep(x => x.relu())),
        ["W6"] = new(Torch.StartDigits, Torch.DigitsStep),
    },
    _ => [],
};
if (jobs.Count == 0)
{
    Console.Error.WriteLine(
        "usage: speed micrograd | micrograd-torch | hand-written | class-per-node | torchsharp     (then lines as tools/speed/peer.h describes them)"
    );
    return 2;
}

var about = $"{(engine.Contains("torch", StringComparison.Ordinal) ? Torch.Load() : engine)}, {RuntimeInformation.FrameworkDescription}";
while (Console.ReadLine() is { } line)
    Console.WriteLine(Answer(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
return 0;

string Answer(string[] words)
{
    if (words is ["about"])
        return about;
    if (
        words is not ["run", var work, var times]
        || !jobs.TryGetValue(work, out var job)
        || !int.TryParse(times, CultureInfo.InvariantCulture, out var repetitions)
        || repetitions < 1
    )
    {
        return $"no: expected about, or run <work> <repetitions> with work one of {string.Join(' ', jobs.Keys)}";
    }

    job.Start();
    double[] results = [];
    var nanoseconds = 0.0;
    if (job.Before is null)
    {
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < repetitions; i++)
            results = job.Once();
        nanoseconds = Stopwatch.GetElapsedTime(begin).TotalNanoseconds;
    }
    else
    {
        for (var i = 0; i < repetitions; i++)
        {
            job.Before();
            var begin = Stopwatch.GetTimestamp();
            results = job.Once();
            nanoseconds += Stopwatch.GetElapsedTime(begin).TotalNanoseconds;
        }
    }

    return string.Join(' ', results.Prepend(nanoseconds / repetitions).Select(x => NumberText.Of(x)));
}

/// <summary>A work.</summary>
/// <param name="Start">Makes it ready.</param>
/// <param name="Once">One repetition.</param>
/// <param name="Before">Runs before every repetition and is not timed; null for nothing.</param>
internal sealed record Job(Action Start, Func<double[]> Once, Action? Before = null);
