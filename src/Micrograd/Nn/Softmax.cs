namespace Micrograd;

/// <summary>
/// Softmax over several values, recorded operation by operation: the greatest input m enters as a constant, then e⁽ˣ⁻ᵐ⁾ for each input
/// in turn, then their sum from the first to the last, then its reciprocal, then each product with it. PyTorch gives the same
/// bits.
/// </summary>
public static class Softmax
{
    /// <summary>Turns values into positive ones whose sum is 1.</summary>
    /// <param name="inputs">The values; at least one.</param>
    /// <param name="outputs">Receives as many results; may be the same memory as the inputs.</param>
    /// <exception cref="ArgumentException">There are no inputs, or not as many outputs.</exception>
    public static void Apply(ReadOnlySpan<Value> inputs, Span<Value> outputs)
    {
        Check(inputs, outputs);
        Value greatest = Greatest(inputs);
        for (var i = 0; i < inputs.Length; i++)
            outputs[i] = (inputs[i] - greatest).Exp();
        var sum = outputs[0];
        foreach (var exponential in outputs[1..inputs.Length])
            sum += exponential;
        var inverse = sum.Reciprocal();
        for (var i = 0; i < inputs.Length; i++)
            outputs[i] *= inverse;
    }

    /// <summary>
    /// The logarithms of <see cref="Apply"/>'s results, without underflow: x − m for each input in turn, then the logarithm of the sum of
    /// their exponentials, then each difference (x − m) − log(sum).
    /// </summary>
    /// <param name="inputs">The values; at least one.</param>
    /// <param name="outputs">Receives as many results; may be the same memory as the inputs.</param>
    /// <exception cref="ArgumentException">There are no inputs, or not as many outputs.</exception>
    public static void ApplyLog(ReadOnlySpan<Value> inputs, Span<Value> outputs)
    {
        Check(inputs, outputs);
        Value greatest = Greatest(inputs);
        for (var i = 0; i < inputs.Length; i++)
            outputs[i] = inputs[i] - greatest;
        var sum = outputs[0].Exp();
        foreach (var difference in outputs[1..inputs.Length])
            sum += difference.Exp();
        var log = sum.Log();
        for (var i = 0; i < inputs.Length; i++)
            outputs[i] -= log;
    }

    private static double Greatest(ReadOnlySpan<Value> inputs)
    {
        var greatest = double.NegativeInfinity;
        foreach (var input in inputs)
            greatest = Math.Max(greatest, input.Data);
        return greatest;
    }

    private static void Check(ReadOnlySpan<Value> inputs, Span<Value> outputs)
    {
        if (inputs.IsEmpty)
            throw new ArgumentException("Softmax needs at least one value.", nameof(inputs));
        if (outputs.Length != inputs.Length)
            throw new ArgumentException($"There are {inputs.Length} inputs, but room for {outputs.Length} outputs.", nameof(outputs));
    }
}
