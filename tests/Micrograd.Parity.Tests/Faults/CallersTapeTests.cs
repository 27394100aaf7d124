using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Tests.Faults;

/// <summary>The harness computes on a tape of its own: what its caller has recorded neither hinders nor slows it, and is left as it is.</summary>
public class CallersTapeTests
{
    [Fact]
    public void A_full_tape_of_the_caller_is_no_hindrance_and_stays_as_it_is()
    {
        var ops = ParitySuite.Default.Ops;
        var program = ProgramBuilder.Define("tanh", p => (p.Leaf("x", 0.7) * 2).Tanh());
        var expected = new MicrogradBackend(ops).Run(program, program.DefaultInput);
        using var tape = new Tape(capacity: 1);
        using var current = tape.Use();
        Assert.Throws<InvalidOperationException>(Fill);
        var count = tape.Count;

        var ours = new MicrogradBackend(ops).Run(program, program.DefaultInput);
        var model = new ModelBackend(ops, ModelRules.Right).Run(program, program.DefaultInput);

        Assert.Equal(expected.Gradients, ours.Gradients);
        Assert.Equal(expected.Gradients, model.Gradients);
        Assert.Equal(count, tape.Count);
    }

    private static void Fill()
    {
        for (; ; )
            _ = new Value(1);
    }
}
