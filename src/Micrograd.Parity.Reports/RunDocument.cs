using System.Globalization;
using System.Text.Json;
using Micrograd.Parity.Bounds;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Reports;

/// <summary>An item in the document, whose details stand beside its counts. What is absent is null.</summary>
internal sealed record ItemPart(
    string Name,
    ItemKind Kind,
    string Ours,
    string Theirs,
    int Points,
    Counts Counts,
    ulong GreatestUlp,
    string Verdict,
    IReadOnlyList<Difference> Failures,
    IReadOnlyList<string> Errors,
    IReadOnlyList<string> Known,
    TorchDisagreement TorchAgainstItself,
    string? Note = null,
    Samples? Curve = null,
    Samples? Kinks = null,
    ProgramGraph? Graph = null,
    TrainingSummary? Training = null,
    BoundUse? BoundUse = null,
    FailureDiagnosis? Diagnosis = null,
    double? Seconds = null
)
{
    internal static ItemPart From(ItemResult item) =>
        new(
            item.Name,
            item.Kind,
            item.Ours,
            item.Theirs,
            item.Points,
            item.Counts,
            item.GreatestUlp,
            JsonReport.Name(item.Verdict),
            item.Failures,
            item.Errors,
            item.Known,
            item.TorchAgainstItself,
            item.Note.Length == 0 ? null : item.Note,
            item.Curve,
            item.Kinks,
            item.Graph,
            item.Training,
            item.BoundUse,
            item.Diagnosis,
            item.Seconds == 0 ? null : item.Seconds
        );

    internal ItemResult ToResult()
    {
        var item = new ItemResult(Name, Kind)
        {
            Ours = Ours,
            Theirs = Theirs,
            Points = Points,
            Counts = Counts,
            GreatestUlp = GreatestUlp,
            Failures = Failures,
            Errors = Errors,
            Known = Known,
            Note = Note ?? "",
            BoundUse = BoundUse,
            Details = ItemDetail.List(
                TorchAgainstItself.Count == 0 ? null
                    : TorchAgainstItself.Examples.Count == 0 ? throw Wrong("has a count of 'torch_against_itself', but no example")
                    : TorchAgainstItself,
                Curve is null ? null : new OpFigures(Curve, Kinks),
                Graph,
                Training,
                Diagnosis
            ),
            Seconds = Seconds ?? 0,
        };
        return JsonReport.Name(item.Verdict) == Verdict
            ? item
            : throw Wrong($"has the verdict '{PlainText.Short(Verdict)}', but its counts come to '{JsonReport.Name(item.Verdict)}'");
    }

    private JsonException Wrong(string reason) => new($"{Kind.Word} '{PlainText.Short(Name)}' {reason}.");
}

/// <summary>Histogram of how much of their bounds the differences used.</summary>
internal sealed record BoundUsePart(IReadOnlyList<double> UpTo, IReadOnlyList<long> Count, long Unbounded, double Greatest)
{
    internal static BoundUsePart From(BoundUse use) => new(BoundUse.BinEnds, use.Bins, use.Unbounded, use.Greatest);

    internal BoundUse ToUse() =>
        UpTo.SequenceEqual(BoundUse.BinEnds) && Count.Count == BoundUse.BinEnds.Count
            ? new BoundUse(Count, Unbounded, Greatest)
            : throw new JsonException("the shares of bounds are counted in other bins than this program's.");
}

/// <summary>A difference, whose numbers are texts: they may be missing.</summary>
internal sealed record FailurePart(
    string Node,
    Programs.Quantity Quantity,
    string Ours,
    string Theirs,
    ulong Ulp,
    string At,
    string Again,
    string? Explanation = null,
    int? Step = null,
    string? Phase = null
)
{
    internal static FailurePart From(Difference d) =>
        new(
            d.Node,
            d.Quantity,
            Difference.Show(d.Ours),
            Difference.Show(d.Theirs),
            d.Ulp,
            d.Input,
            d.Again,
            d.Explanation.Length == 0 ? null : d.Explanation,
            d.Place?.Step,
            d.Place?.PhaseName
        );

    internal Difference ToDifference() =>
        new(Node, Quantity, Number(Ours), Number(Theirs), At, Verdict.Mismatch, Explanation ?? "")
        {
            Again = Again,
            Place = Step is { } step ? new TrainingPlace(step, ReadPhase(Phase)) : null,
        };

    private static TrainingPhase ReadPhase(string? phase) =>
        Enum.GetValues<TrainingPhase>().Cast<TrainingPhase?>().FirstOrDefault(p => new TrainingPlace(0, p!.Value).PhaseName == phase)
        ?? throw new JsonException($"there is no phase '{PlainText.Short(phase ?? "")}' of a training step.");

    private double? Number(string number) =>
        number == Difference.Show(null) ? null
        : double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) ? x
        : throw new JsonException($"the failure at {PlainText.Short(Node)} has '{PlainText.Short(number)}' for a number.");
}
