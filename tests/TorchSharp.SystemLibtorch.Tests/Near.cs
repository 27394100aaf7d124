namespace TorchSharp.SystemLibtorch.Tests;

/// <summary>Equality up to a few roundings.</summary>
internal static class Near
{
    public const double Tolerance = 1e-12;

    public static void Assert(double expected, double actual) => Xunit.Assert.True(
        expected.Equals(actual) || Math.Abs(actual - expected) <= Tolerance * Math.Abs(expected),
        FormattableString.Invariant($"expected {expected:R}, got {actual:R}"));

    public static void Assert(double[] expected, Tensor actual)
    {
        var values = actual.data<double>().ToArray();
        Xunit.Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < values.Length; i++)
            Assert(expected[i], values[i]);
    }
}
