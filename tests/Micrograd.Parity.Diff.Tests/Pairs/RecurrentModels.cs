using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Cells = TorchSharp.torch.nn.Module<
    TorchSharp.torch.Tensor,
    (TorchSharp.torch.Tensor, TorchSharp.torch.Tensor)?,
    (TorchSharp.torch.Tensor, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor)
>;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>The net as it stands in Python.</summary>
internal sealed class RecurrentOriginal : Custom
{
    private readonly LSTM _lstm;
    private readonly Linear _head;

    internal RecurrentOriginal()
        : base("SequenceModel")
    {
        _lstm = Add("lstm", LSTM(5, 12, batchFirst: true));
        _head = Add("head", Linear(12, 3));
    }

    public override Tensor forward(Tensor input)
    {
        var (output, _, _) = _lstm.call(input);
        return _head.call(output.select(1, -1));
    }
}

/// <summary>The net as somebody wrote it again.</summary>
internal sealed class RecurrentPort : Custom
{
    private Linear? _readout;
    private (Tensor, Tensor)? _state;

    internal RecurrentPort()
        : base("Forecaster") { }

    internal Cells Cells { get; init; } = LSTM(5, 12, batchFirst: true);

    /// <summary>What the last layer reads, of the outputs of all times and the last cell.</summary>
    internal Func<Tensor, Tensor, Tensor> Reads { get; init; } = (all, _) => all.select(1, -1);

    internal bool ReadsState { get; init; }

    internal bool KeepsState { get; init; }

    /// <summary>Makes the layers, once the switches are set.</summary>
    internal RecurrentPort Built()
    {
        Add("cells", Cells);
        _readout = Add("readout", Linear(12, 3));
        return this;
    }

    public override Tensor forward(Tensor input)
    {
        var (output, hidden, cell) = Cells.call(input, _state);
        if (KeepsState)
            _state = (hidden.detach().DetachFromDisposeScope(), cell.detach().DetachFromDisposeScope());
        return _readout!.call(ReadsState ? hidden.select(0, 0) : Reads(output, cell));
    }
}

/// <summary>The net with the other kind of cells.</summary>
internal sealed class GruPort : Custom
{
    private readonly GRU _cells;
    private readonly Linear _readout;

    internal GruPort()
        : base("Forecaster")
    {
        _cells = Add("cells", GRU(5, 12, batchFirst: true));
        _readout = Add("readout", Linear(12, 3));
    }

    public override Tensor forward(Tensor input) => _readout.call(_cells.call(input, null).Item1.select(1, -1));
}

/// <summary>A way to write an LSTM.</summary>
internal enum RecurrentForm
{
    Plain,

    // Mistakes.
    LastGatesExchanged,
    FirstGatesExchanged,
    CandidateBySigmoid,
    CellNotSquashed,
    SecondBiasLeftOut,
    TranspositionLeftOut,
    Backwards,
    StateNotHandedOn,
    CellNotHandedOn,
    HardGates,
    ForgetBias,
}

/// <summary>An LSTM of one layer by hand, with PyTorch's parameters; a sequence is the second dimension.</summary>
internal sealed class LstmByHand : Cells
{
    private readonly RecurrentForm _form;
    private readonly long _size;
    private readonly Parameter _inputWeight;
    private readonly Parameter _stateWeight;
    private readonly Parameter _inputBias;
    private readonly Parameter _stateBias;

    internal LstmByHand(long inputs, long size, RecurrentForm form = RecurrentForm.Plain)
        : base("Lstm")
    {
        (_form, _size) = (form, size);
        register_parameter("weight_ih_l0", _inputWeight = new Parameter(rand(4 * size, inputs)));
        register_parameter("weight_hh_l0", _stateWeight = new Parameter(rand(4 * size, size)));
        register_parameter("bias_ih_l0", _inputBias = new Parameter(zeros(4 * size)));
        register_parameter("bias_hh_l0", _stateBias = new Parameter(zeros(4 * size)));
    }

    public override (Tensor, Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? state)
    {
        var start = zeros(input.shape[0], _size, dtype: input.dtype);
        var (hidden, cell) = (start, start);
        var outputs = new List<Tensor>();
        for (var time = 0; time < input.shape[1]; time++)
        {
            var place = _form == RecurrentForm.Backwards ? input.shape[1] - 1 - time : time;
            (hidden, cell) = Step(
                input.select(1, place),
                _form == RecurrentForm.StateNotHandedOn ? start : hidden,
                _form == RecurrentForm.CellNotHandedOn ? start : cell
            );
            outputs.Add(hidden);
        }

        return (stack(outputs, 1), hidden.unsqueeze(0), cell.unsqueeze(0));
    }

    private (Tensor Hidden, Tensor Cell) Step(Tensor input, Tensor hidden, Tensor cell)
    {
        var gates = input.matmul(_inputWeight.t()) + _inputBias + Recurrent(hidden);
        if (_form != RecurrentForm.SecondBiasLeftOut)
            gates += _stateBias;
        var parts = gates.chunk(4, 1);
        var (read, keep, candidate, show) = _form switch
        {
            RecurrentForm.LastGatesExchanged => (parts[0], parts[1], parts[3], parts[2]),
            RecurrentForm.FirstGatesExchanged => (parts[1], parts[0], parts[2], parts[3]),
            _ => (parts[0], parts[1], parts[2], parts[3]),
        };
        var fresh = _form == RecurrentForm.CandidateBySigmoid ? sigmoid(candidate) : tanh(candidate);
        if (_form == RecurrentForm.ForgetBias)
            keep += 1;
        var next = Gate(keep) * cell + Gate(read) * fresh;
        return (Gate(show) * (_form == RecurrentForm.CellNotSquashed ? next : tanh(next)), next);
    }

    private Tensor Gate(Tensor x) => _form == RecurrentForm.HardGates ? (0.2 * x + 0.5).clamp(0, 1) : sigmoid(x);

    private Tensor Recurrent(Tensor hidden)
    {
        if (_form != RecurrentForm.TranspositionLeftOut)
            return hidden.matmul(_stateWeight.t());
        // Gate by gate, each with its square of the weights the wrong way round.
        return cat([.. _stateWeight.chunk(4, 0).Select(square => hidden.matmul(square))], 1);
    }
}
