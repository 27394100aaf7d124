using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Tests;

public class TorchBackendTests
{
    private static readonly TorchBackend s_torch = new(ParitySuite.Default.Ops);

    /// <summary>More inputs than are kept at a time, some with numbers of their own, some with another's under other upstream gradients.</summary>
    [Trait("Speed", "slow")]
    [Fact]
    public void Many_inputs_together_give_the_bits_of_each_alone()
    {
        var ops = ParitySuite.Default.Ops;
        var generator = new ProgramGenerator(ops, ops.All);
        for (var i = 0; i < 60; i++)
        {
            var program = generator.Make(21, i);
            var random = new SeededRandom(i);
            var inputs = new List<ProgramInput> { program.DefaultInput };
            while (inputs.Count < 40)
            {
                var last = inputs[^1].Numbers;
                var numbers = random.Next(3) == 0 ? last : Array.ConvertAll(last, x => random.Next(2) == 0 ? x : 4 * random.NextDouble() - 2);
                inputs.Add(new ProgramInput(numbers, [.. program.Passes.Select(_ => 4 * random.NextDouble() - 2)]));
            }

            var together = s_torch.RunAll(program, inputs);
            Assert.Equal(inputs.Count, together.Length);
            for (var k = 0; k < inputs.Count; k++)
                Assert.Equal(Bits(s_torch.Run(program, inputs[k])), Bits(together[k]));
        }
    }

    private static IEnumerable<long?> Bits(Trace trace) =>
        trace
            .Values.Select(x => (double?)x)
            .Concat(trace.Gradients)
            .Select(x => x is { } number ? BitConverter.DoubleToInt64Bits(double.IsNaN(number) ? double.NaN : number) : (long?)null);
}
