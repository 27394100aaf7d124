using CsCheck;

namespace Micrograd.Tests;

/// <summary>A property that holds in all of many drawn cases, the same ones in each run.</summary>
internal static class Property
{
    private const int DrawsToShrink = 20_000;

    private static readonly double[] s_special =
    [
        0,
        1,
        0.1,
        double.PositiveInfinity,
        double.NaN,
        double.Epsilon,
        Math.ScaleB(1, -1022),
        double.MaxValue,
    ];

    /// <summary>Numbers of any bits; half of them are special, of either sign.</summary>
    internal static Gen<double> Doubles { get; } =
        Gen.OneOf(Gen.OneOf(Array.ConvertAll(s_special, x => Gen.Const(x))).Select(Gen.Bool, (x, negative) => negative ? -x : x), Gen.Double.Special);

    /// <summary>
    /// Fails with the smallest case that fails, among the drawn ones and as many smaller ones as can be drawn after them, and the seed
    /// that it comes from: the environment's CsCheck_Seed makes it the first one drawn. CsCheck's own Sample takes a seed for its first
    /// case only and draws all others from the time.
    /// </summary>
    internal static void Holds<T>(this Gen<T> cases, int count, Action<T> property, Func<T, string> show)
    {
        var random = Check.Seed is { } first ? PCG.Parse(first) : new PCG(0, 1);
        Size? least = null;
        Exception? failure = null;
        for (var i = 0; i < count; i++)
        {
            var seed = random.ToString();
            var drawn = cases.Generate(random, least, out var size);
            if (least is not null && !Size.IsLessThan(size, least))
                continue;
            try
            {
                property(drawn);
            }
            catch (Exception e)
            {
                if (failure is null)
                    count = i + DrawsToShrink;
                least = size;
                failure = new CsCheckException($"CsCheck_Seed={seed}: {show(drawn)}", e);
            }
        }

        if (failure is not null)
            throw failure;
    }
}
