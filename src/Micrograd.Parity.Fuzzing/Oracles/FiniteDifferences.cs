using MathNet.Numerics.Differentiation;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing.Oracles;

/// <summary>A derivative by finite differences.</summary>
/// <param name="Value">The estimate of the derivative.</param>
/// <param name="Error">Estimated error of <c>Value</c>: truncation error of the step and rounding of the values.</param>
internal readonly record struct Slope(double Value, double Error);

/// <summary>
/// The function that a program's backward passes differentiate, along one leaf, and its derivative by five-point finite differences. Of many
/// step sizes the one with the smallest estimated error is taken. The estimate has two parts: the greatest change when the step is two and four
/// times as wide (for a smooth function many times the truncation error), and the rounding that the widths of the values' enclosures allow.
/// </summary>
internal sealed class FiniteDifferences
{
    private const int Points = 5;

    /// <summary>Steps are 2⁻⁴ to 2⁻¹⁶ of the leaf's power of two; four times the widest one stays on the leaf's side of 0.</summary>
    private const int WidestStep = -4;
    private const int NarrowestStep = -16;

    private readonly IBackend _ours;
    private readonly OpCatalogue _ops;
    private readonly FormulaBackend<Enclosure> _bounds;
    private readonly Program _program;
    private readonly ProgramInput _input;
    private readonly int _number;
    private readonly int _firstPass;
    private readonly Dictionary<double, Sample> _samples = [];

    /// <summary>Along one of a program's numbers, counted as in <see cref="ProgramInput.Numbers"/>.</summary>
    internal FiniteDifferences(IBackend ours, OpCatalogue ops, Program program, ProgramInput input, int number)
    {
        (_ours, _ops, _program, _input, _number) = (ours, ops, program, input, number);
        _bounds = new FormulaBackend<Enclosure>(ops, new EnclosureArithmetic(FloatFormat.Binary64));
        _firstPass = Math.Max(0, program.Passes.ToList().FindLastIndex(p => p.Clear));
    }

    /// <summary>The two-sided derivative; null if every step meets a kink or a number that is not finite.</summary>
    internal Slope? Central() => Best(center: Points / 2, sameWay: true, out _);

    /// <summary>The one-sided derivative, from the left (−1) or from the right (1).</summary>
    /// <param name="side">Negative for the left side, else the right side.</param>
    /// <param name="jumps">True if the quotient diverges as the step narrows: a jump, with the value at the point on the other side.</param>
    internal Slope? OneSided(int side, out bool jumps) => Best(side < 0 ? Points - 1 : 0, sameWay: false, out jumps);

    private Slope? Best(int center, bool sameWay, out bool jumps)
    {
        var x = _input.Numbers[_number];
        Slope? best = null;
        double? widest = null;
        double narrowest = 0,
            narrow = 0;
        for (var step = WidestStep; step >= NarrowestStep; step--)
        {
            var h = Math.ScaleB(1, (x == 0 ? 0 : Math.ILogB(x)) + step);
            if (sameWay && !TakesOneWay(x, h, center))
                continue;
            var slope = Quotient(x, h, center);
            var rounding = Rounding(x, h, center);
            var error = Math.Max(Math.Abs(slope - Quotient(x, 2 * h, center)), Math.Abs(slope - Quotient(x, 4 * h, center))) + rounding;
            if (!double.IsFinite(slope) || !double.IsFinite(error))
                continue;
            widest ??= slope;
            (narrowest, narrow) = (slope, h);
            if (best is not { } b || error < b.Error)
                best = new Slope(slope, error);
        }

        // Over a jump the quotient doubles with every halving of the step, twelve times here. At the point itself both branches are enclosed.
        var beside = At(x + (center == 0 ? narrow : -narrow));
        jumps =
            widest is { } w
            && Math.Abs(beside.Value - At(x).Value) > beside.Width
            && Math.Abs(narrowest) > Math.ScaleB(Math.Abs(w), (WidestStep - NarrowestStep) * 3 / 4);
        return best;
    }

    private double Quotient(double x, double h, int center) =>
        new NumericalDerivative(Points, center) { StepType = StepType.Absolute, StepSize = h }.EvaluateDerivative(y => At(y).Value, x, 1);

    private bool TakesOneWay(double x, double h, int center)
    {
        var path = At(x).Path;
        return Stencil(x, h, center).All(y => At(y).Path.SequenceEqual(path));
    }

    /// <summary>
    /// Bound on the quotient's rounding error, from the values' enclosures and its own roundings: the five-point rule's weights add up to
    /// 18/12 in the middle and 192/12 at an end, and weights, products and sums round fourteen times.
    /// </summary>
    private double Rounding(double x, double h, int center)
    {
        var weights = center == Points / 2 ? 18 / 12.0 : 192 / 12.0;
        var samples = Enumerable.Range(-center, Points).Select(i => At(x + i * h)).ToList();
        return weights / h * (samples.Max(s => s.Width) + 14 * Math.ScaleB(samples.Max(s => Math.Abs(s.Value)), -53));
    }

    private static IEnumerable<double> Stencil(double x, double h, int center) =>
        from width in new[] { h, 2 * h, 4 * h }
        from i in Enumerable.Range(-center, Points)
        select x + i * width;

    private Sample At(double x)
    {
        if (_samples.TryGetValue(x, out var sample))
            return sample;
        var numbers = (double[])_input.Numbers.Clone();
        numbers[_number] = x;
        var input = _input with { Numbers = numbers };
        var values = _ours.Run(_program, input).Values;
        var bounds = _bounds.Run(_program, input).Values;
        var path = new PathArithmetic();
        new FormulaBackend<double>(_ops, path).Run(_program, input);

        double total = 0,
            width = 0,
            size = 0;
        for (var p = _firstPass; p < _program.Passes.Count; p++)
        {
            var (root, upstream) = (_program.Passes[p].Root, _input.Upstreams[p]);
            total += upstream * values[root];
            width += bounds[root].IsBounded ? Math.Abs(upstream) * bounds[root].Width : double.PositiveInfinity;
            size += Math.Abs(upstream * values[root]);
        }

        // A single pass with an upstream gradient of 1 adds no rounding of its own.
        if (_program.Passes.Count - _firstPass > 1 || _input.Upstreams[^1] != 1)
            width += Math.ScaleB(size, -52) * (_program.Passes.Count + 1);
        sample = new Sample(total, width, path.Path);
        _samples.Add(x, sample);
        return sample;
    }

    private sealed record Sample(double Value, double Width, IReadOnlyList<double> Path);
}
