namespace Micrograd.Batching;

/// <summary>
/// A function of one sample, recorded once and then computed for many samples at a time. Values and gradients have the same bits as if
/// the function were called for one sample after the other.
/// </summary>
/// <remarks>
/// <code>
/// var miss = Recording.Of(3, x => (model.Forward(x[0], x[1])[0] - x[2]).Pow(2));
/// for (var k = 0; k &lt; 100; k++)
/// {
///     using var step = Tape.Current.BeginStep();
///     miss.Replay(samples, losses);
///     var loss = Loss.Reduce(losses);
///     …
/// }
/// </code>
/// Samples are computed side by side in vectors, each in the recorded order of operations; gradients are accumulated into the values
/// from outside from the last sample to the first, as a backward pass over the single graphs adds them.
/// </remarks>
public sealed class Recording
{
    private readonly LaneProgram _program;

    private Recording(LaneProgram program) => _program = program;

    /// <summary>Number of inputs per sample.</summary>
    public int Inputs => _program.Inputs;

    /// <summary>Number of results per sample.</summary>
    public int Outputs => _program.Results.Length;

    /// <summary>Records a function of one sample with one result; <see cref="Of(int, Func{Value[], Value[]})"/> says how.</summary>
    /// <inheritdoc cref="Of(int, Func{Value[], Value[]})"/>
    public static Recording Of(int inputs, Func<Value[], Value> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Of(inputs, sample => [function(sample)]);
    }

    /// <summary>
    /// Records a function of one sample. It is called once; what it uses from outside, such as parameters, is read and receives gradients at
    /// every replay. Plain numbers in it are kept as they are.
    /// </summary>
    /// <param name="inputs">Number of inputs per sample: those of the network, and whatever else differs between samples, such as a target.</param>
    /// <param name="function">
    /// From a sample to results: operations only. All it does must be the same for every sample, so it may not look at
    /// <see cref="Value.Data"/> of what it computes.
    /// </param>
    /// <exception cref="InvalidOperationException">The function accesses <see cref="Value.Data"/> of a value that it computes, or replays a recording itself.</exception>
    /// <exception cref="ArgumentException">A result is not computed by the function, or is returned twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="inputs"/> is negative.</exception>
    public static Recording Of(int inputs, Func<Value[], Value[]> function) =>
        TryOf(inputs, function)
        ?? throw new InvalidOperationException(
            "The function accesses Data of an intermediate value (Data, Detach, softmax): control flow that depends on data cannot be recorded."
        );

    /// <summary>
    /// Computes the function for samples, and returns its results as values: what is computed from them is recorded as usual, and
    /// gradients flow through them to what the function used from outside.
    /// </summary>
    /// <param name="samples">The samples one after the other, <see cref="Inputs"/> numbers each.</param>
    /// <param name="results">Receives the results, <see cref="Outputs"/> values for each sample.</param>
    /// <exception cref="ArgumentException">The samples are not whole, or there is not as much room for results.</exception>
    /// <exception cref="StaleValueException">What the function used from outside belongs to a step that has ended, or to another tape.</exception>
    public void Replay(ReadOnlySpan<double> samples, Span<Value> results)
    {
        var count = Inputs == 0 ? results.Length / Outputs : samples.Length / Inputs;
        if (samples.Length != (long)count * Inputs)
            throw new ArgumentException($"{samples.Length} numbers are no whole samples of {Inputs}.", nameof(samples));
        if (results.Length != (long)count * Outputs)
            throw new ArgumentException(
                $"{count} samples have {count * (long)Outputs} results, but there is room for {results.Length}.",
                nameof(results)
            );
        Tape.EnsureCurrent();
        Tape.Current.Replay(_program, samples, count, results);
    }

    /// <inheritdoc cref="Replay(ReadOnlySpan{double}, Span{Value})"/>
    public Value[] Replay(ReadOnlySpan<double> samples)
    {
        var results = new Value[Inputs == 0 ? Outputs : samples.Length / Inputs * Outputs];
        Replay(samples, results);
        return results;
    }

    /// <summary>As <see cref="Of(int, Func{Value[], Value[]})"/>; null where the function accesses <see cref="Value.Data"/> of a value that it computes.</summary>
    internal static Recording? TryOf(int inputs, Func<Value[], Value[]> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentOutOfRangeException.ThrowIfNegative(inputs);
        return Tape.Current.Record(inputs, function) is { } recorded ? new Recording(LaneCompiler.Compile(recorded).Allocate()) : null;
    }
}
