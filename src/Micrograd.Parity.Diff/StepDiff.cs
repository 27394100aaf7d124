using Micrograd.Parity.Diff.Alignment;
using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Judges;
using Micrograd.Parity.Diff.Recomputing;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Recording;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff;

/// <summary>Walks through a step of both sides in the order of computation, and judges each difference where it stands.</summary>
internal sealed class StepDiff(DiffState state, SideView original, SideView port)
{
    private readonly IReadOnlyList<IJudge> _judges = [new ModuleJudge(), new LossJudge(), new GradientJudge(), new UpdateJudge()];
    private readonly Dictionary<string, double> _distances = [];
    private readonly Antecedents _antecedents = new(state, original);
    private readonly CallDiff _calls = new(state, original, port);

    /// <summary>The greatest distance of each module's outputs, under the original's names.</summary>
    internal IReadOnlyDictionary<string, double> Distances => _distances;

    /// <summary>Compares the step.</summary>
    internal void Run()
    {
        if (original.Now.Backwards != port.Now.Backwards)
            state.Part();
        var isClipped = false;
        foreach (var tensor in InOrder(original.Now.Tensors))
        {
            if (!isClipped && tensor.Place.Quantity > RecordedQuantity.ClippedGradient)
            {
                CompareClipped();
                isClipped = true;
            }

            if (tensor.Place.Quantity == RecordedQuantity.Output)
                CompareInputs(tensor);
            Compare(tensor);
        }

        _antecedents.Close();
    }

    /// <summary>Forward and backward as they were recorded, then what is kept for each parameter; gradients from the last layer to the first.</summary>
    private static IEnumerable<RecordedTensor> InOrder(IReadOnlyList<RecordedTensor> tensors)
    {
        var rank = tensors
            .Where(tensor => tensor.Place.Quantity != RecordedQuantity.ClippedGradient)
            .Select((tensor, i) => (tensor, i))
            .OrderBy(pair => Rank(pair.tensor.Place.Quantity));
        return rank.ThenBy(pair => pair.tensor.Place.Quantity is RecordedQuantity.Gradient ? -pair.i : pair.i).Select(pair => pair.tensor);
    }

    private static int Rank(RecordedQuantity quantity) =>
        quantity is RecordedQuantity.Input or RecordedQuantity.Output ? (int)RecordedQuantity.Input : (int)quantity;

    private void Compare(RecordedTensor a)
    {
        if (state.PortName(a.Place) is not { } name)
            return;
        var b = port.Find(a.Place with { Of = name });
        if (b is null)
        {
            Missing(a, name);
            return;
        }

        Compare(a, b);
    }

    private void Compare(RecordedTensor a, RecordedTensor b)
    {
        if (a.IsNone != b.IsNone)
        {
            OneSided(a, b);
            return;
        }

        if (a.IsNone)
            return;
        var arrangement = a.Place.Quantity >= RecordedQuantity.Gradient ? state.ArrangementOf(a.Place.Of) : Arrangement.Same;
        var shape = arrangement.IsTransposed ? a.Shape.Reverse() : a.Shape;
        if (!shape.SequenceEqual(b.Shape))
        {
            Report(
                a,
                b,
                new TensorComparison(false, null),
                Judgement.Unknown,
                $"has the shape {Words.Shape(a.Shape)} in the original and {Words.Shape(b.Shape)} in the port"
            );
            return;
        }

        var comparison = TensorComparison.Of(a, b, arrangement);
        var before = _antecedents.Of(a.Place);
        _antecedents.Note(a.Place, comparison.Relative);
        if (a.Place.Quantity == RecordedQuantity.Output)
            _distances[a.Place.Of] = Math.Max(_distances.GetValueOrDefault(a.Place.Of), comparison.Relative);
        state.Counts = state.Counts with { Compared = state.Counts.Compared + 1, SameBits = state.Counts.SameBits + (comparison.SameBits ? 1 : 0) };
        // Of a place that was found to be wrong, nothing more is said.
        if (!comparison.SameBits && !state.HasFound(StageOf(a.Place.Quantity), a.Place.Of))
            Judge(a, b, comparison, before);
    }

    /// <summary>Compares what a call was given where the two sides gave it other things, such as another module's output.</summary>
    private void CompareInputs(RecordedTensor a)
    {
        if (
            a.Inputs is not { } inputs
            || a.Place.Part > 0
            || state.PortName(a.Place) is not { } name
            || port.Find(a.Place with { Of = name })?.Inputs is not { } others
            || !state.IsComparable
        )
            return;
        for (var i = 0; i < Math.Min(inputs.Count, others.Count); i++)
        {
            if (inputs[i] is not { } left || others[i] is not { } right)
                continue;
            // What has a place of its own on both sides is compared there.
            if (state.PortName(left.Place) is { } same && port.Find(left.Place with { Of = same }) == right)
                continue;
            var place = new TensorPlace(RecordedQuantity.Input, a.Place.Of, a.Place.Call, i, "");
            Compare(left.At(place), right.At(place with { Of = name }));
        }

        if (inputs.Count != others.Count && state.IsComparable && KnownModules.IsRecurrent(original.Module(a.Place.Of).Type))
            _calls.Surplus(a, name, inputs, others);
    }

    /// <summary>Compares what the optimizers were given where a side clips.</summary>
    private void CompareClipped()
    {
        var clipped = original.Now.Tensors.Concat(port.Now.Tensors).Any(tensor => tensor.Place.Quantity == RecordedQuantity.ClippedGradient);
        foreach (var parameter in clipped ? original.Run.Parameters : [])
        {
            if (
                state.Parameters.Port.TryGetValue(parameter.Name, out var name)
                && original.GivenGradient(parameter.Name) is { } a
                && port.GivenGradient(name) is { } b
            )
                Compare(
                    a.At(new TensorPlace(RecordedQuantity.ClippedGradient, parameter.Name, 0, 0, "")),
                    b.At(new TensorPlace(RecordedQuantity.ClippedGradient, name, 0, 0, ""))
                );
        }
    }

    private void Judge(RecordedTensor a, RecordedTensor b, TensorComparison comparison, double before)
    {
        using var scope = NewDisposeScope();
        var judgements = _judges.Select(judge => judge.Judge(original, port, a, b)).ToList();
        var judgement = judgements.Find(found => found.IsKnown) ?? judgements.Find(found => found.Causes.Count > 0) ?? Judgement.Unknown;
        var isNear = comparison.Relative <= RunDiff.Amplification * Math.Max(Floor(a, b), before);
        if (judgement.IsKnown)
        {
            // Where the original is no such function either, as where a penalty on parameters adds to their gradients, the port is right to do as it does.
            if (judgement.Wrong.Sides() == (Side.Original | Side.Port) && isNear && state.IsComparable)
            {
                state.Counts = state.Counts with { Near = state.Counts.Near + 1 };
                return;
            }

            if (judgement.Wrong.Count > 0)
            {
                Report(a, b, comparison, judgement, "differs");
                return;
            }

            if (a.Place.Quantity == RecordedQuantity.Output && a.Training != b.Training && state.IsComparable && !isNear)
            {
                Report(a, b, comparison, Judgement.Unknown with { Causes = [CallDiff.Mode(a)] }, "differs, and each side is right in its own mode");
                return;
            }

            state.Counts = state.Counts with { Judged = state.Counts.Judged + 1 };
            if (judgement.DrawsNumbers && state.IsComparable && comparison.Relative > RunDiff.Amplification * Floor(a, b))
                DrawsNumbers(a);
            return;
        }

        if (!state.IsComparable)
            return;
        if (judgements.Exists(found => found.DrawsNumbers))
        {
            DrawsNumbers(a);
            return;
        }

        if (comparison.Difference is null)
            Report(a, b, comparison, judgement, "differs, and hashes cannot tell rounding from a mistake: record with statistics, or all");
        else if (judgement.Causes.Count > 0 || (!isNear && !IsRoundingOfSum(a, b, comparison)))
            Report(a, b, comparison, judgement, "differs by more than rounding and what went before explain");
        else
            state.Counts = state.Counts with { Near = state.Counts.Near + 1 };
    }

    private void DrawsNumbers(RecordedTensor a)
    {
        state.Skip($"{Place(a)} draws random numbers of its own on each side: from step {original.Now.Number} on each side is judged by itself.");
        state.Part();
    }

    private static double Floor(RecordedTensor a, RecordedTensor b) => Math.Max(DTypes.Roundoff(a.Dtype), DTypes.Roundoff(b.Dtype));

    /// <summary>
    /// True if a gradient's difference is what rounding makes of sums over what was passed back: a gradient that is 0 by mathematics, such as that
    /// of a bias in front of a normalization, is nothing but that.
    /// </summary>
    private bool IsRoundingOfSum(RecordedTensor a, RecordedTensor b, TensorComparison comparison)
    {
        if (a.Place.Quantity != RecordedQuantity.Gradient || DottedName.Parent(a.Place.Of) is not { Length: > 0 } module)
            return false;
        var passed = original
            .Now.Tensors.Where(t => t.Place.Quantity == RecordedQuantity.OutputGradient && t.Place.Of == module && !t.IsNone)
            .Sum(t => Summaries.Of(t) is { } summary ? summary.Norm * Math.Sqrt(t.Elements) : 0);
        var scale = Math.Max(Summaries.Greatest(a), Summaries.Greatest(b));
        return comparison.Relative * scale <= RunDiff.Amplification * Floor(a, b) * passed;
    }

    private void Missing(RecordedTensor a, string name)
    {
        switch (a.Place.Quantity)
        {
            case RecordedQuantity.Output when state.IsComparable:
                _calls.Missing(a, name);
                break;
            case RecordedQuantity.Batch:
                state.Skip($"The batch's {a.Place.Of} are not recorded in the port.");
                break;
            case RecordedQuantity.Loss:
                state.Skip("The loss is not recorded in the port.");
                break;
            default:
                break;
        }
    }

    private void OneSided(RecordedTensor a, RecordedTensor b)
    {
        if (a.Place.Quantity is RecordedQuantity.State || (!state.IsComparable && a.Place.Quantity is RecordedQuantity.OutputGradient))
            return;
        var side = a.IsNone ? "original" : "port";
        Report(
            a,
            b,
            new TensorComparison(false, null),
            new Judgement(false, [], [_calls.NoGradient(a, b)]),
            $"is there on one side alone: the {side} has none"
        );
    }

    private void Report(RecordedTensor a, RecordedTensor? b, TensorComparison comparison, Judgement judgement, string what)
    {
        state.Add(
            new Finding(
                StageOf(a.Place.Quantity),
                original.Now.Number,
                a.Place.Of,
                b?.Place.Of ?? state.PortName(a.Place) ?? "",
                $"{Place(a)} {what}"
            )
            {
                Quantity = a.Place.Quantity,
                Difference = comparison.Difference,
                Wrong = judgement.Wrong,
                Causes = judgement.Causes.Count > 0 || b is null ? judgement.Causes : CauseSearch.Across(original, port, a, b),
            }
        );
        state.Part();
    }

    private static Stage StageOf(RecordedQuantity quantity) =>
        quantity switch
        {
            RecordedQuantity.Batch => Stage.Batch,
            RecordedQuantity.Input or RecordedQuantity.Output => Stage.Forward,
            RecordedQuantity.Loss => Stage.Loss,
            RecordedQuantity.OutputGradient or RecordedQuantity.Gradient => Stage.Backward,
            RecordedQuantity.ClippedGradient => Stage.Clipping,
            _ => Stage.Update,
        };

    /// <summary>A quantity in words.</summary>
    private string Place(RecordedTensor tensor) => Words.Of(tensor.Place, original);
}
