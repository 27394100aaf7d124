namespace Micrograd;

/// <summary>A norm of numbers added one after the other, as PyTorch's plain kernels take it.</summary>
internal struct NormSum
{
    private readonly double _order;
    private double _sum;

    internal NormSum(double order) => _order = Require.Positive(order);

    /// <summary>The norm of the numbers added.</summary>
    internal readonly double Norm => _order switch
    {
        1 or double.PositiveInfinity => _sum,
        2 => Math.Sqrt(_sum),
        _ => Math.Pow(_sum, 1 / _order),
    };

    /// <summary>The norm of one number: its absolute value, but for what the power and the root of it lose, as in PyTorch.</summary>
    internal static double Of(double number, double order)
    {
        var norm = new NormSum(order);
        norm.Add(number);
        return norm.Norm;
    }

    internal void Add(double number)
    {
        number = Math.Abs(number);
        _sum = _order switch
        {
            1 => _sum + number,
            2 => _sum + number * number,
            double.PositiveInfinity => Math.Max(_sum, number),
            _ => _sum + Math.Pow(number, _order),
        };
    }
}
