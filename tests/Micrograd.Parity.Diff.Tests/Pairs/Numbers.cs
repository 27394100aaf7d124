using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>Numbers for data sets, the same in every run; the generator of the models stays as it is.</summary>
internal static class Numbers
{
    internal static Tensor Normal(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed);
        return randn(shape, generator: generator);
    }

    internal static Tensor Classes(ulong seed, long classes, params long[] shape)
    {
        using var generator = new Generator(seed);
        return randint(classes, shape, generator: generator);
    }
}
