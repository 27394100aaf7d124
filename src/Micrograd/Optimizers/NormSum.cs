using System.Runtime.CompilerServices;

namespace Micrograd;

/// <summary>
/// A norm of numbers in PyTorch's order of operations (<c>torch.linalg.vector_norm</c> of a one-dimensional double tensor): the 2-norm in
/// four running sums of squares, any other one number after the other.
/// </summary>
internal struct NormSum
{
    private const int Lanes = 4;

    private readonly double _order;
    private int _count;
    private double _first;
    private double _sum;
    private Four _sums;
    private Four _pending;

    internal NormSum(double order) => _order = Require.Positive(order);

    /// <summary>The norm of the numbers added. Of a single number it is the absolute value, whatever the order.</summary>
    internal readonly double Norm =>
        _order switch
        {
            _ when _count == 1 => _first,
            1 or double.PositiveInfinity => _sum,
            2 => Math.Sqrt(SumOfSquares()),
            _ => Math.Pow(_sum, 1 / _order),
        };

    internal void Add(double number)
    {
        number = Math.Abs(number);
        if (_count == 0)
            _first = number;
        if (_order == 2)
        {
            _pending[_count % Lanes] = number;
            if (_count % Lanes == Lanes - 1)
            {
                for (var k = 0; k < Lanes; k++)
                    _sums[k] = WithSquare(_sums[k], _pending[k]);
            }
        }
        else
        {
            _sum = _order switch
            {
                1 => _sum + number,
                double.PositiveInfinity => Math.Max(_sum, number),
                _ => _sum + Math.Pow(number, _order),
            };
        }

        _count++;
    }

    private static double WithSquare(double sum, double number) => ElementaryFunctions.Current.MultiplyAdd(number, number, sum);

    /// <summary>The running sums together, then the squares of what has not filled all four.</summary>
    private readonly double SumOfSquares()
    {
        var sum = 0 + _sums[0] + _sums[1] + _sums[2] + _sums[3];
        for (var k = 0; k < _count % Lanes; k++)
            sum = WithSquare(sum, _pending[k]);
        return sum;
    }

    [InlineArray(Lanes)]
    private struct Four
    {
        private double _element;
    }
}
