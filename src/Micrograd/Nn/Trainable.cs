using Micrograd.Batching;

namespace Micrograd;

/// <summary>Something with parameters that training changes: a neuron, a layer, a network.</summary>
/// <remarks>
/// The parameters are leaves of the tape that is current when the module is made, so a module is made before the steps that use it, and
/// used on the thread that made it.
/// </remarks>
public abstract class Trainable
{
    /// <summary>Plain inputs as constants; kept, so that a warm forward pass allocates nothing.</summary>
    private Value[]? _constants;

    /// <summary>The forward pass of one sample, recorded when a batch first asks for it; null where it cannot be.</summary>
    private Recording? _recording;
    private bool _isRecorded;

    private protected Trainable() { }

    /// <summary>Number of inputs.</summary>
    public abstract int Inputs { get; }

    /// <summary>Number of outputs.</summary>
    public abstract int Outputs { get; }

    /// <summary>The parameters in micrograd's order: neuron by neuron, first its weights, then its bias.</summary>
    public abstract IReadOnlyList<Value> Parameters { get; }

    /// <summary>The same parameters as PyTorch's <c>state_dict</c> has them, of the same stack of <c>nn.Linear</c> modules.</summary>
    public abstract IReadOnlyList<NamedParameter> NamedParameters { get; }

    /// <summary>Clears the gradient of every parameter, as PyTorch's <c>zero_grad(set_to_none=True)</c>.</summary>
    public void ZeroGrad()
    {
        var parameters = Parameters;
        for (var i = 0; i < parameters.Count; i++)
            parameters[i].ZeroGrad();
    }

    /// <summary>Computes the outputs without allocating.</summary>
    /// <param name="inputs"><see cref="Inputs"/> values.</param>
    /// <param name="outputs">Receives <see cref="Outputs"/> values.</param>
    /// <exception cref="ArgumentException">There are more or fewer inputs or outputs.</exception>
    public void Forward(ReadOnlySpan<Value> inputs, Span<Value> outputs)
    {
        CheckInputs(inputs.Length);
        if (outputs.Length != Outputs)
            throw new ArgumentException($"{this} returns {Outputs} values, but there is room for {outputs.Length}.", nameof(outputs));
        Compute(inputs, outputs);
    }

    /// <summary>Computes the outputs for plain numbers without allocating.</summary>
    /// <inheritdoc cref="Forward(ReadOnlySpan{Value}, Span{Value})"/>
    public void Forward(ReadOnlySpan<double> inputs, Span<Value> outputs) => Forward(Constants(inputs), outputs);

    /// <summary>
    /// Computes the outputs of many samples at a time, several times as fast as one by one: samples lie side by side in vectors, and on
    /// the tape there are the outputs only. Values and gradients have the same bits as those of
    /// <see cref="Forward(ReadOnlySpan{double}, Span{Value})"/> for one sample after the other. A network with softmax is computed so.
    /// </summary>
    /// <param name="samples">The samples one after the other, <see cref="Inputs"/> numbers each.</param>
    /// <param name="outputs">Receives <see cref="Outputs"/> values for each sample, sample after sample.</param>
    /// <exception cref="ArgumentException">The samples are not whole, or there is not as much room for outputs.</exception>
    public void ForwardBatch(ReadOnlySpan<double> samples, Span<Value> outputs)
    {
        var count = samples.Length / Inputs;
        if (samples.Length != (long)count * Inputs)
            throw new ArgumentException($"{samples.Length} numbers are no whole samples of {Inputs}.", nameof(samples));
        if (outputs.Length != (long)count * Outputs)
            throw new ArgumentException(
                $"{count} samples have {count * (long)Outputs} outputs, but there is room for {outputs.Length}.",
                nameof(outputs)
            );
        if (!_isRecorded)
        {
            _recording = Recording.TryOf(Inputs, ComputeNew);
            _isRecorded = true;
        }

        if (_recording is not null)
        {
            _recording.Replay(samples, outputs);
            return;
        }

        for (var i = 0; i < count; i++)
            Forward(samples.Slice(i * Inputs, Inputs), outputs.Slice(i * Outputs, Outputs));
    }

    /// <inheritdoc cref="ForwardBatch(ReadOnlySpan{double}, Span{Value})"/>
    public Value[] ForwardBatch(ReadOnlySpan<double> samples)
    {
        var outputs = new Value[samples.Length / Inputs * Outputs];
        ForwardBatch(samples, outputs);
        return outputs;
    }

    /// <summary>Sets every parameter's number, in the order of <see cref="Parameters"/>.</summary>
    /// <exception cref="ArgumentException">There are more or fewer numbers than parameters.</exception>
    public void SetParameters(ReadOnlySpan<double> numbers)
    {
        var parameters = Parameters;
        if (numbers.Length != parameters.Count)
            throw new ArgumentException($"There are {parameters.Count} parameters, but {numbers.Length} numbers.", nameof(numbers));
        var i = 0;
        foreach (var parameter in parameters)
            parameter.Data = numbers[i++];
    }

    private protected abstract void Compute(ReadOnlySpan<Value> inputs, Span<Value> outputs);

    private Value[] ComputeNew(Value[] inputs)
    {
        var outputs = new Value[Outputs];
        Compute(inputs, outputs);
        return outputs;
    }

    private protected ReadOnlySpan<Value> Constants(ReadOnlySpan<double> inputs)
    {
        CheckInputs(inputs.Length);
        _constants ??= new Value[Inputs];
        for (var i = 0; i < inputs.Length; i++)
            _constants[i] = inputs[i];
        return _constants;
    }

    private protected void CheckInputs(int count)
    {
        if (count != Inputs)
            throw new ArgumentException($"{this} takes {Inputs} values, but got {count}.", nameof(count));
    }
}
