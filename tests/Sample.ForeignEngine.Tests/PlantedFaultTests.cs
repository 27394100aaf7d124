using System.Diagnostics.CodeAnalysis;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Suites;

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

    /// <summary>Mistakes that are small, or at one point only.</summary>
    [Theory]
    [InlineData("tanh", "a factor of 1 + 1e-12 in the derivative")]
    [InlineData("exp", "a factor of 1 + 1e-12 in the derivative")]
    [InlineData("log", "a factor of 1 + 1e-12 in the derivative")]
    [InlineData("exp", "a value that is 1e-13 too great")]
    [InlineData("relu", "the derivative 1 at 0")]
    public void Small_mistakes_are_red(string op, string mistake)
    {
        var check = new EngineCheck<Number>(new SlightlyFaultyEngine(op, mistake), ParitySuite.Default);
        var message = Assert.Throws<ParityException>(() => check.Verify(op)).Message;
        Assert.Contains(
            mistake.Contains("derivative", StringComparison.Ordinal) ? "gradient of #0 leaf" : "value of",
            message,
            StringComparison.Ordinal
        );
        Assert.Contains(" have the same bits, ", message, StringComparison.Ordinal);
        Assert.True(check.Counts.Mismatch > 0);
        Assert.Contains(FormattableString.Invariant($"{check.Counts.Mismatch:N0} differ by more"), check.Coverage, StringComparison.Ordinal);
    }

    /// <summary>What <c>parity check</c> calls rounding is no mistake here either, and the class is told; where the same bits are demanded, it is red.</summary>
    [Theory]
    [InlineData("relu", "−0 for 0", "sign of zero")]
    [InlineData("tanh", "composed of exponentials", "another composition")]
    public void Rounding_is_green_and_its_class_is_told(string op, string how, string told)
    {
        var check = new EngineCheck<Number>(new SlightlyFaultyEngine(op, how), ParitySuite.Default);
        var result = check.Verify(op);
        Assert.Contains(told, result.Note, StringComparison.Ordinal);
        Assert.Equal((0, 0), (result.Counts.Mismatch, check.Counts.Mismatch));
        var strict = new EngineCheck<Number>(new SlightlyFaultyEngine(op, how), ParitySuite.Default, demand: EngineDemand.SameBits);
        Assert.Throws<ParityException>(() => strict.Verify(op));
    }

    [Fact]
    public void A_composition_that_overflows_is_red_where_it_does_and_nowhere_else()
    {
        var check = new EngineCheck<Number>(new SlightlyFaultyEngine("tanh", "micrograd's tanh"), ParitySuite.Default);
        var message = Assert.Throws<ParityException>(() => check.Verify("tanh")).Message;
        Assert.Contains("another composition", message, StringComparison.Ordinal);
        Assert.All(message.Split('\n').Where(l => l.Contains("  ours  ", StringComparison.Ordinal)), line =>
            Assert.Contains("NaN", line, StringComparison.Ordinal)
        );
        check.Verify("tanh @ 0.5 upstream 2");
    }

    [Fact]
    public void The_mistake_that_gives_the_numbers_is_named()
    {
        var message = Assert.Throws<ParityException>(() => s_check.Verify("tanh")).Message;
        Assert.Contains("found   tanh: gradient differs at ", message, StringComparison.Ordinal);
        Assert.Matches("cause   .*1 − y", message);
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
        Assert.Contains("did you mean 'tanh'?", Assert.Throws<ArgumentException>(() => s_check.Verify("tahn")).Message, StringComparison.Ordinal);
        var everything = ParitySuite.Default.Comparisons().Where(c => c is OpComparison or ProgramComparison).Select(c => c.Name);
        Assert.Equal(everything.Order(), s_check.Names.Concat(s_check.Lacking.Keys).Order());
    }

    private sealed class SlightlyFaultyEngine(string faulty, string mistake) : NumberEngine
    {
        public override string Name => $"Number with {mistake}";

        public override bool TryApply(
            string op,
            IReadOnlyList<Number> operands,
            IReadOnlyList<double> settings,
            [MaybeNullWhen(false)] out Number result
        )
        {
            if (op != faulty)
                return base.TryApply(op, operands, settings, out result);
            const double Slip = 1 + 1e-12;
            var x = operands[0];
            result = (op, mistake[0]) switch
            {
                ("tanh", 'c') => x.Apply(
                    x => Math.Abs(x) < 300 ? (Math.Exp(2 * x) - 1) / (Math.Exp(2 * x) + 1) : Math.Tanh(x),
                    (g, _, y) => g * (1 - (y * y))
                ),
                ("tanh", 'm') => x.Apply(x => (Math.Exp(2 * x) - 1) / (Math.Exp(2 * x) + 1), (g, _, y) => g * (1 - (y * y))),
                ("tanh", _) => x.Apply(Math.Tanh, (g, _, y) => g * (1 - (y * y)) * Slip),
                ("log", _) => x.Apply(Math.Log, (g, x, _) => g / x * Slip),
                ("exp", 'a') when mistake.Contains("derivative", StringComparison.Ordinal) => x.Apply(Math.Exp, (g, _, y) => g * y * Slip),
                ("exp", _) => x.Apply(x => Math.Exp(x) * (1 + 1e-13), (g, _, y) => g * (y / (1 + 1e-13))),
                ("relu", 't') => x.Apply(x => x < 0 ? 0 : x, (g, x, _) => x < 0 ? 0 : g),
                _ => x.Apply(x => x <= 0 ? -0.0 : x, (g, _, y) => y <= 0 ? 0 : g),
            };
            return true;
        }
    }

    private sealed class FaultyEngine : NumberEngine
    {
        public override string Name => "Number with a wrong tanh";

        public override bool TryApply(
            string op,
            IReadOnlyList<Number> operands,
            IReadOnlyList<double> settings,
            [MaybeNullWhen(false)] out Number result
        )
        {
            if (op != "tanh")
                return base.TryApply(op, operands, settings, out result);
            result = operands[0].Apply(Math.Tanh, (g, _, y) => g * (1 - y));
            return true;
        }
    }
}
