using System.Globalization;
using System.Text;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Traces;

/// <summary>
/// Ten thousand broken traces: each is refused with a line, or judged as PyTorch judges it when it runs the whole anew from what the file
/// says. A pass is right where all recorded numbers are PyTorch's but for rounding; a mistake is right where one is not to the bit.
/// </summary>
public class CorruptionTests
{
    private const double Rounding = 1e-9;

    private static readonly string[] s_words =
    [
        "NaN",
        "\"NaN\"",
        "\"Infinity\"",
        "1e999",
        "-0.0",
        "null",
        "\"x\"",
        "[]",
        "{}",
        "1e308",
        "5e-324",
        "true",
    ];

    [Fact]
    public void Nine_thousand_broken_graphs_are_refused_or_judged_rightly()
    {
        var generator = new ProgramGenerator(ParitySuite.Default.Ops, ParitySuite.Default.Ops.All);
        var texts = Enumerable
            .Range(0, 400)
            .Select(i => generator.Make(21, i))
            .Where(p => p.Nodes.Count <= 14 && p.Passes.Count > 0)
            .Take(30)
            .Select(Checked.Recorded)
            .Append(Checked.Recorded(ParitySuite.Default.Programs.Single(p => p.Name == "neuron")))
            .ToList();
        Assert.True(texts.Count > 10);
        var (refused, passed, found) = (0, 0, 0);
        for (var i = 0; i < 9000; i++)
        {
            var random = new SeededRandom(31, i);
            var broken = Break(Encoding.UTF8.GetBytes(random.OneOf(texts)), random);
            try
            {
                var report = Checked.Of(broken);
                using var reader = Checked.Open(broken);
                foreach (var (graph, judged) in reader.Graphs().Zip(report.Graphs))
                    Agree(graph, judged.Mistakes.Count > 0, i, broken);
                passed += report.HasMistakes ? 0 : 1;
                found += report.HasMistakes ? 1 : 0;
            }
            catch (TraceFormatException e)
            {
                Assert.Matches("^trace.jsonl:[0-9]+: ", e.Message);
                refused++;
            }
        }

        Assert.True(refused > 3000 && passed > 100 && found > 100, $"{refused} refused, {passed} passed, {found} found");
    }

    [Fact]
    public void A_thousand_broken_training_runs_are_refused_or_judged_rightly()
    {
        TorchLibrary.Load();
        const string Training =
            """{"sizes": [2, 2, 1], "activations": ["tanh", "linear"], "data": "xor", "loss": "mse_loss", "optimizer": {"kind": "adam", "lr": 0.1}, "steps": 2}""";
        var file = Path.GetTempFileName();
        OwnTraces.Record(file, Training, AnyMlp.Run(TrainingFile.Parse(Training, AllParts.Default)));
        var whole = File.ReadAllBytes(file);
        File.Delete(file);
        var (refused, passed, found) = (0, 0, 0);
        for (var i = 0; i < 1000; i++)
        {
            var broken = Break(whole, new SeededRandom(32, i));
            try
            {
                var report = Checked.Of(broken);
                using var reader = Checked.Open(broken);
                var trace = reader.Training();
                var (greatest, isSame) = Distance(trace);
                Assert.True(
                    report.HasMistakes ? !isSame : greatest <= Rounding,
                    $"corruption {i}: {(report.HasMistakes ? "an alarm" : "a pass")} at a distance of {greatest}"
                );
                passed += report.HasMistakes ? 0 : 1;
                found += report.HasMistakes ? 1 : 0;
            }
            catch (TraceFormatException e)
            {
                Assert.Matches("^trace.jsonl:[0-9]+: ", e.Message);
                refused++;
            }
        }

        Assert.True(refused > 200 && passed > 5 && found > 50, $"{refused} refused, {passed} passed, {found} found");
    }

    /// <summary>Breaks a file in one of the ways in which files break.</summary>
    private static byte[] Break(byte[] file, SeededRandom random)
    {
        var at = random.Next(file.Length);
        var lines = Encoding.UTF8.GetString(file).Split('\n').ToList();
        var line = random.Next(lines.Count - 1);
        switch (random.Next(12))
        {
            case 0:
                return [.. file[..at], (byte)random.Next(256), .. file[(at + 1)..]];
            case 1:
                return [.. file[..at], .. file[(at + 1)..]];
            case 2:
                return [.. file[..at], (byte)random.Next(256), .. file[at..]];
            case 3:
                return file[..at];
            case 4:
                lines.RemoveAt(line);
                break;
            case 5:
                lines.Insert(line, lines[random.Next(lines.Count - 1)]);
                break;
            case 6:
                var other = random.Next(lines.Count - 1);
                (lines[line], lines[other]) = (lines[other], lines[line]);
                break;
            case 7:
                lines[line] = OtherNumber(lines[line], random, random.OneOf(s_words));
                break;
            case 8:
                lines.Insert(line, "\uFEFF");
                break;
            default:
                lines[line] = OtherNumber(lines[line], random, null);
                break;
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    /// <summary>Puts a word in a number's place, or changes one of its digits.</summary>
    private static string OtherNumber(string line, SeededRandom random, string? word)
    {
        var places = Enumerable.Range(0, line.Length).Where(i => char.IsAsciiDigit(line[i])).ToList();
        if (places.Count == 0)
            return line;
        var at = random.OneOf(places);
        if (word is null)
            return line[..at] + random.Next(10).ToString(CultureInfo.InvariantCulture) + line[(at + 1)..];
        var (start, end) = (at, at);
        while (start > 0 && "0123456789.-+eE".Contains(line[start - 1], StringComparison.Ordinal))
            start--;
        while (end < line.Length && "0123456789.-+eE".Contains(line[end], StringComparison.Ordinal))
            end++;
        return line[..start] + word + line[end..];
    }

    private static void Agree(GraphTrace graph, bool hasMistakes, int corruption, byte[] broken)
    {
        var isGiven = graph.Nodes.Any(n => n.Gradient is not null);
        var wants = isGiven && ProgramRules.WantsGradient(Program(graph, []), ParitySuite.Default.Ops)[graph.Root];
        var program = Program(graph, wants ? [new Pass(graph.Root, graph.Upstream)] : []);
        var theirs = new TorchBackend(ParitySuite.Default.Ops).Run(program, program.DefaultInput);
        var (isNear, isSame) = (true, true);
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            Compare(graph.Nodes[i].Value, theirs.Values[i]);
            if (graph.Nodes[i].Gradient is { } gradient)
                Compare(gradient, theirs.Gradients[i] ?? 0, orNone: theirs.Gradients[i] is null);
        }

        Assert.True(
            hasMistakes ? !isSame : isNear,
            $"corruption {corruption}: {(hasMistakes ? "an alarm where nothing is wrong" : "a wrong pass")}\n{Encoding.UTF8.GetString(broken)}"
        );

        void Compare(double recorded, double right, bool orNone = false)
        {
            isSame &= recorded.Equals(right) || (orNone && recorded == 0);
            isNear &=
                recorded.Equals(right)
                || recorded == right
                || (orNone && recorded == 0)
                || (double.IsFinite(right) && Math.Abs(recorded - right) <= Rounding * Math.Abs(right));
        }
    }

    private static Program Program(GraphTrace graph, IReadOnlyList<Pass> passes) =>
        new(graph.Name, [.. graph.Nodes.Select(n => n.Op is null ? Node.Leaf(n.Value) : Node.Of(n.Op, n.Operands, n.Settings))], passes);

    /// <summary>How far the recorded numbers are from PyTorch's run from the same start, and whether all have its bits.</summary>
    private static (double Greatest, bool IsSame) Distance(TrainingTrace trace)
    {
        using var theirs = trace.Run.ZeroDim(trace.Layout, trace.Initial);
        var (greatest, isSame) = (0.0, true);
        var steps = trace.Steps.ToDictionary(s => s.Step);
        for (var k = 0; k <= trace.Steps[^1].Step; k++)
        {
            var right = theirs.Advance();
            if (!steps.TryGetValue(k, out var step))
                continue;
            if (step.Outputs is { } outputs)
                Compare([.. outputs.Select(x => (double?)x)], [.. right.Outputs.Select(x => (double?)x)]);
            Compare([step.Loss], [right.Loss]);
            Compare([step.LearningRate], [right.LearningRate]);
            Compare(step.Gradients, right.Gradients);
            Compare(step.Parameters, [.. right.After.Parameters.Select(x => (double?)x)]);
            foreach (var (name, memory) in step.Optimizer)
                Compare(memory, [.. right.After.Optimizer.Single(m => m.Name == name).Values.Select(x => (double?)x)]);
        }

        return (greatest, isSame);

        void Compare(double?[]? recorded, double?[] right)
        {
            if (recorded is null)
                return;
            if (recorded.Length != right.Length)
                (greatest, isSame) = (double.PositiveInfinity, false);
            var scale = right.Max(x => Math.Abs(x ?? 0));
            foreach (var (a, b) in recorded.Zip(right))
            {
                if (a is not { } number || number.Equals(b ?? 0))
                    continue;
                isSame = false;
                var far = Math.Abs(number - (b ?? 0)) / (scale == 0 ? 1 : scale);
                greatest = double.IsNaN(far) ? double.PositiveInfinity : Math.Max(greatest, far);
            }
        }
    }
}
