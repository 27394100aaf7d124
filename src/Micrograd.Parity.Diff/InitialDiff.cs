using System.Globalization;
using Micrograd.Parity.Diff.Alignment;
using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recordings;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Recording;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff;

/// <summary>Compares parameters and buffers before the first step, and finds out in which order the port holds them.</summary>
internal sealed class InitialDiff(DiffState state)
{
    /// <summary>Number of roundings by which the same numbers may differ: one of each side's type.</summary>
    private const int Roundings = 2;

    /// <summary>Compares all. Numbers that are drawn anew are one finding.</summary>
    internal void Run()
    {
        var (different, order) = (new List<(RecordedTensor A, RecordedTensor B, TensorComparison Comparison)>(), new List<string>());
        foreach (var a in state.Original.Initial.Tensors)
        {
            if (state.PortName(a.Place) is not { } name || state.Port.Initial.ByPlace.GetValueOrDefault(a.Place with { Of = name }) is not { } b)
                continue;
            Compare(a, b, different, order);
        }

        if (different.Count > 0)
            Report(different);
    }

    private void Compare(RecordedTensor a, RecordedTensor b, List<(RecordedTensor, RecordedTensor, TensorComparison)> different, List<string> order)
    {
        using var scope = NewDisposeScope();
        var rounding = Roundings * Math.Max(DTypes.Roundoff(a.Dtype), DTypes.Roundoff(b.Dtype));
        var comparison = a.Shape.SequenceEqual(b.Shape) ? TensorComparison.Of(a, b, Arrangement.Same) : new TensorComparison(false, null);
        state.Counts = state.Counts with { Compared = state.Counts.Compared + 1, SameBits = state.Counts.SameBits + (comparison.SameBits ? 1 : 0) };
        if (comparison.SameBits)
            return;
        if (comparison.Relative <= rounding)
        {
            state.Counts = state.Counts with { Judged = state.Counts.Judged + 1 };
            state.Carried[a.Place.Of] = comparison.Relative;
            return;
        }

        if (Order(a, b, rounding) is { } arrangement)
        {
            if (IsMeant(a, b))
            {
                state.Arrange(a.Place.Of, arrangement);
                state.Match($"{b.Place.Of} is {a.Place.Of} {arrangement.Words}.");
                state.Counts = state.Counts with { Judged = state.Counts.Judged + 1 };
                return;
            }

            Add(
                a,
                b,
                comparison,
                $"{b.Place.Of} has the numbers of {a.Place.Of} {arrangement.Words}",
                arrangement.IsTransposed ? "weight-transposed" : "rows-permuted",
                arrangement.IsTransposed
                    ? "Transpose the weight when you load it: a Linear holds [out_features, in_features]."
                    : "Load the rows in the original's order; a recurrent layer's gates are such rows."
            );
            return;
        }

        if (a.Shape.SequenceEqual(b.Shape))
            different.Add((a, b, comparison));
        else
            Add(
                a,
                b,
                comparison,
                $"{a.Place.Of} is {Words.Shape(a.Shape)} in the original and {Words.Shape(b.Shape)} in the port",
                "shape",
                "Give both the same sizes."
            );
    }

    /// <summary>True where a class of the user may hold its parameters as it likes; a module of PyTorch's kinds may not.</summary>
    private bool IsMeant(RecordedTensor a, RecordedTensor b)
    {
        var module = DottedName.Parent(b.Place.Of);
        return !Recomputing.KnownModules.Kinds.Contains(state.Port.Modules.FirstOrDefault(m => m.Name == module)?.Type ?? "")
            || !a.Shape.SequenceEqual(b.Shape);
    }

    private static Arrangement? Order(RecordedTensor a, RecordedTensor b, double rounding)
    {
        if (a.HasNumbers && b.HasNumbers)
            return Arrangement.Find(a.Load(), b.Load(), rounding);
        return
            a.Statistics is { } left
            && b.Statistics is { } right
            && a.Shape.Count == 2
            && a.Elements > 0
            && a.Shape.Reverse().SequenceEqual(b.Shape)
            && Near(left.Norm, right.Norm, left.Norm)
            && Near(left.Sum, right.Sum, left.Norm)
            && Near(left.Sample[0], right.Sample[0], left.Sample[0])
            && Near(left.Sample[^1], right.Sample[^1], left.Sample[^1])
            ? new Arrangement(true, null)
            : null;

        bool Near(double x, double y, double scale) => Math.Abs(x - y) <= rounding * Math.Abs(scale) * Math.Sqrt(a.Elements);
    }

    private void Report(List<(RecordedTensor A, RecordedTensor B, TensorComparison Comparison)> different)
    {
        var (a, b, comparison) = different[0];
        var all = state.Original.Initial.Tensors.Count(tensor => tensor.Place.Quantity == RecordedQuantity.Parameter);
        var names = string.Join(", ", different.Take(3).Select(d => d.A.Place.Of)) + (different.Count > 3 ? ", …" : "");
        var (cause, explanation) = Reason(different);
        state.Add(
            new Finding(
                Stage.Initial,
                -1,
                a.Place.Of,
                b.Place.Of,
                $"{different.Count} of {all} parameters and buffers begin with other numbers: {names}"
            )
            {
                Quantity = a.Place.Quantity,
                Difference = comparison.Difference,
                Causes = [new Mistake(cause, explanation, Remedy)],
            }
        );
        state.Part();
    }

    private string Remedy =>
        state.Original.Keep == Keep.All
            ? $"Load the original's: InitialParameters.Load(\"{state.Original.Shown}\", model); in C#, before the optimizer is made."
            : "Record the original with keep=\"all\", and load its initial parameters: InitialParameters.Load(folder, model); in C#.";

    /// <summary>Tells numbers that were drawn with another spread from those that were drawn alike.</summary>
    private (string Cause, string Explanation) Reason(List<(RecordedTensor A, RecordedTensor B, TensorComparison Comparison)> different)
    {
        using var scope = NewDisposeScope();
        if (different.Find(d => IsTied(d.B)) is { B: not null } tied)
            return ("weights-tied", $"{tied.B.Place.Of} has the numbers of another parameter of the port: they are one.");
        if (different.TrueForAll(d => IsZero(d.B)))
            return ("initial-zeros", "The port's numbers are all 0.");
        var factors = different.Select(d => Factor(d.A, d.B)).Where(d => double.IsFinite(d.Spread)).ToList();
        if (factors.Count > 0 && factors.TrueForAll(f => f.Ratio is not null))
        {
            return (
                "initial-scale",
                string.Create(CultureInfo.InvariantCulture, $"The port's numbers are the original's times {factors[0].Ratio:G4}.")
            );
        }

        var largest = factors.OrderByDescending(f => f.Count).FirstOrDefault();
        // The spread of n numbers is known to about 1/√(2n) of itself.
        return largest.Count > 0 && Math.Abs(Math.Log(largest.Spread)) > 5 / Math.Sqrt(2.0 * largest.Count)
            ? (
                "drawn-differently",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"They are drawn differently: the port's spread is {largest.Spread:G3} times the original's in the largest of them."
                )
            )
            : ("drawn-differently", "They are drawn differently: with another seed, or by another generator.");
    }

    /// <summary>The factor between two tensors, if there is one, and between their spreads; no number where that is not known.</summary>
    private static (double? Ratio, double Spread, long Count) Factor(RecordedTensor a, RecordedTensor b)
    {
        using var scope = NewDisposeScope();
        return (a.Sampled(), b.Sampled()) is ({ } left, { } right) && left.numel() > 1
            ? (TensorComparison.ConstantFactor(left, right), Spread(right) / Spread(left), left.numel())
            : (null, double.NaN, 0);
    }

    private bool IsTied(RecordedTensor b) =>
        b.HasNumbers
        && !IsZero(b)
        && state.Port.Initial.Tensors.Any(other =>
            other != b && other.HasNumbers && other.Elements > 1 && other.Shape.SequenceEqual(b.Shape) && other.HasBytesOf(b)
        );

    private static bool IsZero(RecordedTensor tensor)
    {
        using var numbers = tensor.Sampled();
        using var work = TorchWork.Begin();
        return numbers is not null && numbers.count_nonzero().ToInt64() == 0;
    }

    private static double Spread(Tensor numbers) => Math.Sqrt(TensorComparison.Dot(numbers, numbers) / numbers.numel());

    private void Add(RecordedTensor a, RecordedTensor b, TensorComparison comparison, string what, string cause, string remedy)
    {
        state.Add(
            new Finding(Stage.Initial, -1, a.Place.Of, b.Place.Of, what)
            {
                Quantity = a.Place.Quantity,
                Difference = comparison.Difference,
                Causes = [new Mistake(cause, what, remedy)],
            }
        );
        state.Part();
    }
}
