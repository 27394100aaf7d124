using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Tests.Bounds;

/// <summary>
/// A row's formula states its derivative beside its value. Here the derivative is compared with the slope of the value: in numbers of so
/// many digits a difference quotient is right to dozens of them, and no mistake in a formula that bounds and exact gradients come from
/// can hide in rounding. A quotient's error is told from that with twice the step, which is four times as great.
/// </summary>
public class DerivativeTests
{
    private const int Precision = 600;
    private const int Step = -100;
    private const int Points = 40;

    /// <summary>To which binary digit, at least, the quotients must settle a slope for the comparison to say something.</summary>
    private const int Settled = -120;

    private static readonly OpCatalogue s_ops = ParitySuite.Default.Ops;
    private static readonly PreciseArithmetic s_exact = new(Precision);

    public static TheoryData<string> Ops => [.. s_ops.All.Select(o => o.Name)];

    [Trait("Needs", "mpfr")]
    [Theory]
    [MemberData(nameof(Ops))]
    public void A_formulas_derivative_is_the_slope_of_its_value(string name)
    {
        var (agreeing, refused) = Compare(s_ops[name]);
        if (KnownRefusals.All.ContainsKey(name))
            Assert.True(refused.Count > 0, $"{name} is listed among the known refusals and agrees.");
        else
            Assert.True(refused.Count == 0, string.Join(Environment.NewLine, refused));
        Assert.True(agreeing > 5, $"{name}: {agreeing} slopes");
    }

    [Trait("Needs", "mpfr")]
    [Fact]
    public void A_wrong_derivative_is_seen()
    {
        // In the last but one of a double's digits.
        var wrong = Formula.Of(x => Term.Of(Primitive.Tanh, x), (g, x, y) => g * (1 - y * y) * (1 + 1e-15));
        double[] point = [0.75];
        Assert.Equal(false, Agrees(wrong, [], point, 0, out _));
        var right = Formula.Of(x => Term.Of(Primitive.Tanh, x), (g, x, y) => g * (1 - y * y));
        Assert.Equal(true, Agrees(right, [], point, 0, out _));
    }

    private static (int Agreeing, List<string> Refused) Compare(Op op)
    {
        var random = new SeededRandom(11);
        var (agreeing, refused) = (0, new List<string>());
        foreach (var settings in op.Settings)
        {
            for (var i = 0; i < Points; i++)
            {
                var point = new double[op.Arity == Op.Any ? 3 : op.Arity];
                for (var k = 0; k < point.Length; k++)
                    point[k] = Draw(op.Domains[Math.Min(k, op.Domains.Count - 1)], random);
                for (var k = 0; k < point.Length; k++)
                {
                    if (k == op.Condition || Agrees(op.Formula, settings, point, k, out var says) is not { } agrees)
                        continue;
                    if (agrees)
                        agreeing++;
                    else
                        refused.Add($"{op.Name}({string.Join(", ", point)}), operand {k}: {says}");
                }
            }
        }

        return (agreeing, refused);
    }

    /// <summary>Whether they agree; null where there is no finite slope.</summary>
    private static bool? Agrees(Formula formula, double[] settings, double[] point, int operand, out string says)
    {
        var (near, wide) = (Quotient(formula, settings, point, operand, 1), Quotient(formula, settings, point, operand, 2));
        says = "";
        if (!double.IsFinite(near.ToDouble()) || !double.IsFinite(wide.ToDouble()))
            return null;
        BigFloat[] operands = [.. point.Select(s_exact.Number)];
        var shares = new List<BigFloat>();
        formula.AddShares(shares, s_exact, s_exact.Number(1), operands, formula.Value(s_exact, operands, settings), settings, operand);
        var stated = s_exact.Sum(shares.ToArray());
        var (distance, change, size) = (Distance(stated, near), Distance(near, wide), Math.Abs(near.ToDouble()));
        says = $"the formula has {stated}, the slope is {near}, with an error of {change}";

        // What the values' own digits allow the quotient to round.
        var rounding = Math.ScaleB(
            1 + Math.Abs(Value(formula, settings, point, operand, 0).ToDouble()),
            4 - Precision - Step - Math.ILogB(point[operand])
        );
        Assert.True(change + rounding <= Math.ScaleB(1 + size, Settled), $"nothing is settled: {says}");
        return distance <= change + rounding;
    }

    private static BigFloat Quotient(Formula formula, double[] settings, double[] point, int operand, int steps)
    {
        var step = Math.ScaleB(steps, Step + Math.ILogB(point[operand]));
        var rise = s_exact.Apply(Primitive.Subtract, Value(formula, settings, point, operand, step), Value(formula, settings, point, operand, -step));
        return s_exact.Apply(Primitive.Divide, rise, s_exact.Number(2 * step));
    }

    private static BigFloat Value(Formula formula, double[] settings, double[] point, int operand, double away)
    {
        BigFloat[] operands = [.. point.Select(s_exact.Number)];
        operands[operand] = s_exact.Apply(Primitive.Add, operands[operand], s_exact.Number(away));
        return formula.Value(s_exact, operands, settings);
    }

    private static double Distance(BigFloat a, BigFloat b) => Math.Abs(s_exact.Apply(Primitive.Subtract, a, b).ToDouble());

    /// <summary>A number of everyday size within a domain. Random digits meet no kink.</summary>
    private static double Draw(Domain domain, SeededRandom random) =>
        (double.IsFinite(domain.Low), double.IsFinite(domain.High)) switch
        {
            (true, true) => domain.Low + (domain.High - domain.Low) * random.NextDouble(),
            (true, false) => domain.Low + 4 * random.NextDouble(),
            (false, true) => domain.High - 4 * random.NextDouble(),
            _ => 8 * random.NextDouble() - 4,
        };
}
