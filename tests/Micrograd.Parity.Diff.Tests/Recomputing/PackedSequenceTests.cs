using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Engines.Torch;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Recomputing;

public sealed class PackedSequenceTests
{
    static PackedSequenceTests() => TorchLibrary.Load();

    [Theory]
    [InlineData("LSTM", 4)]
    [InlineData("GRU", 3)]
    [InlineData("RNN", 1)]
    public void A_packed_sequence_is_not_computed_anew(string kind, int gates)
    {
        using var scope = NewDisposeScope();
        var state = new Dictionary<string, Tensor>
        {
            ["weight_ih_l0"] = randn(gates * 7, 5),
            ["weight_hh_l0"] = randn(gates * 7, 7),
            ["bias_ih_l0"] = randn(gates * 7),
            ["bias_hh_l0"] = randn(gates * 7),
        };
        var call = new ModuleCall(
            kind,
            RecordedOptions.Of(("batch_first", true)),
            true,
            [randn(16, 5), tensor(new long[] { 4, 4, 3, 2, 2, 1 })],
            state
        );
        Assert.Null(KnownModules.Forward(call));
        Assert.NotNull(KnownModules.Forward(call with { Inputs = [randn(2, 8, 5)] }));
    }
}
