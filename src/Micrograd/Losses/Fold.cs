namespace Micrograd;

/// <summary>Adds losses one after the other, from the first to the last, as Python's <c>sum</c>.</summary>
internal struct Fold
{
    private Value _sum;
    private int _count;

    internal void Add(Value loss)
    {
        _sum = _count == 0 ? loss : _sum + loss;
        _count++;
    }

    internal readonly Value Reduce(Reduction reduction) =>
        reduction switch
        {
            _ when _count == 0 => throw new ArgumentException("A loss needs at least one output."),
            Reduction.Sum => _sum,
            Reduction.Mean => _sum / _count,
            _ => throw new ArgumentOutOfRangeException(nameof(reduction), reduction, "The reduction is undefined."),
        };
}
