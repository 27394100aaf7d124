using System.Reflection;

namespace Micrograd.Parity.Diagnosis.Faults;

/// <summary>Combines sets of rules, of which each replaces some.</summary>
internal static class RuleParts
{
    /// <summary>Rules with what two sets replace; null if both replace the same rule.</summary>
    /// <param name="right">The rules without a fault.</param>
    /// <param name="first">A set.</param>
    /// <param name="second">Another set.</param>
    internal static T? Both<T>(T right, T first, T second)
        where T : class, new()
    {
        if (second.Equals(right))
            return first;
        if (first.Equals(right))
            return second;
        var both = new T();
        foreach (var part in Of<T>.Parts)
        {
            var (usual, one, other) = (part.GetValue(right), part.GetValue(first), part.GetValue(second));
            if (!Equals(one, usual) && !Equals(other, usual))
                return null;
            part.SetValue(both, Equals(one, usual) ? other : one);
        }

        return both;
    }

    private static class Of<T>
    {
        internal static PropertyInfo[] Parts { get; } =
        [.. typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite)];
    }
}
