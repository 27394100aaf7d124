namespace Micrograd.Parity.Diff.Recordings;

/// <summary>A summary of a tensor's numbers, as doubles; NaNs are counted and left out of the rest.</summary>
/// <param name="Sum">Their sum.</param>
/// <param name="Norm">The root of the sum of their squares.</param>
/// <param name="Min">The least; NaN if it is not recorded.</param>
/// <param name="Max">The greatest; NaN if it is not recorded.</param>
/// <param name="NaNs">Number of NaNs.</param>
/// <param name="Sample">The elements at places spread evenly over the tensor.</param>
internal sealed record TensorStatistics(double Sum, double Norm, double Min, double Max, long NaNs, IReadOnlyList<double> Sample)
{
    /// <summary>The greatest magnitude; of a tensor whose least and greatest are not recorded the greatest that is known to be there.</summary>
    internal double Magnitude(long elements) =>
        double.IsNaN(Min) || double.IsNaN(Max)
            ? Sample.Where(x => !double.IsNaN(x)).Select(Math.Abs).Append(Norm / Math.Sqrt(Math.Max(1, elements))).Max()
            : Math.Max(Math.Abs(Min), Math.Abs(Max));
}
