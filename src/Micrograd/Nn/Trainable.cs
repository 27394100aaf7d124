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

    private protected Trainable()
    {
    }

    /// <summary>How many values it takes.</summary>
    public abstract int Inputs { get; }

    /// <summary>How many values it returns.</summary>
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

    /// <summary>Sets every parameter's number, in the order of <see cref="Parameters"/>.</summary>
    /// <exception cref="ArgumentException">There are more or fewer numbers than parameters.</exception>
    public void SetParameters(ReadOnlySpan<double> numbers)
    {
        var parameters = Parameters;
        if (numbers.Length != parameters.Count)
            throw new ArgumentException($"There are {parameters.Count} parameters, but {numbers.Length} numbers.", nameof(numbers));
        for (var i = 0; i < numbers.Length; i++)
            parameters[i].Data = numbers[i];
    }

    private protected abstract void Compute(ReadOnlySpan<Value> inputs, Span<Value> outputs);

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
