using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Micrograd.Parity.Diff.Tests.Python;

/// <summary>Originals that the real PyTorch runs in Python, and ports of them that TorchSharp runs, from the original's numbers and on its batches.</summary>
[Trait("Needs", "torch")]
public sealed class RealPairTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("real-").FullName;

    static RealPairTests() => TorchLibrary.Load();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("perceptron", "all")]
    [InlineData("convolutional", "all")]
    [InlineData("lstm", "all")]
    [InlineData("perceptron", "statistics")]
    public void A_faithful_port_differs_by_rounding_alone(string net, string keep)
    {
        var result = Compare(net, keep, model => nn.utils.clip_grad_norm_(model.parameters(), 1.0));
        Assert.Equal([], result.Findings.Select(finding => $"{finding.Step} {finding.Stage} {finding.Name}: {finding.What}"));
        Assert.Equal(4, result.Steps.Count);
    }

    /// <summary>What PyTorch has as its default is not what TorchSharp has.</summary>
    [Fact]
    public void A_port_that_leaves_AdamW_its_default_decay_is_told_so()
    {
        var finding = Compare("perceptron", "all", model => nn.utils.clip_grad_norm_(model.parameters(), 1.0), decay: 0).Findings[0];
        Assert.Equal(Stage.Settings, finding.Stage);
        Assert.Contains("weight_decay 0.01", finding.What, StringComparison.Ordinal);
    }

    private DiffResult Compare(string net, string keep, Action<Module> clip, double decay = 0.01)
    {
        // The batches are those of the recording that has all numbers.
        var whole = Original(net, "all");
        var original = keep == "all" ? whole : Original(net, keep);
        var port = Path.Combine(_folder, "port");
        Port(net, whole, port, keep == "all" ? Keep.All : Keep.Statistics, clip, decay);
        return Diffs.Of(original, port);
    }

    private string Original(string net, string keep)
    {
        var (make, data) = net switch
        {
            "perceptron" => ("c.nn.Sequential(c.nn.Linear(6, 16), c.nn.Tanh(), c.nn.Linear(16, 16), c.nn.GELU(), c.nn.Linear(16, 3))", "vectors"),
            "convolutional" => ("c.convolutional()", "c.pictures"),
            _ => ("c.Tagger(c.nn.LSTM)", "c.sentences"),
        };
        var folder = Path.Combine(_folder, $"original-{keep}");
        PythonRecorderTests.RunCode(
            PythonRecorderTests.RealPython(),
            null,
            $"""

            def vectors(steps):
                for _ in range(steps):
                    yield c.torch.randn(8, 6), c.torch.randint(0, 3, (8,))
            def make():
                model = {make}
                for module in model.modules():
                    if isinstance(module, c.nn.Dropout):
                        module.p = 0.0
                    if isinstance(module, c.nn.LSTM):
                        module.dropout = 0.0
                return model
            adamw = lambda p: c.torch.optim.AdamW(p, lr=0.01)
            c.train('{folder}', steps=4, make=make, data={data}, step=c.classify, optimizer=adamw, keep='{keep}')
            """
        );
        return folder;
    }

    private static void Port(string net, string original, string folder, Keep keep, Action<Module> clip, double decay)
    {
        using var scope = NewDisposeScope();
        set_num_threads(1);
        using var recorded = RecordedRun.Open(original);
        var model = Model(net);
        var places = model.state_dict();
        using (no_grad())
        {
            foreach (var tensor in recorded.Initial.Tensors)
                places[tensor.Place.Of].copy_(tensor.Load());
        }

        var optimizer = optim.AdamW(model.parameters(), lr: 0.01, weight_decay: decay);
        using var run = TrainingRecorder.Start(folder, model, optimizer, new RecordingOptions { Keep = keep });
        while (recorded.Next() is { } step)
        {
            using var _ = step;
            var (x, y) = (Batch(step, "inputs"), Batch(step, "targets"));
            optimizer.zero_grad();
            var output = model.call(x);
            run.Backward(F.cross_entropy(output.reshape(-1, output.shape[^1]), y.reshape(-1)), y);
            clip(model);
            run.Step();
        }
    }

    private static Tensor Batch(RecordedStep step, string of) => step.ByPlace[new TensorPlace(RecordedQuantity.Batch, of, 0, 0, "")].Load();

    private static Module<Tensor, Tensor> Model(string net) =>
        net switch
        {
            "perceptron" => Sequential(("0", Linear(6, 16)), ("1", Tanh()), ("2", Linear(16, 16)), ("3", GELU()), ("4", Linear(16, 3))),
            "convolutional" => Sequential(
                ("0", Conv2d(1, 4, 3, padding: 1)),
                ("1", BatchNorm2d(4)),
                ("2", ReLU(inplace: true)),
                ("3", MaxPool2d(2)),
                ("4", Flatten()),
                ("5", Dropout(0)),
                ("6", Linear(64, 3))
            ),
            _ => new Tagger(),
        };

    private sealed class Tagger : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Embedding _embedding = Embedding(11, 8);
        private readonly TorchSharp.Modules.LSTM _rnn = LSTM(8, 12, 2, batchFirst: true);
        private readonly TorchSharp.Modules.Linear _head = Linear(12, 11);

        internal Tagger()
            : base(nameof(Tagger))
        {
            register_module("embedding", _embedding);
            register_module("rnn", _rnn);
            register_module("head", _head);
        }

        public override Tensor forward(Tensor tokens) => _head.call(_rnn.call(_embedding.call(tokens)).Item1);
    }
}
