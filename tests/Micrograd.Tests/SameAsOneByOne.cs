using Micrograd.Batching;

namespace Micrograd.Tests;

/// <summary>A replay against the same function called for one sample after the other.</summary>
internal static class SameAsOneByOne
{
    /// <summary>Demands the same bits of all results, and of all gradients that they pass to the values from outside.</summary>
    /// <param name="inputs">How many numbers a sample has.</param>
    /// <param name="samples">The samples one after the other.</param>
    /// <param name="outers">What the function uses from outside.</param>
    /// <param name="function">From a sample, and what it uses from outside, to the result.</param>
    internal static void Assert(int inputs, double[] samples, double[] outers, Func<Value[], Value[], Value> function)
    {
        using var step = Tape.Current.BeginStep();
        var (w, v) = (Values(), Values());
        var replayed = Recording.Of(inputs, x => function(x, w)).Replay(samples);
        Value[] called = [.. samples.Chunk(inputs).Select(x => function(Array.ConvertAll(x, Value.Constant), v))];
        AssertSame(called.Select(y => y.Data), replayed.Select(y => y.Data));
        Sum(called).Backward();
        Sum(replayed).Backward();
        AssertSame(v.Select(p => p.Grad), w.Select(p => p.Grad));

        Value[] Values() => Array.ConvertAll(outers, x => new Value(x));
    }

    /// <summary>With another weight for each sample, so that no two have the same upstream gradient.</summary>
    private static Value Sum(Value[] results) => results.Select((y, i) => y * (1 + i / 8.0)).Aggregate((a, b) => a + b);

    private static void AssertSame(IEnumerable<double> expected, IEnumerable<double> actual) =>
        Xunit.Assert.Equal(expected.Select(BitConverter.DoubleToInt64Bits), actual.Select(BitConverter.DoubleToInt64Bits));
}
