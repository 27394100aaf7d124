namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>
/// Finds an order of known numbers that solves equations, also where these determine few of them: the numbers are tried one after the other, and
/// those that an equation excludes are left out with all that follows.
/// </summary>
internal sealed class AssignedOrder
{
    private const int MostTries = 200_000;

    private readonly double[][] _numbers;
    private readonly double[][] _upper;
    private readonly double[] _right;
    private readonly int[] _columns;
    private readonly int[] _order;
    private readonly bool[] _isUsed;
    private readonly double _near;
    private int _tries;

    private AssignedOrder(double[][] rows, double[] right, double rounding, double[][] numbers)
    {
        _numbers = numbers;
        _order = new int[numbers.Length];
        _isUsed = new bool[numbers.Length];
        _columns = [.. Enumerable.Range(0, numbers.Length)];
        (_upper, _right) = Triangular(rows, right);
        _near = rounding * Math.Max(Math.Abs(_upper[0][0]) * numbers.Max(n => n.Max(Math.Abs)), _right.Max(Math.Abs));
    }

    /// <summary>The order; null if there is none, if it is the one that is given, or if too many have to be tried.</summary>
    /// <param name="rows">The equations' factors, for each unknown.</param>
    /// <param name="right">The equations' right sides.</param>
    /// <param name="rounding">What rounding does to the equations, relative to their greatest numbers.</param>
    /// <param name="numbers">The unknowns that a number gives, for each number: what it is at each place.</param>
    internal static int[]? Find(double[][] rows, double[] right, double rounding, double[][] numbers)
    {
        var search = new AssignedOrder(rows, right, rounding, numbers);
        return search.Goes(numbers.Length - 1, new double[numbers.Length]) && search._order.Where((j, i) => i != j).Any() ? search._order : null;
    }

    private bool Goes(int column, double[] found)
    {
        if (column < 0)
            return true;
        var place = _columns[column];
        var (row, rest) = (column < _upper.Length ? _upper[column] : null, 0.0);
        if (row is not null)
        {
            rest = _right[column];
            for (var k = column + 1; k < _columns.Length; k++)
                rest -= row[k] * found[k];
        }

        foreach (
            var j in Enumerable
                .Range(0, _order.Length)
                .Where(j => !_isUsed[j])
                .OrderBy(j => row is null ? 0 : Math.Abs(rest - row[column] * _numbers[j][place]))
        )
        {
            if (++_tries > MostTries)
                return false;
            if (row is not null && Math.Abs(rest - row[column] * _numbers[j][place]) > _near)
                break;
            (_isUsed[j], _order[place], found[column]) = (true, j, _numbers[j][place]);
            if (Goes(column - 1, found))
                return true;
            _isUsed[j] = false;
        }

        return false;
    }

    /// <summary>The equations as an upper triangle, by reflections; the columns that are determined best come first.</summary>
    private (double[][] Upper, double[] Right) Triangular(double[][] rows, double[] right)
    {
        double[][] a = Array.ConvertAll(rows, r => (double[])r.Clone());
        double[] b = [.. right];
        var count = Math.Min(a.Length, _columns.Length);
        for (var k = 0; k < count; k++)
        {
            var best = Enumerable.Range(k, _columns.Length - k).MaxBy(c => Norm(a, k, c));
            (_columns[k], _columns[best]) = (_columns[best], _columns[k]);
            foreach (var row in a)
                (row[k], row[best]) = (row[best], row[k]);
            var norm = Norm(a, k, k);
            if (norm == 0)
                break;
            var alpha = a[k][k] > 0 ? -norm : norm;
            double[] v = [.. a.Skip(k).Select(row => row[k])];
            v[0] -= alpha;
            var square = v.Sum(x => x * x);
            for (var c = k; c <= _columns.Length; c++)
            {
                var dot = v.Select((x, i) => x * (c < _columns.Length ? a[k + i][c] : b[k + i])).Sum();
                for (var i = 0; i < v.Length; i++)
                {
                    if (c < _columns.Length)
                        a[k + i][c] -= 2 * dot / square * v[i];
                    else
                        b[k + i] -= 2 * dot / square * v[i];
                }
            }
        }

        return (a[..count], b[..count]);
    }

    private static double Norm(double[][] a, int from, int column) => Math.Sqrt(a.Skip(from).Sum(row => row[column] * row[column]));
}
