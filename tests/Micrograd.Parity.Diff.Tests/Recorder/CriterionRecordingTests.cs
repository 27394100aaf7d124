using System.Text.Json;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using TorchSharp;
using static TorchSharp.torch;
using Criterion = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Micrograd.Parity.Diff.Tests.Recorder;

/// <summary>The loss as TorchSharp's recorder describes it, and mistakes in its options.</summary>
public sealed class CriterionRecordingTests : IDisposable
{
    private readonly RecordedFolder _folder = new();
    private readonly RecordedFolder _port = new();

    static CriterionRecordingTests() => TorchLibrary.Load(KernelChoice.Best);

    public static TheoryData<string> Options =>
        ["reduction", "label_smoothing", "ignore_index", "weight", "pos_weight", "delta", "beta", "log_target", "full"];

    public void Dispose()
    {
        _folder.Dispose();
        _port.Dispose();
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void An_option_that_the_port_has_wrong_is_named(string option)
    {
        var (right, wrong) = Pair(option);
        var run = Run(option) with { Criterion = right };
        run.Record(_folder.Path);
        (run with { Criterion = wrong }).Record(_port.Path);
        var findings = Diffs.Of(_folder.Path, _port.Path).Findings;
        Assert.Equal(Stage.Settings, findings[0].Stage);
        Assert.Contains($" {option} ", findings[0].What, StringComparison.Ordinal);
        Assert.Equal(option.Replace('_', '-'), Assert.Single(findings[0].Causes).Name);
        Assert.DoesNotContain(findings, finding => finding.Stage == Stage.Loss);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void The_same_loss_in_another_type_is_rounding(string option)
    {
        foreach (var criterion in new[] { Pair(option).Right, Pair(option).Wrong })
        {
            var run = Run(option) with { Criterion = criterion, Prepare = SmallRun.Alike };
            (run with { Dtype = ScalarType.Float64 }).Record(_folder.Path);
            run.Record(_port.Path);
            Assert.Equal([], Diffs.Of(_folder.Path, _port.Path).Findings.Select(finding => finding.What));
        }
    }

    [Fact]
    public void A_loss_that_is_not_the_one_it_states_is_wrong()
    {
        var run = Run("reduction") with { Criterion = () => nn.CrossEntropyLoss() };
        run.Record(_folder.Path);
        (run with { Criterion = () => new Halved() }).Record(_port.Path);
        var index = Path.Combine(_port.Path, "index.jsonl");
        File.WriteAllText(index, File.ReadAllText(index).Replace(nameof(Halved), "CrossEntropyLoss", StringComparison.Ordinal));
        var finding = Diffs.Of(_folder.Path, _port.Path).Findings[0];
        Assert.Equal((Stage.Loss, 0, Side.Port), (finding.Stage, finding.Step, finding.WrongSides));
    }

    [Fact]
    public void The_loss_is_told_with_its_options_and_with_what_it_was_given()
    {
        (Run("reduction") with { Criterion = () => Smoothing() }).Record(_folder.Path);
        var criterion = _folder.Line("modules").GetProperty("criterion");
        Assert.Equal("CrossEntropyLoss", criterion.GetProperty("type").GetString());
        Assert.Equal(
            """{"ignore_index":-100,"label_smoothing":0.1,"reduction":"mean","weight":null}""",
            JsonSerializer.Serialize(criterion.GetProperty("options"))
        );
        Assert.Equal(["output of fc2", "batch of targets"], GivenToLoss(0));
        Assert.Single(_folder.Tensors(0, "batch"), tensor => tensor.GetProperty("of").GetString() == "targets");
    }

    [Fact]
    public void Logits_in_another_shape_are_those_of_the_model()
    {
        using var scope = NewDisposeScope();
        var model = nn.Sequential(("fc", nn.Linear(3, 5)));
        var criterion = nn.CrossEntropyLoss();
        using (var run = TrainingRecorder.Start(_folder.Path, model, criterion: criterion))
        {
            var targets = zeros(2, 4, dtype: ScalarType.Int64);
            run.Backward(criterion.call(model.call(randn(2, 4, 3)).view(-1, 5), targets.view(-1)), targets);
            run.Step();
            using (no_grad())
                criterion.call(model.call(randn(2, 3)), zeros(2, dtype: ScalarType.Int64));
            run.Backward(criterion.call(model.call(randn(2, 3)), zeros(2, dtype: ScalarType.Int64)) / 2);
            run.Step();
        }

        Assert.Equal(["output of fc", "batch of targets"], GivenToLoss(0));
        Assert.False(_folder.Tensors(1, "loss").Single().TryGetProperty("inputs", out _));
        Assert.Single(_folder.Tensors(1, "batch"), tensor => tensor.GetProperty("of").GetString() == "targets");
    }

    private IEnumerable<string> GivenToLoss(int step)
    {
        var tensors = _folder.Step(step).GetProperty("tensors");
        return _folder
            .Tensors(step, "loss")
            .Single()
            .GetProperty("inputs")
            .EnumerateArray()
            .Select(place => tensors[place.GetInt32()])
            .Select(tensor => $"{tensor.GetProperty("quantity").GetString()} of {tensor.GetProperty("of").GetString()}");
    }

    private static SmallRun Run(string option) =>
        option switch
        {
            "reduction" or "label_smoothing" or "ignore_index" or "weight" => new() { Targets = y => (y.select(1, 0) > 0).to(ScalarType.Int64) },
            "pos_weight" or "log_target" or "full" => new() { Targets = y => y.sigmoid() },
            _ => new(),
        };

    private static (Func<Criterion> Right, Func<Criterion> Wrong) Pair(string option) =>
        option switch
        {
            "reduction" => (() => nn.CrossEntropyLoss(), () => nn.CrossEntropyLoss(reduction: nn.Reduction.Sum)),
            "label_smoothing" => (() => Smoothing(), () => nn.CrossEntropyLoss()),
            "ignore_index" => (() => nn.CrossEntropyLoss(ignore_index: 1), () => nn.CrossEntropyLoss()),
            "weight" => (
                () => nn.CrossEntropyLoss(weight: tensor([0.25, 3]).to(get_default_dtype())),
                () => nn.CrossEntropyLoss(weight: tensor([3, 0.25]).to(get_default_dtype()))
            ),
            "pos_weight" => (() => nn.BCEWithLogitsLoss(pos_weights: tensor([0.5, 2]).to(get_default_dtype())), () => nn.BCEWithLogitsLoss()),
            "delta" => (() => nn.HuberLoss(delta: 0.5), () => nn.HuberLoss()),
            "beta" => (() => nn.SmoothL1Loss(beta: 0.5), () => nn.SmoothL1Loss()),
            "log_target" => (() => nn.KLDivLoss(log_target: false), () => nn.KLDivLoss()),
            "full" => (() => nn.PoissonNLLLoss(full: true), () => nn.PoissonNLLLoss()),
            _ => throw new ArgumentOutOfRangeException(nameof(option)),
        };

    private static TorchSharp.Modules.CrossEntropyLoss Smoothing() => new(null, null, nn.Reduction.Mean, 0.1);

    private sealed class Halved() : nn.Module<Tensor, Tensor, Tensor>(nameof(Halved))
    {
        public override Tensor forward(Tensor input, Tensor targets) => nn.functional.cross_entropy(input, targets) / 2;
    }
}
