using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing;

/// <summary>
/// Makes random programs of 1 to <see cref="MaximumNodes"/> nodes over some ops. Program i of seed S depends on S, i and the ops only, so
/// that it is the same in every shard and on every machine.
/// </summary>
/// <param name="ops">The catalogue.</param>
/// <param name="chosen">The ops to use.</param>
internal sealed class ProgramGenerator(OpCatalogue ops, IReadOnlyList<Op> chosen)
{
    /// <summary>The greatest number of nodes of a program.</summary>
    public const int MaximumNodes = 200;

    /// <summary>Makes a program.</summary>
    public Program Make(long seed, long index) => new ProgramSketch(ops, chosen, new SeededRandom(seed, index)).Draw($"fuzz {seed}/{index}");
}
