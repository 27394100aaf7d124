using Micrograd.Parity.Diff.Tests.Pairs;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Micrograd.Parity.Diff.Tests;

/// <summary>Modules that drop numbers within themselves are not judged, and that is said.</summary>
public sealed class DrawingModulesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("drawing-").FullName;

    static DrawingModulesTests() => TorchLibrary.Load();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("LSTM")]
    [InlineData("GRU")]
    [InlineData("MultiheadAttention")]
    public void Two_honest_runs_are_not_blamed_for_what_each_drew(string kind)
    {
        var result = Compare(kind, learningRate: 0.1);
        Assert.Equal([], result.Findings.Select(finding => finding.What));
        Assert.Equal(["part"], result.Uncomputed);
        Assert.Contains(result.Unchecked, sentence => sentence.StartsWith("part was not computed anew: ", StringComparison.Ordinal));
    }

    [Fact]
    public void What_stands_behind_such_a_module_is_judged_all_the_same() =>
        Assert.Contains("not-cleared", Compare("LSTM", learningRate: 0.1, clears: false).Findings[0].Causes[0].Name, StringComparison.Ordinal);

    private DiffResult Compare(string kind, double learningRate, bool clears = true) =>
        Diffs.Of(Record("original", kind, seed: 1, learningRate, clears: true), Record("port", kind, seed: 2, learningRate, clears));

    private string Record(string name, string kind, long seed, double learningRate, bool clears)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        using var model = new Net(kind);
        var (x, y) = (randn(4, 5, 8), randn(4, 5, 3));
        using var optimizer = optim.SGD(model.parameters(), learningRate);
        var folder = Path.Combine(_folder, name);
        using var run = TrainingRecorder.Start(folder, model, optimizer);
        manual_seed(seed);
        for (var step = 0; step < 2; step++)
        {
            if (clears)
                optimizer.zero_grad();
            run.Backward(functional.mse_loss(model.call(x), y), y);
            run.Step();
        }

        return folder;
    }

    private sealed class Net : Custom
    {
        private readonly Func<Tensor, Tensor> _part;
        private readonly Linear _head;

        internal Net(string kind)
            : base("Net")
        {
            switch (kind)
            {
                case "LSTM":
                    var lstm = Add("part", LSTM(8, 8, numLayers: 2, batchFirst: true, dropout: 0.5));
                    _part = x => lstm.call(x, null).Item1;
                    break;
                case "GRU":
                    var gru = Add("part", GRU(8, 8, numLayers: 2, batchFirst: true, dropout: 0.5));
                    _part = x => gru.call(x, null).Item1;
                    break;
                default:
                    var attention = Add("part", MultiheadAttention(8, 2, dropout: 0.5));
                    _part = x => attention.call(x, x, x, null, false, null).Item1;
                    break;
            }

            _head = Add("head", Linear(8, 3));
        }

        public override Tensor forward(Tensor input) => _head.call(_part(input));
    }
}
