using System.Text;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Tests.Traces;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Training;

/// <summary>Groups of parameters, accumulation over micro-batches, batches in the data's order, and initial values by layer, on both sides and in traces.</summary>
public class GroupsTests
{
    private const string Groups =
        """{"sizes": [2, 4, 1], "activations": ["tanh", "linear"], "data": "xor", "loss": "mse_loss", "optimizer": OPTIMIZER, "groups": GROUPS, "schedule": SCHEDULE, "steps": 6}""";

    private const string Parts =
        """{"sizes": [2, 4, 1], "activations": ["tanh", "linear"], "data": {"kind": "two_moons", "count": 14}, "loss": LOSS, "l2": 0.001, "optimizer": "adam", "batch_size": 5, "shuffle": false, "micro_batches": COUNT, "clip": {"kind": "norm", "max_norm": 0.1}, "init": ["kaiming_normal", {"kind": "given", "weight": [[0.5, -0.25, 0.125, 1]]}], "steps": 6}""";

    private const string Dropped =
        """{"sizes": [2, 6, 4, 1], "activations": ["tanh", "relu", "linear"], "data": {"kind": "two_moons", "count": 14}, "loss": "mse_loss", "optimizer": "adam", "dropout": [0.3, 0.5, 0], "batch_size": 5, "micro_batches": 2, "steps": 6}""";

    public static TheoryData<string> Files =>
        [
            With(
                """{"kind": "sgd", "lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}""",
                """[{"of": "bias", "weight_decay": 0, "momentum": 0}, {"of": ["2.weight"], "lr": 0.02}]""",
                """{"kind": "exponential", "gamma": 0.9}"""
            ),
            With(
                """{"kind": "adamw", "lr": 0.05}""",
                """[{"of": "bias", "weight_decay": 0}]""",
                """{"kind": "linear", "drop": 0.01, "epochs": 30}"""
            ),
            With(
                """{"kind": "adam", "lr": 0.05, "amsgrad": true}""",
                """[{"of": ["weight", "bias"], "beta1": 0.5}]""",
                """{"kind": "cosine", "t_max": 4}"""
            ),
            With("\"rmsprop\"", """[{"of": "0.weight", "momentum": 0.5}, {"of": "2.bias", "lr": 0}]""", """{"kind": "step", "step_size": 2}"""),
            With("\"adagrad\"", """[{"of": "weight", "initial_accumulator_value": 0.5}]""", """{"kind": "step", "step_size": 3}"""),
            Parted("\"binary_cross_entropy_with_logits\"", 2),
            Parted("""{"kind": "mse_loss", "reduction": "sum"}""", 3),
            Parted("\"hinge\"", 5),
            Dropped,
        ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Both_sides_agree(string file)
    {
        var run = AnyMlp.Run(TrainingFile.Parse(file, AllParts.Default));
        var result = Context.Compare(run, MirrorKind.ZeroDim);
        Assert.Empty(result.Errors.Concat(result.Failures.Select(f => f.ToString())));
        Assert.Equal(Verdict.SameBits, result.Verdict);
        Assert.True(Context.Compare(run, MirrorKind.Modules).Verdict <= Verdict.WithinBound);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_right_trace_passes_and_one_without_them_does_not(string file)
    {
        var text = Recorded(file);
        Assert.Empty(Check(text).Mistakes);
        var plain = file.Replace("\"groups\"", "\"note\"", StringComparison.Ordinal);
        plain = System.Text.RegularExpressions.Regex.Replace(plain, """ "note": \[.*?\], (?="sch)| "micro_batches": \d,| "dropout": \[.*?\],""", "");
        if (file.Contains("\"sum\"", StringComparison.Ordinal) || !plain.Contains("xor", StringComparison.Ordinal))
            plain = plain.Replace("\"shuffle\": false,", "", StringComparison.Ordinal);
        Assert.NotEqual(file, plain);
        var header = text.IndexOf('\n', StringComparison.Ordinal);
        var other = Recorded(plain);
        Assert.NotEmpty(Check(text[..header] + other[other.IndexOf('\n', StringComparison.Ordinal)..]).Mistakes);
    }

    [Fact]
    public void Micro_batches_of_one_size_accumulate_the_gradient_of_the_whole()
    {
        var file = With("""{"kind": "sgd", "lr": 0.1}""", "[]", """{"kind": "step", "step_size": 3}""");
        var (whole, parts) = (First(file), First(file.Replace("\"steps\"", "\"micro_batches\": 2, \"steps\"", StringComparison.Ordinal)));
        Assert.Equal(whole.Loss, parts.Loss, 1e-15);
        Assert.Equal(whole.Outputs, parts.Outputs);
        Assert.All(whole.Gradients.Zip(parts.Gradients), p => Assert.Equal(p.First!.Value, p.Second!.Value, 1e-15));
    }

    [Fact]
    public void Batches_follow_the_data_where_they_are_not_shuffled()
    {
        var spec = TrainingFile.Parse(Parted("\"hinge\"", 1), AllParts.Default);
        var data = DataPart.Create(spec);
        var batches = DataPart.Batches(data, spec);
        int[][] expected =
        [
            [0, 1, 2, 3, 4],
            [5, 6, 7, 8, 9],
            [10, 11, 12, 13],
            [0, 1, 2, 3, 4],
        ];
        Assert.All(expected, rows => Assert.Equal(data.Pick(rows).Inputs.ToArray(), batches().Inputs.ToArray()));
    }

    [Fact]
    public void Given_numbers_of_a_layer_are_its_parameters()
    {
        using var ours = AnyMlp.Run(TrainingFile.Parse(Parted("\"hinge\"", 1), AllParts.Default)).Ours();
        Assert.Equal([0.5, -0.25, 0.125, 1], ours.Layout.Slice("2.weight", ours.State.Parameters));
        Assert.Equal([0], ours.Layout.Slice("2.bias", ours.State.Parameters));
        Assert.DoesNotContain(0, ours.Layout.Slice("0.weight", ours.State.Parameters));
    }

    [Fact]
    public void Recorded_masks_are_taken_for_those_that_are_drawn()
    {
        const string Header =
            """{"format": "micrograd-parity-trace", "version": 1, "kind": "training", "training": {"sizes": [2, 2, 1], "activations": "linear", "bias": false, "data": {"kind": "inline", "inputs": [[1, 2], [3, 4]], "targets": [[0], [0]]}, "loss": "mse_loss", "optimizer": {"kind": "sgd", "lr": 0}, "dropout": [0.5, 0], "steps": 2}, "parameters": {"0.weight": [[1, 0], [0, 1]], "1.weight": [[1, 1]]}}""";

        // What is kept is doubled: 2·1 of the first sample, 2·4 of the second.
        const string Masked = """{"step": 0, "masks": {"0": [[1, 0], [false, true]]}, "outputs": [[2], [8]]}""";
        static string File(string step) => string.Join('\n', Header, step, "{\"end\": 2}", "");
        Assert.Empty(Check(File(Masked)).Mistakes);
        Assert.NotEmpty(Check(File(Masked.Replace("[1, 0]", "[0, 1]", StringComparison.Ordinal))).Mistakes);
        Assert.NotEmpty(Check(File(Masked.Replace("[2]", "[1]", StringComparison.Ordinal))).Mistakes);
        foreach (var (wrong, message) in new[] { ("[[1, 0]]", "must have the shape 2 × 2"), ("[[1, 2], [0, 1]]", "1 for what was kept and 0") })
        {
            var text = File(Masked.Replace("[[1, 0], [false, true]]", wrong, StringComparison.Ordinal));
            Assert.Contains(message, Assert.Throws<TraceFormatException>(() => Check(text)).Message, StringComparison.Ordinal);
        }
    }

    private static StepTrace First(string file)
    {
        using var ours = AnyMlp.Run(TrainingFile.Parse(file, AllParts.Default)).Ours();
        return ours.Advance();
    }

    private static TrainingReport Check(string text) => Checked.Of(text).Training!;

    private static string Recorded(string file)
    {
        var path = Path.GetTempFileName();
        try
        {
            OwnTraces.Record(path, file, AnyMlp.Run(TrainingFile.Parse(file, AllParts.Default)));
            return File.ReadAllText(path, Encoding.UTF8);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string With(string optimizer, string groups, string schedule) =>
        Groups
            .Replace("OPTIMIZER", optimizer, StringComparison.Ordinal)
            .Replace("GROUPS", groups, StringComparison.Ordinal)
            .Replace("SCHEDULE", schedule, StringComparison.Ordinal);

    private static string Parted(string loss, int count) =>
        Parts.Replace("LOSS", loss, StringComparison.Ordinal).Replace("COUNT", $"{count}", StringComparison.Ordinal);
}
