using System.Diagnostics.CodeAnalysis;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Running;

namespace Sample.ForeignEngine.Tests;

/// <summary>The same engine with the derivative of tanh as 1 − y: the check must turn red, and say where.</summary>
public class PlantedFaultTests
{
    private static readonly EngineCheck<Number> s_check = new(new FaultyEngine(), ParitySuite.Default);

    [Fact]
    public void The_faulty_op_is_red_and_the_message_shows_the_gradient_the_point_and_how_to_repeat_it()
    {
        var message = Assert.Throws<ParityException>(() => s_check.Verify("tanh")).Message;
        Assert.StartsWith("MISMATCH  Number with a wrong tanh, op tanh: ", message, StringComparison.Ordinal);
        Assert.Contains("numbers differ from PyTorch ", message, StringComparison.Ordinal);
        Assert.Contains("gradient of #0 leaf", message, StringComparison.Ordinal);
        Assert.DoesNotContain("value of", message, StringComparison.Ordinal);
        var again = message.Split("Verify(\"")[1].Split("\")")[0];
        Assert.StartsWith("tanh @ ", again, StringComparison.Ordinal);
        Assert.Throws<ParityException>(() => s_check.Verify(again));
    }

    [Fact]
    public void At_one_point_the_message_has_both_numbers_in_full()
    {
        s_check.Verify("tanh @ 0 upstream 2");
        var message = Assert.Throws<ParityException>(() => s_check.Verify("tanh @ 1 upstream 2")).Message;
        Assert.Contains("1 of 3 numbers differ", message, StringComparison.Ordinal);
        var y = Math.Tanh(1);
        Assert.Contains(FormattableString.Invariant($"ours    {2 * (1 - y):R}"), message, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"theirs  {2 * (1 - y * y):R}"), message, StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_that_use_it_are_red_and_others_stay_green()
    {
        Assert.Contains("MISMATCH", Assert.Throws<ParityException>(() => s_check.Verify("neuron")).Message, StringComparison.Ordinal);
        s_check.Verify("exp");
        s_check.Verify("5 / x");
    }

    [Fact]
    public void What_the_engine_lacks_is_never_passed()
    {
        Assert.Equal("acos", s_check.Lacking["acos"]);
        Assert.DoesNotContain("acos", s_check.Names);
        Assert.Contains("has no acos", Assert.Throws<ParityException>(() => s_check.Verify("acos")).Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'tanh'?", Assert.Throws<ArgumentException>(() => s_check.Verify("tahn")).Message, StringComparison.Ordinal);
        var everything = ParitySuite.Default.Comparisons().Where(c => c is OpComparison or ProgramComparison).Select(c => c.Name);
        Assert.Equal(everything.Order(), s_check.Names.Concat(s_check.Lacking.Keys).Order());
    }

    private sealed class FaultyEngine : NumberEngine
    {
        public override string Name => "Number with a wrong tanh";

        public override bool TryApply(
            string op, IReadOnlyList<Number> operands, IReadOnlyList<double> settings, [MaybeNullWhen(false)] out Number result)
        {
            if (op != "tanh")
                return base.TryApply(op, operands, settings, out result);
            result = operands[0].Apply(Math.Tanh, (g, _, y) => g * (1 - y));
            return true;
        }
    }
}
