namespace Micrograd;

/// <summary>A norm of numbers added one after the other, as PyTorch's plain kernels take it.</summary>
internal struct NormSum
{
    private readonly double _order;
    private double _sum;
    private double _only;
    private int _count;

    internal NormSum(double order) => _order = Require.Positive(order);

    /// <summary>The norm so far. That of one number is the number itself: no power and root of it is taken.</summary>
    internal readonly double Norm => _count == 1 ? _only : _order switch
    {
        1 or double.PositiveInfinity => _sum,
        2 => Math.Sqrt(_sum),
        _ => Math.Pow(_sum, 1 / _order),
    };

    /// <summary>Adds a number, not negative.</summary>
    internal void Add(double number)
    {
        _only = number;
        _count++;
        _sum = _order switch
        {
            1 => _sum + number,
            2 => _sum + number * number,
            double.PositiveInfinity => Math.Max(_sum, number),
            _ => _sum + Math.Pow(number, _order),
        };
    }
}
