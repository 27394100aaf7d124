using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;

namespace Micrograd.Parity.Diff.Tests.Recorder;

public class EngineRecorderTests
{
    private static readonly double[] s_inputs = [0.5, -1, 0.25, 2, -0.75, 1];
    private static readonly double[] s_targets = [1, 0, -1];

    /// <summary>Other tests of the process choose PyTorch's elementary functions, which must come before any op.</summary>
    public EngineRecorderTests() => TorchLibrary.Load();

    [Theory]
    [InlineData(Keep.All)]
    [InlineData(Keep.Statistics)]
    [InlineData(Keep.Hashes)]
    public void Training_has_the_same_bits_with_a_recorder(Keep keep)
    {
        using var folder = new RecordedFolder();
        Assert.Equal(Train(null, keep), Train(folder, keep));
    }

    [Fact]
    public void A_step_has_batch_loss_gradients_clipping_parameters_and_state()
    {
        using var folder = new RecordedFolder();
        var parameters = Train(folder, Keep.Statistics);
        Assert.Equal(["inputs", "targets"], folder.Names(0, "batch"));
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], folder.Names(0, "gradient"));
        Assert.Equal(folder.Names(0, "gradient"), folder.Names(0, "clipped_gradient"));
        Assert.Equal(["exp_avg", "exp_avg_sq"], folder.Tensors(0, "state").Take(2).Select(t => t.GetProperty("state").GetString()));
        var last = folder.Tensors(2, "parameter").Sum(t => t.GetProperty("statistics").GetProperty("sum").GetDouble());
        Assert.Equal(parameters.Sum(), last, 1e-12);
        Assert.Equal([0.01], folder.Step(1).GetProperty("lr").EnumerateArray().Select(rate => rate.GetDouble()));
    }

    [Fact]
    public void Modules_stand_as_in_PyTorchs_Sequential()
    {
        using var folder = new RecordedFolder();
        Train(folder, Keep.Hashes);
        var modules = folder.Line("modules").GetProperty("modules").EnumerateArray().Select(m => $"{m.GetProperty("name")}:{m.GetProperty("type")}");
        Assert.Equal([":Sequential", "0:Linear", "1:Tanh", "2:Linear"], modules);
        Assert.Equal("float64", folder.Line("recording").GetProperty("dtype").GetString());
        Assert.Equal("AdamW", folder.Line("optimizer").GetProperty("type").GetString());
        Assert.All(folder.Tensors(0, "gradient"), t => Assert.Equal(32, t.GetProperty("hash").GetString()!.Length));
    }

    private static double[] Train(RecordedFolder? folder, Keep keep)
    {
        var network = new Mlp(2, [3, 1], Activation.Tanh);
        var count = network.Parameters.Count;
        network.SetParameters([.. Enumerable.Range(0, count).Select(i => Math.Sin(i + 1))]);
        var optimizer = new AdamW(network.Parameters, 0.01);
        using var run = folder is null ? null : EngineRecorder.Start(folder.Path, network, optimizer, new() { Keep = keep });
        for (var step = 0; step < 3; step++)
        {
            optimizer.ZeroGrad();
            var loss = Loss.SquaredError(network.ForwardBatch(s_inputs), s_targets);
            if (run is null)
                loss.Backward();
            else
                run.Backward(loss, s_inputs, s_targets);
            Gradients.ClipByNorm(network.Parameters, 0.01);
            if (run is null)
                optimizer.Step();
            else
                run.Step();
        }

        return [.. network.Parameters.Select(p => p.Data)];
    }
}
