using Micrograd.Parity.Comparing;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Fuzzing.Oracles;

/// <summary>Compares gradients of programs with finite differences of their values.</summary>
internal sealed class DifferenceCheck(OpCatalogue ops, RunContext context)
{
    /// <summary>Number of decimal digits of a double: the agreement of equal numbers.</summary>
    private static readonly double s_allDigits = 53 * Math.Log10(2);

    private readonly FormulaBackend<Enclosure> _bounds = new(ops, new EnclosureArithmetic(FloatFormat.Binary64));
    private readonly List<double> _digits = [];
    private readonly List<RefusedGradient> _refused = [];
    private int _undecided;

    /// <summary>Result of all checks so far.</summary>
    internal DifferenceOpinion Opinion
    {
        get
        {
            _digits.Sort();
            return new DifferenceOpinion(
                _digits.Count + _refused.Count,
                _undecided,
                _digits.Count == 0 ? double.NaN : _digits[0],
                _digits.Count == 0 ? double.NaN : _digits[_digits.Count / 2],
                _refused
            );
        }
    }

    /// <summary>Checks the gradients of all leaves at an input. Its numbers are floats, so that the steps away from them are exact.</summary>
    internal void Check(Program program, ProgramInput input)
    {
        var ours = context.Ours.Run(program, input).Gradients;
        var theirs = context.Theirs.Run(program, input).Gradients;
        var bounds = _bounds.Run(program, input).Gradients;
        var number = -1;
        for (var node = 0; node < program.Nodes.Count; node++)
        {
            if (program.Nodes[node].Op is not null)
                continue;
            number++;
            if (ours[node] is not { } gradient)
                continue;
            var slope =
                double.IsFinite(input.Numbers[number]) && bounds[node].IsBounded
                    ? new FiniteDifferences(context.Ours, ops, program, input, number).Central()
                    : null;
            if (slope is not { } s)
                _undecided++;
            else
                Judge(gradient, theirs[node], s, s.Error + bounds[node].Width, () =>
                    $"{TraceComparer.Describe(program, node)} at {TraceComparer.Show(program, input)}"
                );
        }
    }

    private void Judge(double ours, double? theirs, Slope slope, double explained, Func<string> at)
    {
        var distance = Math.Abs(ours - slope.Value);
        if (!(distance <= explained))
            _refused.Add(new RefusedGradient(at(), ours, theirs, slope.Value, explained, theirs is { } t && Ulps.Same(ours, t)));
        else if (distance == 0)
            _digits.Add(s_allDigits);
        else if (explained < Math.Abs(slope.Value))
            _digits.Add(Math.Min(s_allDigits, -Math.Log10(distance / Math.Max(Math.Abs(ours), Math.Abs(slope.Value)))));
        else
            _undecided++;
    }
}
