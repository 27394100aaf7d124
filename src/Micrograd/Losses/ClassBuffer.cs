namespace Micrograd;

/// <summary>Room for one sample's values per class, kept per thread, so that a warm loss allocates nothing.</summary>
internal static class ClassBuffer
{
    [ThreadStatic]
    private static Value[]? t_values;

    internal static Span<Value> Take(int classes)
    {
        if (t_values is null || t_values.Length < classes)
            t_values = new Value[classes];
        return t_values.AsSpan(0, classes);
    }
}
