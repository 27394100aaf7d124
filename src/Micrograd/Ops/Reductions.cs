using Micrograd.Tapes;

namespace Micrograd;

public readonly partial struct Value
{
    /// <summary>
    /// The sum of the values, added in the order in which PyTorch sums a one-dimensional tensor (several running sums at once, which
    /// rounds less than one after the other). The sum of none is 0.
    /// </summary>
    public static Value Sum(params ReadOnlySpan<Value> values) => Tape.Many<SumRule>(values);

    /// <summary>The mean of the values: their <see cref="Sum"/> divided by their count. The mean of none is NaN.</summary>
    public static Value Mean(params ReadOnlySpan<Value> values) => Tape.Many<MeanRule>(values);
}

internal readonly struct SumRule : IManyRule
{
    public static string Name => "sum";

    public static unsafe double Forward(byte* start, ReadOnlySpan<int> operands) => CascadeSum.Of(start, operands);

    public static double Vjp(double g, int count) => g;
}

internal readonly struct MeanRule : IManyRule
{
    public static string Name => "mean";

    public static unsafe double Forward(byte* start, ReadOnlySpan<int> operands) => SumRule.Forward(start, operands) / operands.Length;

    public static double Vjp(double g, int count) => g / count;
}
