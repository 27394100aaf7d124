using Micrograd.Parity.Comparing;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;
using Micrograd.Parity.Programs;
using static TorchSharp.torch;

namespace Micrograd.Parity.Fuzzing.Oracles;

/// <summary>Compares both sides, and PyTorch on vectors, with exact numbers and with each other.</summary>
/// <param name="ops">The catalogue.</param>
/// <param name="context">Both sides.</param>
/// <param name="everyPoint">Lists all special points, not only those at which the sides part.</param>
internal sealed class TruthCheck(OpCatalogue ops, RunContext context, bool everyPoint)
{
    private readonly PreciseBackend _exact = new(ops);
    private readonly TorchVectorBackend _vectors = new(ops, float64);
    private readonly Errors _ours = new();
    private readonly Errors _alone = new();
    private readonly Errors _vector = new();
    private readonly List<SpecialPoint> _special = [];
    private bool _hasVectors;
    private int _numbers;
    private int _differing;
    private int _oursNearer;
    private int _vectorNearer;

    /// <summary>Result of all checks so far.</summary>
    internal TruthOpinion Opinion =>
        new(_numbers, _ours.Greatest, _alone.Greatest, _hasVectors ? _vector.Greatest : null, _differing, _oursNearer, _vectorNearer)
        {
            SpecialPoints = _special,
        };

    /// <summary>Checks a program's inputs; on vectors, in one tensor of all of them.</summary>
    /// <param name="program">The program.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="special">Number of leading inputs that are special points, to be listed one by one.</param>
    /// <param name="onVectors">True to run PyTorch on vectors as well.</param>
    internal void Check(Program program, IReadOnlyList<ProgramInput> inputs, int special, bool onVectors)
    {
        var vectors = onVectors ? _vectors.Run(program, inputs) : null;
        _hasVectors |= onVectors;
        for (var i = 0; i < inputs.Count; i++)
        {
            var exact = _exact.Run(program, inputs[i]);
            var isDefined = !inputs[i].Numbers.Any(double.IsNaN);
            var ours = context.Ours.Run(program, inputs[i]);
            var alone = context.Theirs.Run(program, inputs[i]);
            for (var node = 0; node < program.Nodes.Count; node++)
            {
                var isOp = program.Nodes[node].Op is not null;
                if (isOp)
                    Number(Quantity.Value, ours.Values[node], alone.Values[node], vectors?[i].Values[node], exact.Values[node]);
                if (
                    ours.Gradients[node] is { } gradient
                    && alone.Gradients[node] is { } theirs
                    && !(isOp && program.Passes is [var pass] && pass.Root == node)
                )
                    Number(Quantity.Gradient, gradient, theirs, vectors?[i].Gradients[node], exact.Gradients[node]);

                void Number(Quantity quantity, double our, double their, double? vector, BigFloat truth)
                {
                    Count(quantity, our, their, vector, isDefined ? truth : null);
                    if (i < special && (everyPoint || !(Ulps.Same(our, their) && Ulps.Same(our, vector ?? our))))
                    {
                        var at = string.Join(", ", inputs[i].Numbers.Select(x => Difference.Show(x)));
                        _special.Add(
                            new SpecialPoint(at, quantity, isOp ? null : node + 1, our, their, vector, isDefined ? truth.ToDouble() : double.NaN)
                        );
                    }
                }
            }
        }
    }

    private void Count(Quantity quantity, double ours, double alone, double? vector, BigFloat? truth)
    {
        if (vector is { } different && !Ulps.Same(ours, different))
            _differing++;
        if (truth is null || truth.IsNaN)
            return;
        _numbers++;
        _ours.Add(quantity, ours, truth);
        _alone.Add(quantity, alone, truth);
        if (vector is not { } v)
            return;
        _vector.Add(quantity, v, truth);
        var (our, their) = (Distance(ours, truth), Distance(v, truth));
        if (our < their)
            _oursNearer++;
        else if (their < our)
            _vectorNearer++;
    }

    /// <summary>Distance of a double from the exact number; infinite if only one of them is beyond a double's range.</summary>
    private static double Distance(double x, BigFloat truth) =>
        x == truth.ToDouble() && double.IsInfinity(x) ? 0
        : double.IsFinite(x) ? truth.DistanceTo(x)
        : double.PositiveInfinity;

    private sealed class Errors
    {
        private double _value;
        private double _gradient;
        private int _lost;

        internal ErrorsOfSide Greatest => new(_value, _gradient, _lost);

        internal void Add(Quantity quantity, double x, BigFloat truth)
        {
            var nearest = truth.ToDouble();
            if (!double.IsFinite(x) || !double.IsFinite(nearest))
            {
                if (x != nearest)
                    _lost++;
                return;
            }

            var error = truth.DistanceTo(x) / LastPlace(nearest);
            if (quantity == Quantity.Value)
                _value = Math.Max(_value, error);
            else
                _gradient = Math.Max(_gradient, error);
        }

        private static double LastPlace(double x) =>
            Math.Abs(x) == double.MaxValue ? double.MaxValue - Math.BitDecrement(double.MaxValue) : Math.BitIncrement(Math.Abs(x)) - Math.Abs(x);
    }
}
