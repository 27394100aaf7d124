namespace Micrograd;

/// <summary>Hands out given numbers, from the first one again for each new network.</summary>
internal sealed class GivenInitializer(double[] numbers) : Initializer
{
    private int _next;

    internal override void Begin(int parameters)
    {
        if (parameters != numbers.Length)
            throw new ArgumentException($"There are {parameters} parameters, but {numbers.Length} numbers were given.");
        _next = 0;
    }

    internal override void Fill(int inputs, int outputs, Span<double> weights, Span<double> biases)
    {
        for (var neuron = 0; neuron < outputs; neuron++)
        {
            numbers.AsSpan(_next, inputs).CopyTo(weights[(neuron * inputs)..]);
            _next += inputs;
            if (!biases.IsEmpty)
                biases[neuron] = numbers[_next++];
        }
    }
}
